//! One refresh, with all that it needs: it goes on when its call is gone.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use super::unavailable;
use crate::auth::cache::FreshToken;
use crate::auth::context::Surroundings;
use crate::auth::{
    AuthContext, AuthError, AuthErrorKind, OAuthClient, StoredTokens, TokenAnswer, TokenKey,
    TokenLock, TokenRequest, TokenStore,
};
use crate::operation::HostId;
use crate::secret::Secret;

/// Exchange, two saves, and a lot of patience with the disk: who still has the lock then is not coming back.
pub(super) const LEASE: Duration = Duration::from_secs(60);
/// An answer is not waited for longer than this.
const LONGEST_EXCHANGE: Duration = Duration::from_secs(15);
/// Clocks of two machines may differ by this much.
const CLOCK_DRIFT: time::Duration = time::Duration::minutes(1);

/// Where and how tokens are refreshed.
#[derive(Clone)]
pub(super) struct Rules {
    pub(super) host: HostId,
    pub(super) route: Cow<'static, str>,
    pub(super) client: OAuthClient,
    pub(super) parameters: Vec<(Cow<'static, str>, Secret)>,
    pub(super) repeat_window: Duration,
    pub(super) assumed_lifetime: Duration,
}

/// What is to be done once the lock is there.
pub(super) struct Refresh {
    pub(super) rules: Rules,
    pub(super) store: Arc<dyn TokenStore>,
    pub(super) key: TokenKey,
    /// The access token that is to be replaced, if there was one in this process.
    pub(super) last: Option<Secret>,
    pub(super) surroundings: Surroundings,
}

impl Refresh {
    /// Does it under the lock, and gives the lock back. It takes no longer than the lease, whatever the store does.
    pub(super) async fn run(self, mut lock: Box<dyn TokenLock>) -> Result<FreshToken, AuthError> {
        let context = self.surroundings.context_for(LEASE);
        let fetched = context
            .within(Duration::MAX, self.fetch(&context, lock.as_mut()))
            .await;
        // If this fails the lease ends by itself; the tokens are safe either way.
        let _ended_by_lease = context.within(Duration::MAX, lock.release()).await;
        fetched.unwrap_or_else(|| Err(unavailable("the token store did not answer in time")))
    }

    async fn fetch(
        &self,
        context: &AuthContext<'_>,
        lock: &mut dyn TokenLock,
    ) -> Result<FreshToken, AuthError> {
        let Some(stored) = self.store.load(&self.key).await? else {
            return Err(sign_in("nobody has signed in yet"));
        };
        if let Some(fetched) = fetched_by_another(&stored, self.last.as_ref(), context) {
            return Ok(fetched);
        }
        if stored.sign_in_again {
            return Err(sign_in("the sign-in is no longer valid"));
        }
        let now = context.clock.now();
        let time = self.time_for_exchange(&stored, now)?;
        let mut tried = stored.clone();
        if tried.first_tried_at.is_none() {
            tried.first_tried_at = Some(now);
            lock.save(&tried).await?;
        }
        match self.exchange(context, &stored.refresh_token, time).await {
            Ok(answer) => {
                let assumed = self.rules.assumed_lifetime;
                lock.save(&stored.renewed(&answer, now, assumed)).await?;
                Ok(FreshToken {
                    secret: answer.access_token,
                    lifetime: answer.lifetime.unwrap_or(assumed),
                })
            }
            Err(error) => {
                let after = match After::of(&error) {
                    After::AsBefore => stored,
                    After::MaybeUsed => return Err(error),
                    After::Refused => StoredTokens {
                        sign_in_again: true,
                        ..tried
                    },
                };
                // What stands in the store otherwise is the careful word: that the token may be used up.
                let _careful_word_stays = lock.save(&after).await;
                Err(error)
            }
        }
    }

    /// How long the exchange may take: not beyond the repeat window.
    fn time_for_exchange(
        &self,
        stored: &StoredTokens,
        now: OffsetDateTime,
    ) -> Result<Duration, AuthError> {
        let Some(first) = stored.first_tried_at else {
            return Ok(LONGEST_EXCHANGE);
        };
        let passed = now - first;
        let window = self.rules.repeat_window.try_into();
        let window: time::Duration = window.unwrap_or(time::Duration::MAX);
        // A first try in the future: the clock was set back, and nobody knows how much time has passed.
        let over = passed >= window || passed < -CLOCK_DRIFT;
        match over {
            true => Err(sign_in(
                "the answer to a refresh was lost, and it is too late to ask for it again",
            )),
            false => Ok(Duration::try_from(window - passed)
                .map_or(LONGEST_EXCHANGE, |left| left.min(LONGEST_EXCHANGE))),
        }
    }

    async fn exchange(
        &self,
        context: &AuthContext<'_>,
        refresh_token: &Secret,
        time: Duration,
    ) -> Result<TokenAnswer, AuthError> {
        let Rules { client, .. } = &self.rules;
        let request = self.rules.parameters.iter().fold(
            TokenRequest::refresh(client, refresh_token),
            |request, (name, value)| request.parameter(name.clone(), value.clone()),
        );
        let give_up_at = context.clock.monotonic().saturating_add(time);
        let context = AuthContext {
            give_up_at,
            ..context.clone()
        };
        let answer = request
            .send(&context, self.rules.host, &self.rules.route)
            .await?;
        TokenAnswer::read(&answer, context.clock.now())
    }
}

/// What a failed exchange leaves behind.
enum After {
    /// The refresh token was not used up.
    AsBefore,
    /// It may have been.
    MaybeUsed,
    /// It is good for nothing any more.
    Refused,
}

impl After {
    fn of(error: &AuthError) -> Self {
        let status = error.status().map(|status| status.as_u16());
        match error.kind() {
            AuthErrorKind::SignInAgain => After::Refused,
            _ if !error.may_have_arrived() => After::AsBefore,
            AuthErrorKind::Refused => After::AsBefore,
            AuthErrorKind::Unavailable if status == Some(429) => After::AsBefore,
            // The address is wrong: whoever answered does not deal in tokens.
            AuthErrorKind::Configuration if status.is_some() => After::AsBefore,
            _ => After::MaybeUsed,
        }
    }
}

/// The stored access token, if it is another one than `last` and lives long enough.
fn fetched_by_another(
    stored: &StoredTokens,
    last: Option<&Secret>,
    context: &AuthContext<'_>,
) -> Option<FreshToken> {
    let secret = stored.access_token.as_ref()?;
    let known = last.is_some_and(|last| last.expose() == secret.expose());
    let left = stored.access_expires_at? - context.clock.now();
    let lifetime = Duration::try_from(left)
        .ok()
        .filter(|left| *left > context.must_live)?;
    (!known).then(|| FreshToken {
        secret: secret.clone(),
        lifetime,
    })
}

fn sign_in(text: &str) -> AuthError {
    AuthError::new(
        AuthErrorKind::SignInAgain,
        format!("{text}: a person must sign in"),
    )
}
