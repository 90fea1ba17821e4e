//! What goes wrong, as data.

use rubank_core::error::Outcome;
use rubank_core::http::Reply;

use super::Target;
use crate::raw_server::{Act, Said};

/// How a bank says yes to the operation, and that its key is known already.
#[derive(Clone, Debug)]
pub struct Voice {
    /// A success that the operation can read; with a body, or it cannot be cut.
    pub yes: Said,
    /// The body of a refusal that is about something else than the key.
    pub no: &'static str,
    /// A refusal that may be about the key.
    pub vague: Said,
    /// The refusal of a key that was used before.
    pub duplicate: Said,
}

/// What the bank's side does with one connection or request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Refuses the connection.
    Refuse,
    /// Drops the SYN: neither a connection nor a refusal comes.
    DropSyn,
    /// Takes the connection and never answers the TLS hello.
    IgnoreHello,
    /// Takes the connection and closes it in the TLS handshake.
    CloseInHandshake,
    /// Loses the connection when nothing of the request was written yet.
    LoseBeforeWriting,
    /// Wants a client certificate, under TLS 1.3: the request is under way when the refusal comes.
    WantCertificate,
    /// Resets the connection when the request begins to come.
    ResetBeforeReading,
    /// Reads the request and resets the connection.
    ResetAfterReading,
    /// Reads the request and closes the connection.
    CloseAfterReading,
    /// Reads the request and never answers.
    NeverAnswer,
    /// Says yes, but the answer breaks off in its head.
    CutHead,
    /// Says yes, but the answer breaks off in its body.
    CutBody,
    /// Says yes, but nothing comes after half of the body.
    StallBody,
    /// Says yes.
    Yes,
    /// Says yes and closes the kept connection without a word.
    YesAndClose,
    /// Says with this status that the key was used before.
    Duplicate(u16),
    /// The same, but the answer breaks off in its body.
    CutDuplicate(u16),
    /// Refuses with this status, for something else than the key.
    No(u16),
    /// The same, but the answer breaks off in its body.
    CutNo(u16),
    /// Refuses, and the key may be the reason.
    Vague,
    /// Says something that no bank's own words are in.
    Say(Said),
}

impl Deed {
    /// What the bank says, if it says something whole.
    fn said(&self, voice: &Voice) -> Option<Said> {
        Some(match self {
            Deed::Yes => voice.yes.clone(),
            Deed::Vague => voice.vague.clone(),
            Deed::Duplicate(status) => Said {
                status: *status,
                ..voice.duplicate.clone()
            },
            Deed::No(status) => Said::json(*status, voice.no),
            Deed::Say(said) => said.clone(),
            _ => return None,
        })
    }

    /// What the bank begins to say, if it breaks off.
    fn half_said(&self, voice: &Voice) -> Option<Said> {
        Some(match self {
            Deed::CutBody => voice.yes.clone(),
            Deed::CutNo(status) => Said::json(*status, voice.no),
            Deed::CutDuplicate(status) => Said {
                status: *status,
                ..voice.duplicate.clone()
            },
            _ => return None,
        })
    }

    /// The same on the scripted transport, if it can do that.
    pub(super) fn reply(&self, voice: &Voice) -> Option<Reply> {
        if let Some(said) = self.said(voice) {
            return Some(Reply::Answer {
                status: said.status,
                headers: said.headers,
                body: said.body,
            });
        }
        if let Some(said) = self.half_said(voice) {
            return Some(Reply::CutAnswer {
                status: said.status,
                body: said.half(),
            });
        }
        Some(match self {
            // A handshake that breaks off means the same to a client: there never was a connection.
            Deed::Refuse | Deed::CloseInHandshake => Reply::Refused,
            Deed::DropSyn | Deed::IgnoreHello => Reply::SilentBeforeSending,
            Deed::LoseBeforeWriting => Reply::LostBeforeSending,
            Deed::ResetBeforeReading
            | Deed::ResetAfterReading
            | Deed::CloseAfterReading
            | Deed::CutHead => Reply::LostAfterSending,
            Deed::NeverAnswer => Reply::SilentAfterSending,
            _ => return None,
        })
    }

    /// The same as an act of a real server, if a server does it at all.
    pub(super) fn act(&self, voice: &Voice) -> Option<Act> {
        if let Some(said) = self.said(voice) {
            return Some(Act::Answer(said));
        }
        if let Some(said) = self.half_said(voice) {
            return Some(Act::CutBody(said));
        }
        Some(match self {
            Deed::IgnoreHello => Act::IgnoreHello,
            Deed::CloseInHandshake => Act::CloseOnAccept,
            Deed::WantCertificate => Act::RefuseWithoutCertificate,
            Deed::ResetBeforeReading => Act::ResetBeforeReading,
            Deed::ResetAfterReading => Act::ResetAfterReading,
            Deed::CloseAfterReading => Act::CloseAfterReading,
            Deed::NeverAnswer => Act::NeverAnswer,
            Deed::CutHead => Act::CutHead(voice.yes.clone()),
            Deed::StallBody => Act::StallBody(voice.yes.clone()),
            Deed::YesAndClose => Act::AnswerAndClose(voice.yes.clone()),
            _ => return None,
        })
    }

    /// Whether it is done while TLS is being set up.
    fn needs_tls(&self) -> bool {
        matches!(
            self,
            Deed::IgnoreHello | Deed::CloseInHandshake | Deed::WantCertificate
        )
    }

    /// Whether it is done by the port, and not by a server behind it.
    fn is_of_the_port(&self) -> bool {
        matches!(self, Deed::Refuse | Deed::DropSyn)
    }

    /// Whether the bank may have worked on a request that met this, and the caller cannot know.
    pub(super) fn leaves_doubt(&self) -> bool {
        match self {
            Deed::ResetBeforeReading
            | Deed::ResetAfterReading
            | Deed::CloseAfterReading
            | Deed::NeverAnswer
            | Deed::CutHead
            | Deed::CutBody
            | Deed::StallBody => true,
            Deed::Say(Said { status, .. }) | Deed::No(status) | Deed::CutNo(status) => {
                *status == 408 || *status >= 500
            }
            _ => false,
        }
    }
}

/// Which time is over first, when nothing happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// That of the attempt.
    Attempt,
    /// That of the whole call.
    Deadline,
}

/// What the caller does while the call is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Waits for the end.
    Waits,
    /// Drops the future once nothing happens any more.
    Drops,
}

/// What the credentials are able to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// They fetch a fresh token after a 401.
    Renewable,
    /// There is one key and no other.
    Fixed,
    /// The token host cannot be reached.
    Unavailable,
    /// The token host says no.
    Refused,
}

/// Everything that goes wrong around one call.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The fault in one line.
    pub says: &'static str,
    /// What the bank's side does, one after the other; the last is repeated for ever.
    pub deeds: Vec<Deed>,
    /// Which time is over first.
    pub time: Time,
    /// What the caller does.
    pub caller: Caller,
    /// What the credentials are able to do.
    pub token: Token,
    /// What is known of earlier copies of the same write.
    pub earlier: Outcome,
    /// Whether our own rate limiter is exhausted for longer than the deadline.
    pub rate_exhausted: bool,
    /// Whether a good call went before over the same connection. What it meets is the first deed.
    pub second_call: bool,
}

impl Fault {
    /// A fault of the bank's side; everything else is as it should be.
    pub fn new(says: &'static str, deeds: impl IntoIterator<Item = Deed>) -> Self {
        Fault {
            says,
            deeds: deeds.into_iter().collect(),
            time: Time::Attempt,
            caller: Caller::Waits,
            token: Token::Renewable,
            earlier: Outcome::NotSent,
            rate_exhausted: false,
            second_call: false,
        }
    }

    /// The deadline is over before the attempt is.
    #[must_use]
    pub fn until_the_deadline(mut self) -> Self {
        self.time = Time::Deadline;
        self
    }

    /// The caller drops the future once nothing happens any more.
    #[must_use]
    pub fn and_the_caller_drops(mut self) -> Self {
        self.caller = Caller::Drops;
        self
    }

    /// With other credentials.
    #[must_use]
    pub fn with_token(mut self, token: Token) -> Self {
        self.token = token;
        self
    }

    /// After an earlier copy that was lost.
    #[must_use]
    pub fn after_a_lost_copy(mut self) -> Self {
        self.earlier = Outcome::Unknown;
        self
    }

    /// With our own rate limiter exhausted.
    #[must_use]
    pub fn with_exhausted_rate(mut self) -> Self {
        self.rate_exhausted = true;
        self
    }

    /// In the second call over one connection; the first call meets the first deed.
    #[must_use]
    pub fn in_the_second_call(mut self) -> Self {
        self.second_call = true;
        self
    }

    /// Whether this target can show it.
    pub fn is_shown_on(&self, target: Target) -> bool {
        let port = self.deeds.iter().any(Deed::is_of_the_port);
        let tls = self.deeds.iter().any(Deed::needs_tls);
        let scripted_only = self.deeds.contains(&Deed::LoseBeforeWriting);
        match target {
            Target::Script => {
                let impossible = [Deed::WantCertificate, Deed::StallBody, Deed::YesAndClose];
                !self.second_call && !self.deeds.iter().any(|deed| impossible.contains(deed))
            }
            // A port does the same to every connection.
            Target::Tcp if port => self.deeds.len() == 1,
            Target::Tcp => !tls && !scripted_only,
            Target::Tls => !port && !scripted_only,
        }
    }

    /// The deed that the request with this number meets, counted from 0.
    pub(super) fn deed(&self, number: usize) -> Option<&Deed> {
        self.deeds.get(number).or_else(|| self.deeds.last())
    }
}
