//! How often somebody may do something, counted in this process by GCRA: a burst, then a steady pace.

use std::{hash::Hash, net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use super::rate::Rates;
use crate::{
    error::{Error, Result},
    ids::{KeyId, MemberId, UserId, WorkspaceId},
};

pub struct Limiter<K: Hash + Eq + Clone>(DefaultKeyedRateLimiter<K>);

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// `burst` at once, then one in each `pace`.
    pub fn new(burst: u32, pace: Duration) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(pace)
            .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
            .allow_burst(burst);
        Self(RateLimiter::keyed(quota))
    }

    /// # Errors
    /// [`Error::Limited`] with the time until the next is allowed.
    pub fn take(&self, who: &K) -> Result<()> {
        self.0.check_key(who).map_err(|until| Error::Limited {
            retry_after: until.wait_time_from(DefaultClock::default().now()),
        })
    }

    /// So many at once, or none of them.
    ///
    /// # Errors
    /// As [`Limiter::take`], also where so many are never allowed at once.
    pub fn take_many(&self, who: &K, number: usize) -> Result<()> {
        let Some(number) = u32::try_from(number).ok().and_then(NonZeroU32::new) else {
            return Ok(());
        };
        let retry_after = match self.0.check_key_n(who, number) {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(until)) => until.wait_time_from(DefaultClock::default().now()),
            Err(_) => Duration::from_secs(3_600),
        };
        Err(Error::Limited { retry_after })
    }

    /// Forgets whoever has been quiet long enough to have their full burst again.
    pub fn forget_the_quiet(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

/// The limits of one process.
pub struct Limits {
    /// Passwords and set-up codes tried from one network.
    pub sign_ins: Limiter<IpAddr>,
    /// Keys that are none, from one network. Valid keys behind the same address go on.
    pub invalid_keys: Limiter<IpAddr>,
    /// Other refusals of one key.
    pub refusals: Limiter<KeyId>,
    /// Tokens that are none, of which one key asks whether they are. Its questions about others go on.
    pub wrong_tokens: Limiter<KeyId>,
    /// Reports of leaked keys from one network.
    pub leaked_keys: Limiter<IpAddr>,
    /// Calls of one key, each by its own figure.
    pub rates: Rates,
    /// Workspaces that one person makes.
    pub new_workspaces: Limiter<UserId>,
    /// Refusals of one member that are written to the audit log.
    pub audited_refusals: Limiter<MemberId>,
    /// The same of one key.
    pub audited_refusals_of_keys: Limiter<KeyId>,
    /// Test mails of one member.
    pub test_mails: Limiter<MemberId>,
    /// Mails about sign-ins of one person: whoever knows the password must not bury them in those.
    pub sign_in_mails: Limiter<UserId>,
    /// Invitations by one person, in one workspace, and by one person to one address.
    pub invitations_by: Limiter<UserId>,
    pub invitations_in: Limiter<WorkspaceId>,
    pub invitations_to: Limiter<[u8; 32]>,
    /// Mails of one member about what they share.
    pub share_mails: Limiter<MemberId>,
    /// What one member asks the admins to share.
    pub share_requests: Limiter<MemberId>,
    /// Links to reset a password that are asked for by one address, whether it has an account or not.
    pub resets: Limiter<[u8; 32]>,
    /// Rounds of mails about a new address of one person.
    pub email_changes: Limiter<UserId>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_ins: Limiter::new(10, Duration::from_secs(6)),
            invalid_keys: Limiter::new(20, Duration::from_secs(3)),
            refusals: Limiter::new(600, Duration::from_millis(100)),
            wrong_tokens: Limiter::new(20, Duration::from_secs(3)),
            leaked_keys: Limiter::new(20, Duration::from_secs(3)),
            rates: Rates::default(),
            new_workspaces: Limiter::new(10, Duration::from_secs(360)),
            audited_refusals: Limiter::new(10, Duration::from_secs(6)),
            audited_refusals_of_keys: Limiter::new(10, Duration::from_secs(6)),
            test_mails: Limiter::new(1, Duration::from_secs(60)),
            sign_in_mails: Limiter::new(10, Duration::from_secs(600)),
            invitations_by: Limiter::new(100, Duration::from_secs(36)),
            invitations_in: Limiter::new(300, Duration::from_secs(12)),
            invitations_to: Limiter::new(5, Duration::from_secs(3_600)),
            share_mails: Limiter::new(200, Duration::from_secs(18)),
            share_requests: Limiter::new(5, Duration::from_secs(600)),
            resets: Limiter::new(5, Duration::from_secs(600)),
            email_changes: Limiter::new(5, Duration::from_secs(600)),
        }
    }
}

impl Limits {
    /// To be called now and then: memory follows those who are active. [`Rates`] does so by itself.
    pub fn forget_the_quiet(&self) {
        self.sign_ins.forget_the_quiet();
        self.invalid_keys.forget_the_quiet();
        self.refusals.forget_the_quiet();
        self.wrong_tokens.forget_the_quiet();
        self.leaked_keys.forget_the_quiet();
        self.new_workspaces.forget_the_quiet();
        self.audited_refusals.forget_the_quiet();
        self.audited_refusals_of_keys.forget_the_quiet();
        self.test_mails.forget_the_quiet();
        self.sign_in_mails.forget_the_quiet();
        self.invitations_by.forget_the_quiet();
        self.invitations_in.forget_the_quiet();
        self.invitations_to.forget_the_quiet();
        self.share_mails.forget_the_quiet();
        self.share_requests.forget_the_quiet();
        self.resets.forget_the_quiet();
        self.email_changes.forget_the_quiet();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_burst_of_their_own_and_is_told_how_long_to_wait() {
        let limiter = Limiter::new(2, Duration::from_secs(60));
        assert!(limiter.take(&1).is_ok() && limiter.take(&1).is_ok() && limiter.take(&2).is_ok());
        let Err(Error::Limited { retry_after }) = limiter.take(&1) else {
            panic!("the third is limited");
        };
        assert!(retry_after > Duration::from_secs(50) && retry_after <= Duration::from_secs(60));
        assert!(limiter.take_many(&3, 2).is_ok() && limiter.take_many(&3, 0).is_ok());
        assert!(limiter.take_many(&3, 2).is_err() && limiter.take_many(&2, 2).is_err());
        assert!(limiter.take(&2).is_ok(), "none of them was taken");
    }
}
