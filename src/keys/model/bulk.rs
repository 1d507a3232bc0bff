//! What can be done to many keys at once, and to which of them.

mod action;
mod terms;

pub use action::BulkAction;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{Expiry, Key, Reason, Settings, Skip, State};
use crate::{
    ids::{KeyId, MemberId},
    permissions::Permissions,
    workspaces::KeyLifetimes,
};

/// Keys that one change may touch.
pub const MOST: usize = 2_000;

/// A change to many keys, with its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bulk {
    Activate,
    Deactivate,
    Revoke(Reason),
    Restore,
    ChangeExpiry(Expiry),
    AddPermissions(Permissions),
    RemovePermissions(Permissions),
    /// An edit is undone: by the id of a key, what it had.
    PutBack(Map<String, Value>),
}

/// By whom, when and within what keys are changed.
pub struct Within {
    pub by: Option<MemberId>,
    pub by_key: Option<KeyId>,
    pub held: Permissions,
    pub lifetimes: KeyLifetimes,
    pub now: DateTime<Utc>,
}

impl Bulk {
    /// None: an undo has no button.
    pub fn action(&self) -> Option<BulkAction> {
        Some(match self {
            Self::Activate => BulkAction::Activate,
            Self::Deactivate => BulkAction::Deactivate,
            Self::Revoke(_) => BulkAction::Revoke,
            Self::Restore => BulkAction::Restore,
            Self::ChangeExpiry(_) => BulkAction::ChangeExpiry,
            Self::AddPermissions(_) => BulkAction::AddPermissions,
            Self::RemovePermissions(_) => BulkAction::RemovePermissions,
            Self::PutBack(_) => return None,
        })
    }

    /// What takes it back. A revoked key comes back deactivated, whatever it was. None: that is not known.
    pub fn inverse(action: BulkAction, had: Option<Value>) -> Option<Self> {
        Some(match (action, had) {
            (BulkAction::Activate, _) => Self::Deactivate,
            (BulkAction::Deactivate, _) => Self::Activate,
            (BulkAction::Revoke, _) => Self::Restore,
            (BulkAction::Restore, _) => Self::Revoke(Reason::Unneeded),
            (_, Some(Value::Object(had))) => Self::PutBack(had),
            _ => return None,
        })
    }

    /// Of a personal key, nobody else than its owner may do it. What is brought back is deactivated.
    pub fn needs_owner(&self) -> bool {
        !matches!(self, Self::Deactivate | Self::Revoke(_) | Self::Restore)
    }

    /// A key that was revoked as compromised never comes back.
    pub fn can_be_undone(&self) -> bool {
        !matches!(self, Self::Revoke(Reason::Compromised) | Self::PutBack(_))
    }

    /// As the audit log calls it. None: as an edit, which tells what differs.
    pub fn event(&self) -> Option<&'static str> {
        match self {
            Self::Activate => Some("key.activated"),
            Self::Deactivate => Some("key.deactivated"),
            Self::Revoke(_) => Some("key.revoked"),
            Self::Restore => Some("key.restored"),
            _ => None,
        }
    }

    /// The key as it is afterwards.
    ///
    /// # Errors
    /// Why it does not fit the key, for whoever asked.
    pub fn onto(&self, key: &Key, within: &Within) -> Result<Key, Skip> {
        let now = within.now;
        let state = key.state(now);
        let mut after = Key {
            updated_at: now,
            updated_by_member_id: within.by,
            updated_by_key_id: within.by_key,
            ..key.clone()
        };
        match (self, state) {
            (Self::Activate, State::Deactivated) => after.deactivated_at = None,
            (Self::Activate, State::Active | State::Rotating) => return Err(Skip::ActiveAlready),
            (Self::Deactivate, State::Active | State::Rotating) => after.deactivated_at = Some(now),
            (Self::Deactivate, State::Deactivated) => return Err(Skip::DeactivatedAlready),
            (Self::Activate | Self::Deactivate, State::Expired) => return Err(Skip::Expired),
            (Self::Activate | Self::Deactivate, State::Revoked) => return Err(Skip::Revoked),
            (Self::Activate | Self::Deactivate, State::Suspended) => return Err(Skip::Suspended),
            (Self::Revoke(reason), _) if !reason.is_graver_than(key.revoked_for) => {
                return Err(Skip::RevokedAlready);
            }
            (Self::Revoke(reason), _) => {
                after.revoked_at = key.revoked_at.or(Some(now));
                after.revoked_for = Some(*reason);
                after.recovery = key.recovery.after_revocation();
            }
            (Self::Restore, State::Revoked) => {
                match key.restorable_until() {
                    None => return Err(Skip::Compromised),
                    Some(end) if end <= now => return Err(Skip::TooLate),
                    Some(_) => {}
                }
                after.revoked_at = None;
                after.revoked_for = None;
                after.deactivated_at = Some(now);
                after.expires_at = within.lifetimes.cut(key.expires_at, now);
            }
            (Self::Restore, _) => return Err(Skip::NotRevoked),
            (_, State::Revoked) => return Err(Skip::Uneditable),
            _ => {
                let to = self.settings(key, within)?;
                after.permissions = to.permissions;
                after.expires_at = to.expires_at;
            }
        }
        Ok(after)
    }

    /// What an edit makes of the settings of a key.
    fn settings(&self, key: &Key, within: &Within) -> Result<Settings, Skip> {
        let was = Settings::from(key);
        if !was.permissions.beyond(&within.held).is_empty() {
            return Err(Skip::BeyondEditor);
        }
        let mut to = was.clone();
        match self {
            Self::ChangeExpiry(end) => to.expires_at = *end,
            Self::AddPermissions(added) => to.permissions = was.permissions.with(added),
            Self::RemovePermissions(removed) => to.permissions = was.permissions.beyond(removed),
            Self::PutBack(had) => {
                let told = had.get(key.id.as_str()).and_then(|had| was.with(had));
                to = told.ok_or(Skip::ChangedSince)?;
            }
            _ => {}
        }
        if to == was {
            return Err(match self {
                Self::ChangeExpiry(_) => Skip::SameExpiry,
                Self::AddPermissions(_) => Skip::HasThem,
                Self::RemovePermissions(_) => Skip::HasNone,
                _ => Skip::ChangedSince,
            });
        }
        if to.permissions.is_empty() {
            return Err(Skip::NoneLeft);
        }
        if key.kind.check(&to.permissions).is_err() {
            return Err(Skip::OnlyReads);
        }
        if to.check_change_of(&was, &within.held).is_err() {
            return Err(Skip::BeyondEditor);
        }
        let is_admitted = within.lifetimes.admit(to.expires_at, within.now).is_ok();
        match to.expires_at == was.expires_at || is_admitted {
            true => Ok(to),
            false => Err(Skip::BeyondMaximum),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use serde_json::json;

    use super::*;
    use crate::{
        keys::model::{Kind, Origins},
        permissions::Permission,
    };

    const LIST: Permission = Permission::ObjectsList;
    const UPLOAD: Permission = Permission::FileUpload;

    fn set(permissions: &[Permission]) -> Permissions {
        permissions.iter().copied().collect()
    }

    fn now() -> DateTime<Utc> {
        "2026-11-20T09:00:00Z".parse().expect("a time")
    }

    fn key(permissions: &[Permission], days: i64) -> Key {
        Key {
            permissions: set(permissions),
            expires_at: Some(now() + TimeDelta::days(days)),
            ..Key::for_test(now() - TimeDelta::days(100))
        }
    }

    fn within(held: &[Permission], max: Option<i64>) -> Within {
        Within {
            by: None,
            by_key: None,
            held: set(held),
            lifetimes: KeyLifetimes::for_test(max, max),
            now: now(),
        }
    }

    #[test]
    fn a_key_gains_and_loses_permissions_but_never_all_of_them() {
        let within = within(&[LIST, UPLOAD], None);
        let key = key(&[LIST], 1);
        let add = |permissions: &[Permission]| Bulk::AddPermissions(set(permissions));
        let after = add(&[UPLOAD]).onto(&key, &within).expect("it fits");
        assert_eq!(after.permissions, set(&[LIST, UPLOAD]));
        assert_eq!(add(&[LIST]).onto(&key, &within).err(), Some(Skip::HasThem));
        let remove = |permissions: &[Permission], key: &Key| {
            let bulk = Bulk::RemovePermissions(set(permissions));
            bulk.onto(key, &within).map(|key| key.permissions)
        };
        assert_eq!(remove(&[UPLOAD], &after), Ok(set(&[LIST])));
        assert_eq!(remove(&[UPLOAD], &key), Err(Skip::HasNone));
        assert_eq!(remove(&[LIST, UPLOAD], &after), Err(Skip::NoneLeft));
    }

    #[test]
    fn a_key_that_may_more_than_its_editor_stays_as_it_is() {
        let within = within(&[LIST], None);
        for bulk in [
            Bulk::ChangeExpiry(None),
            Bulk::AddPermissions(set(&[LIST])),
            Bulk::RemovePermissions(set(&[LIST])),
        ] {
            let refused = bulk.onto(&key(&[LIST, UPLOAD], 1), &within).err();
            assert_eq!(refused, Some(Skip::BeyondEditor), "{bulk:?}");
        }
        let add = Bulk::AddPermissions(set(&[UPLOAD]));
        let refused = add.onto(&key(&[LIST], 1), &within).err();
        assert_eq!(refused, Some(Skip::BeyondEditor));
    }

    #[test]
    fn a_publishable_key_gains_what_such_a_key_may_have_and_nothing_else() {
        let within = within(Permission::ALL, None);
        let key = Key {
            kind: Kind::Publishable,
            allowed_origins: Origins::parse("*").expect("an origin"),
            ..key(&[LIST], 1)
        };
        let add = |permission| Bulk::AddPermissions(set(&[permission])).onto(&key, &within);
        assert!(add(Permission::LabelsList).is_ok());
        assert_eq!(add(UPLOAD).err(), Some(Skip::OnlyReads));
    }

    #[test]
    fn no_end_is_beyond_the_maximum_and_an_expired_key_lives_again() {
        let within = within(&[LIST], Some(30));
        let end = |days| Bulk::ChangeExpiry(Some(now() + TimeDelta::days(days)));
        let expired = key(&[LIST], -1);
        let after = end(30).onto(&expired, &within).expect("it fits");
        assert_eq!(after.state(now()), State::Active);
        for beyond in [end(31), Bulk::ChangeExpiry(None)] {
            let refused = beyond.onto(&expired, &within).err();
            assert_eq!(refused, Some(Skip::BeyondMaximum));
        }
        let same = end(5).onto(&key(&[LIST], 5), &within).err();
        assert_eq!(same, Some(Skip::SameExpiry));
    }

    #[test]
    fn an_undone_edit_puts_back_what_each_key_had() {
        let within = within(&[LIST, UPLOAD], None);
        let was = key(&[LIST], 1);
        let bulk = Bulk::AddPermissions(set(&[UPLOAD]));
        let after = bulk.onto(&was, &within).expect("it fits");
        let had = json!({was.id.as_str(): bulk.had(&was)});
        let undo = Bulk::inverse(BulkAction::AddPermissions, Some(had)).expect("known");
        let back = undo.onto(&after, &within).expect("it fits");
        assert_eq!(back.permissions, was.permissions);
        let other = undo.onto(&key(&[LIST], 1), &within).err();
        assert_eq!(other, Some(Skip::ChangedSince));
    }
}
