//! What somebody who changes keys may give, and which keys they may do more to than to stop them. One rule for people and
//! for keys: a key that changes keys is a bound itself, so that nothing it makes, edits or gets the secret of reaches
//! beyond it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{AllowedIps, Expiry, Key, KeyLimits, NewKey, Settings};
use crate::{
    actor::Actor,
    error::{Error, FieldError, Result, field},
    ids::KeyId,
    permissions::Permissions,
    policy,
    workspaces::{KeyLifetimes, RateLimit, Workspace},
};

/// Proof that a change is within the bounds of whoever makes it. Only [`Bounds`] gives one, and no key is made, edited,
/// activated, rotated or restored without.
#[derive(Debug, Clone, Copy)]
pub struct Cleared(());

pub struct Bounds {
    actor: Actor,
    lifetimes: KeyLifetimes,
    default_rate: RateLimit,
    /// The key that changes keys, if it is one.
    key: Option<Key>,
    /// Of the keys that the change is about, those with a role in a folder that this one does not have.
    beyond: BTreeSet<KeyId>,
}

const BEYOND: &str = "This key has a role in a folder that the key that asks does not have, or not for as long. Somebody who \
                      may share that folder with keys can give it one. A key like this can deactivate or revoke the other.";

const NOT_PERSONAL: &str =
    "A key edits only keys of the workspace. This is a personal key: its owner edits it.";

impl Bounds {
    /// `key`: whoever acts, if that is a key; as it is at this moment, and held. With it those that it is about and that
    /// reach folders which it does not.
    pub fn of(actor: &Actor, workspace: &Workspace, key: Option<(Key, BTreeSet<KeyId>)>) -> Self {
        let (key, beyond) =
            key.map_or((None, BTreeSet::new()), |(key, beyond)| (Some(key), beyond));
        Self {
            actor: actor.clone(),
            lifetimes: workspace.key_lifetimes(),
            default_rate: workspace.default_rate_limit_per_minute,
            key,
            beyond,
        }
    }

    /// Does a key reach folders that the key which acts does not?
    pub fn is_beyond_folders(&self, key: KeyId) -> bool {
        self.beyond.contains(&key)
    }

    pub fn lifetimes(&self) -> KeyLifetimes {
        self.lifetimes
    }

    pub fn held(&self) -> Permissions {
        policy::held(&self.actor)
    }

    /// Of a key for which nobody says when it ends: as the workspace has it, but within whoever makes it.
    pub fn usual_end(&self, now: DateTime<Utc>) -> Expiry {
        let days = self.lifetimes.default_days();
        let usual = days.map(|days| now + chrono::Days::new(days.into()));
        let own = self.key.as_ref().and_then(|key| key.expires_at);
        match (usual, own) {
            (Some(usual), Some(own)) => Some(usual.min(own)),
            (usual, own) => usual.or(own),
        }
    }

    /// Of a key for which nobody says them: none of its own, or those of the key that makes it.
    pub fn usual_limits(&self) -> KeyLimits {
        match &self.key {
            None => KeyLimits::default(),
            Some(key) => KeyLimits {
                allowed_ips: key.limits.allowed_ips.clone(),
                rate_limit_per_minute: key
                    .limits
                    .rate_limit_per_minute
                    .map(|own| own.min(self.default_rate)),
            },
        }
    }

    /// To make a key.
    ///
    /// # Errors
    /// To people `Invalid` under `permissions`. To a key `Refused` with the permissions that it lacks, or `Invalid` under
    /// what reaches beyond it.
    pub fn clear_new(&self, new: &NewKey) -> Result<Cleared> {
        policy::check_may_give(&self.actor, &new.permissions)?;
        self.check_figure(&new.limits)?;
        self.check_reach(new.expires_at, &new.limits)
    }

    /// To do more to a key than to stop it, and give or take nothing: to activate it, or finish a rotation.
    ///
    /// # Errors
    /// `Forbidden`: it is another member's, or reaches folders that the key that acts does not. To a key `Refused` with the
    /// permissions that it lacks.
    pub fn clear(&self, key: &Key) -> Result<Cleared> {
        policy::check_is_known(&self.actor)?;
        policy::check_may_change_key_of(&self.actor, key.owner_member_id)?;
        if self.key.is_some() {
            policy::check_may_give(&self.actor, &key.permissions)?;
        }
        match self.is_beyond_folders(key.id) {
            true => Err(Error::Forbidden(BEYOND.to_owned())),
            false => Ok(Cleared(())),
        }
    }

    /// To restore a key, which comes back deactivated: so people restore other members' keys too.
    ///
    /// # Errors
    /// To a key those of [`Bounds::clear`].
    pub fn clear_restore(&self, key: &Key) -> Result<Cleared> {
        policy::check_is_known(&self.actor)?;
        match &self.key {
            None => Ok(Cleared(())),
            Some(_) => self.clear(key),
        }
    }

    /// To make a key what `to` says. All of it has to be within whoever does, also what stays.
    ///
    /// # Errors
    /// Those of [`Bounds::clear`] and of [`Bounds::clear_new`]; to a key `Forbidden` where it is a personal one.
    pub fn clear_edit(&self, key: &Key, to: &Settings) -> Result<Cleared> {
        self.clear(key)?;
        match &self.key {
            None => {
                let was = Settings::from(key);
                to.check_change_of(&was, &self.held())?;
                Ok(Cleared(()))
            }
            Some(_) if key.owner_member_id.is_some() => {
                Err(Error::Forbidden(NOT_PERSONAL.to_owned()))
            }
            Some(_) => {
                policy::check_may_give(&self.actor, &to.permissions)?;
                if key.limits.rate_limit_per_minute.is_some() {
                    self.check_figure(&to.limits)?;
                }
                self.check_reach(to.expires_at, &to.limits)
            }
        }
    }

    /// To get a new secret of a key, which then ends at `expires_at`: whoever has it can do what the key can.
    ///
    /// # Errors
    /// Those of [`Bounds::clear`] and of [`Bounds::clear_new`]; to people `Forbidden` where it may what they may not.
    pub fn clear_secret(&self, key: &Key, expires_at: Expiry) -> Result<Cleared> {
        self.clear(key)?;
        let beyond = key.permissions.beyond(&self.held());
        // A personal key never does more than its owner may, whatever it was given.
        match key.owner_member_id.is_some() || beyond.is_empty() {
            true => self.check_reach(expires_at, &key.limits),
            false => Err(Error::Forbidden(format!(
                "You cannot rotate this key, because it may do what you may not: {}.",
                beyond.names()
            ))),
        }
    }

    /// To make the secret before the only one of a key again, which then ends at `expires_at`. Nobody gets it.
    ///
    /// # Errors
    /// Those of [`Bounds::clear`]; to a key `Invalid` where the date that comes back is beyond it.
    pub fn clear_back(&self, key: &Key, expires_at: Expiry) -> Result<Cleared> {
        match expires_at == key.expires_at {
            true => self.clear(key),
            false => self.clear_secret(key, expires_at),
        }
    }

    /// A key with a figure of its own gives one, which holds whatever becomes of the workspace's.
    fn check_figure(&self, limits: &KeyLimits) -> Result<()> {
        let own = self.key.as_ref();
        let own = own.and_then(|key| key.limits.rate_limit_per_minute);
        match (own, limits.rate_limit_per_minute) {
            (Some(own), None) => Err(field(
                "rate_limit_per_minute",
                format!("Give one: at most {}, as the key that asks", own.number()),
            )),
            _ => Ok(()),
        }
    }

    /// Neither longer, nor from elsewhere, nor more often than the key that gives it.
    fn check_reach(&self, expires_at: Expiry, limits: &KeyLimits) -> Result<Cleared> {
        let Some(own) = &self.key else {
            return Ok(Cleared(()));
        };
        let ends = own
            .expires_at
            .is_none_or(|own| expires_at.is_some_and(|end| end <= own));
        let comes_from = limits.allowed_ips.is_within(&own.limits.allowed_ips);
        let rate = |limits: &KeyLimits| limits.rate_limit_per_minute.unwrap_or(self.default_rate);
        let calls = rate(limits) <= rate(&own.limits);
        let mistakes: Vec<FieldError> = [
            ("expires_at", ends, told_end(own)),
            ("allowed_ips", comes_from, told_ips(&own.limits.allowed_ips)),
            (
                "rate_limit_per_minute",
                calls,
                format!(
                    "At most {}, as the key that asks",
                    rate(&own.limits).number()
                ),
            ),
        ]
        .into_iter()
        .filter(|(_, is_within, _)| !is_within)
        .map(|(field, _, why)| FieldError::new(field, why))
        .collect();
        match mistakes.is_empty() {
            true => Ok(Cleared(())),
            false => Err(Error::Invalid(mistakes)),
        }
    }
}

fn told_end(own: &Key) -> String {
    let end = own.expires_at.unwrap_or_default();
    let end = end.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    format!("No later than the key that asks, which ends at {end}")
}

fn told_ips(own: &AllowedIps) -> String {
    let ranges: Vec<String> = own.ranges().collect();
    format!("Only addresses of the key that asks: {}", ranges.join(", "))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::keys::model::{Lifetime, NewKey};

    fn ips(text: &str) -> AllowedIps {
        AllowedIps::parse(text).expect("ranges")
    }

    #[test]
    fn a_list_of_addresses_is_within_another_as_a_whole() {
        let halves = ips("10.0.0.0/9\n10.128.0.0/9\n2001:db8::/32");
        for within in ["10.0.0.0/8", "10.1.2.3", "2001:db8:1::/48\n10.0.0.0/16"] {
            assert!(ips(within).is_within(&halves), "{within}");
        }
        for beyond in ["", "10.0.0.0/7", "10.1.2.3\n192.0.2.1", "0.0.0.0/0", "::/0"] {
            assert!(!ips(beyond).is_within(&halves), "{beyond}");
        }
        for any in ["", "0.0.0.0/0", "::/0"] {
            assert!(ips(any).is_within(&AllowedIps::default()), "{any}");
        }
        assert!(!AllowedIps::default().is_within(&ips("0.0.0.0/0\n::/0")));
    }

    #[test]
    fn the_end_of_a_new_key_is_checked_before_it_is_cleared() {
        let now = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(10_000);
        let lifetimes = KeyLifetimes::for_test(None, Some(30));
        let new = |end| {
            let rules = (lifetimes, crate::web::time::Zone::UTC, now);
            NewKey::parse(
                "ci",
                Ok(Permissions::everything()),
                Ok(Lifetime::At(end)),
                rules,
            )
        };
        assert!(new(now + TimeDelta::days(30)).is_ok());
        for wrong in [TimeDelta::zero(), TimeDelta::days(-1), TimeDelta::days(31)] {
            assert!(new(now + wrong).is_err(), "{wrong}");
        }
    }
}
