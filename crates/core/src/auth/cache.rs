//! Tokens that are kept while they live, and fetched by whoever needs the next one.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{AuthContext, AuthError, AuthErrorKind, TokenId};
use crate::random::{Random, full_jitter};
use crate::secret::Secret;

/// More sets of scopes than a bank has; beyond it the one that was idle longest is forgotten.
const MOST_SLOTS: usize = 64;
/// A token is renewed this long before its end, and up to as much earlier by chance; a tenth of its life if that is
/// less.
const LONGEST_MARGIN: Duration = Duration::from_secs(60);
/// How long a call that has a living token waits for a newer one.
const PATIENCE: Duration = Duration::from_secs(5);
/// The ceiling of the first pause after a failed fetch; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// A token server may ask for a longer pause, but not for any.
const LONGEST_ASKED_PAUSE: Duration = Duration::from_secs(30);

/// The tokens of one credential, by host and scopes.
///
/// - *Single flight*: of all callers that need the same token one fetches it; when that one is dropped, the next one
///   in line takes over.
/// - *Ahead of the end*: one caller renews a token shortly before it ends, at a moment drawn by chance, while the
///   others go on with the old one.
/// - *A failed renewal keeps the old token* while it lives. Except for a write that it would not outlive: that write
///   fails unsent, because a token that ends on the way makes its fate unclear.
/// - *A failure is remembered* for 0.5 to 8 seconds, or as long as the server asks but at most 30: nobody asks again
///   within that time, everybody does after it.
/// - *A 401* clears the token that it is about, and no newer one.
/// - *No background task*: all this happens in the calls, and within the time that they have. What a fetch does when it
///   is given up is its own affair.
pub(super) struct TokenCache {
    slots: Mutex<HashMap<CacheKey, Arc<Slot>>>,
}

/// What makes two tokens interchangeable.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct CacheKey {
    host: String,
    client: String,
    scopes: Vec<String>,
}

impl CacheKey {
    /// `host` is the token host's base URL, so that the tokens of two environments are never mixed up. The order of
    /// scopes means nothing.
    pub(super) fn new<S: AsRef<str>>(host: &str, client: &str, scopes: &[S]) -> Self {
        let mut scopes: Vec<String> = scopes
            .iter()
            .map(|scope| scope.as_ref().to_owned())
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        CacheKey {
            host: host.to_owned(),
            client: client.to_owned(),
            scopes,
        }
    }
}

/// A token as it was fetched.
#[derive(Clone, Debug)]
pub(super) struct FreshToken {
    pub(super) secret: Secret,
    /// From the moment at which the fetch began.
    pub(super) lifetime: Duration,
}

/// A token to be used now.
#[derive(Clone, Debug)]
pub(super) struct LiveToken {
    pub(super) id: TokenId,
    pub(super) secret: Secret,
}

impl TokenCache {
    pub(super) fn new() -> Self {
        TokenCache {
            slots: Mutex::default(),
        }
    }

    /// A token that is good for the attempt of `context`. `fetch` gets one if need be; it is told the token that was
    /// in use last, which may have been refused.
    pub(super) async fn token<F>(
        &self,
        key: CacheKey,
        context: &AuthContext<'_>,
        fetch: impl FnOnce(Option<Secret>) -> F,
    ) -> Result<LiveToken, AuthError>
    where
        F: Future<Output = Result<FreshToken, AuthError>>,
    {
        let slot = self.slot(key, context.clock.monotonic());
        match slot.look(context) {
            Look::Good(token) => Ok(token),
            Look::Ending(token) => slot.renew_ahead(token, context, fetch).await,
            Look::Trouble(error) => Err(error),
            Look::Nothing(seen) => {
                let Some(_flight) = context.within(Duration::MAX, slot.flight.lock()).await else {
                    let text = "another call's fetch of the token took too long";
                    return Err(AuthError::new(AuthErrorKind::Unavailable, text));
                };
                match slot.look_again(seen, context) {
                    Look::Good(token) | Look::Ending(token) => Ok(token),
                    Look::Trouble(error) => Err(error),
                    Look::Nothing(_) => slot.fetch(Duration::MAX, context, fetch).await,
                }
            }
        }
    }

    /// Forgets a token, if it is still the one in use.
    pub(super) fn invalidate(&self, token: &TokenId) {
        for slot in locked(&self.slots).values() {
            let mut state = locked(&slot.state);
            if state
                .token
                .as_ref()
                .is_some_and(|held| held.live.id == *token)
            {
                state.token = None;
            }
        }
    }

    fn slot(&self, key: CacheKey, now: Duration) -> Arc<Slot> {
        let mut slots = locked(&self.slots);
        if !slots.contains_key(&key) && slots.len() >= MOST_SLOTS {
            forget_the_idlest(&mut slots);
        }
        let slot = slots.entry(key).or_default();
        locked(&slot.state).used_at = now;
        slot.clone()
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenCache({} tokens)", locked(&self.slots).len())
    }
}

/// One that a call is using stays: a second one for the same key would break the single flight. There are never more
/// of those than concurrent calls.
fn forget_the_idlest(slots: &mut HashMap<CacheKey, Arc<Slot>>) {
    let idlest = slots
        .iter()
        .filter(|(_, slot)| Arc::strong_count(slot) == 1)
        .min_by_key(|(_, slot)| locked(&slot.state).used_at)
        .map(|(key, _)| key.clone());
    if let Some(key) = idlest {
        slots.remove(&key);
    }
}

/// One token and the place of those who want it.
#[derive(Default)]
struct Slot {
    /// Held by the one who fetches. It is fair, and a dropped holder gives it to the next in line.
    flight: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Held>,
    /// The last token, even if it was refused since.
    last: Option<Secret>,
    trouble: Option<Trouble>,
    failures: u32,
    used_at: Duration,
}

struct Held {
    live: LiveToken,
    renew_at: Duration,
    expires_at: Duration,
}

struct Trouble {
    error: AuthError,
    /// Nobody asks before.
    until: Duration,
    /// What callers are told; it is later than `until` when the server asks for a very long pause.
    told_until: Duration,
}

/// What a caller finds.
enum Look {
    Good(LiveToken),
    /// Good for this call, and due for renewal.
    Ending(LiveToken),
    /// Nothing good, and somebody has just failed to fetch it.
    Trouble(AuthError),
    /// Nothing good; the id is that of a token that is not good enough.
    Nothing(Option<TokenId>),
}

impl Slot {
    fn look(&self, context: &AuthContext<'_>) -> Look {
        let now = context.clock.monotonic();
        let state = locked(&self.state);
        let trouble = state.trouble.as_ref().filter(|trouble| now < trouble.until);
        match (&state.token, trouble) {
            (Some(held), _) if held.expires_at > now.saturating_add(context.must_live) => {
                let live = held.live.clone();
                match now < held.renew_at || trouble.is_some() {
                    true => Look::Good(live),
                    false => Look::Ending(live),
                }
            }
            (_, Some(trouble)) => Look::Trouble(trouble.told(now)),
            (held, None) => Look::Nothing(held.as_ref().map(|held| held.live.id)),
        }
    }

    /// After waiting for another's fetch. What came of it is the newest there is, even if the server gives out
    /// tokens that live shorter than we would like.
    fn look_again(&self, seen: Option<TokenId>, context: &AuthContext<'_>) -> Look {
        let newer = {
            let state = locked(&self.state);
            state.token.as_ref().and_then(|held| {
                let good =
                    Some(held.live.id) != seen && held.expires_at > context.clock.monotonic();
                good.then(|| held.live.clone())
            })
        };
        newer.map_or_else(|| self.look(context), Look::Good)
    }

    async fn renew_ahead<F>(
        &self,
        old: LiveToken,
        context: &AuthContext<'_>,
        fetch: impl FnOnce(Option<Secret>) -> F,
    ) -> Result<LiveToken, AuthError>
    where
        F: Future<Output = Result<FreshToken, AuthError>>,
    {
        let Ok(_flight) = self.flight.try_lock() else {
            return Ok(old);
        };
        // Another thread may have renewed it, or its end or a refusal may have come, before the lock was ours.
        let limit = match self.look(context) {
            Look::Good(token) => return Ok(token),
            Look::Trouble(error) => return Err(error),
            Look::Ending(_) => PATIENCE,
            Look::Nothing(_) => Duration::MAX,
        };
        let error = match self.fetch(limit, context, fetch).await {
            Ok(token) => return Ok(token),
            Err(error) => error,
        };
        // The old one may have ended or been refused meanwhile.
        match self.look(context) {
            Look::Good(token) | Look::Ending(token) => Ok(token),
            Look::Trouble(_) | Look::Nothing(_) => Err(error),
        }
    }

    /// Only for the holder of `flight`.
    async fn fetch<F>(
        &self,
        limit: Duration,
        context: &AuthContext<'_>,
        fetch: impl FnOnce(Option<Secret>) -> F,
    ) -> Result<LiveToken, AuthError>
    where
        F: Future<Output = Result<FreshToken, AuthError>>,
    {
        let began = context.clock.monotonic();
        let last = locked(&self.state).last.clone();
        let result = context.within(limit, fetch(last)).await.unwrap_or_else(|| {
            Err(AuthError::new(
                AuthErrorKind::Unavailable,
                "the fetch of the token took too long",
            ))
        });
        let now = context.clock.monotonic();
        let mut state = locked(&self.state);
        match result {
            Ok(fresh) => {
                let held = Held::new(fresh, began, context.random.as_ref());
                let live = held.live.clone();
                state.last = Some(live.secret.clone());
                state.token = Some(held);
                state.trouble = None;
                state.failures = 0;
                Ok(live)
            }
            // Our own time was over: that says nothing about the token server, and others may have more.
            Err(error) if now >= context.give_up_at => Err(error),
            Err(error) => {
                let trouble = Trouble::new(error, state.failures, now, context.random.as_ref());
                let error = trouble.told(now);
                state.failures = state.failures.saturating_add(1);
                state.trouble = Some(trouble);
                Err(error)
            }
        }
    }
}

impl Held {
    fn new(fresh: FreshToken, began: Duration, random: &dyn Random) -> Self {
        let margin = (fresh.lifetime / 10).min(LONGEST_MARGIN);
        let ahead = margin.saturating_add(full_jitter(random, margin));
        let expires_at = began.saturating_add(fresh.lifetime);
        let live = LiveToken {
            id: next_id(),
            secret: fresh.secret,
        };
        Held {
            live,
            renew_at: expires_at.saturating_sub(ahead),
            expires_at,
        }
    }
}

impl Trouble {
    fn new(error: AuthError, failures: u32, now: Duration, random: &dyn Random) -> Self {
        let ceiling = FIRST_PAUSE
            .saturating_mul(2_u32.saturating_pow(failures.min(30)))
            .min(LONGEST_PAUSE);
        let pause = ceiling / 2 + full_jitter(random, ceiling / 2);
        let asked = error.retry_after().unwrap_or_default();
        Trouble {
            error,
            until: now.saturating_add(pause.max(asked.min(LONGEST_ASKED_PAUSE))),
            told_until: now.saturating_add(pause.max(asked)),
        }
    }

    /// With the time that is left: a caller that comes back earlier would only hear the same again.
    fn told(&self, now: Duration) -> AuthError {
        self.error
            .clone()
            .with_retry_after(Some(self.told_until.saturating_sub(now)))
    }
}

/// Never the same twice in a process: after `replace_identity` an old call may still bring back an old token's id.
fn next_id() -> TokenId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    TokenId(NEXT.fetch_add(1, Ordering::Relaxed))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
