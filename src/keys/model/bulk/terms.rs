//! The terms of a change as the database keeps them: for a run, and to put back what keys had.

use serde_json::{Value, json};

use super::{Bulk, BulkAction};
use crate::{
    keys::model::{Key, Reason},
    permissions::Permissions,
};

impl Bulk {
    /// The reason, the expiry or the permissions, as a run keeps them.
    pub fn terms(&self) -> Value {
        match self {
            Self::Revoke(reason) => json!({"reason": reason.name()}),
            Self::ChangeExpiry(end) => json!({"expires_at": end}),
            Self::AddPermissions(permissions) | Self::RemovePermissions(permissions) => {
                json!({"permissions": permissions})
            }
            _ => json!({}),
        }
    }

    /// None: they are not of this action.
    pub fn with_terms(action: BulkAction, terms: &Value) -> Option<Self> {
        let permissions = || {
            let codes = terms.get("permissions")?.as_array()?.iter();
            codes
                .map(|code| code.as_str()?.parse().ok())
                .collect::<Option<Permissions>>()
        };
        Some(match action {
            BulkAction::Activate => Self::Activate,
            BulkAction::Deactivate => Self::Deactivate,
            BulkAction::Revoke => Self::Revoke(match terms.get("reason")?.as_str()? {
                "compromised" => Reason::Compromised,
                _ => Reason::Unneeded,
            }),
            BulkAction::Restore => Self::Restore,
            BulkAction::ChangeExpiry => {
                Self::ChangeExpiry(match terms.get("expires_at")?.as_str() {
                    Some(end) => Some(end.parse().ok()?),
                    None => None,
                })
            }
            BulkAction::AddPermissions => Self::AddPermissions(permissions()?),
            BulkAction::RemovePermissions => Self::RemovePermissions(permissions()?),
        })
    }

    /// Of a key, what [`Bulk::PutBack`] needs. None: it needs nothing.
    pub fn had(&self, key: &Key) -> Option<Value> {
        match self {
            Self::ChangeExpiry(_) => Some(json!({"expires_at": key.expires_at})),
            Self::AddPermissions(_) | Self::RemovePermissions(_) => {
                Some(json!({"permissions": key.permissions}))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions::Permission;

    #[test]
    fn the_terms_of_a_change_come_back() {
        for bulk in [
            Bulk::Activate,
            Bulk::Revoke(Reason::Compromised),
            Bulk::ChangeExpiry(None),
            Bulk::ChangeExpiry(Some(chrono::DateTime::UNIX_EPOCH)),
            Bulk::RemovePermissions(
                [Permission::ObjectsList, Permission::FileUpload]
                    .into_iter()
                    .collect(),
            ),
        ] {
            let action = bulk.action().expect("it has a button");
            assert_eq!(Bulk::with_terms(action, &bulk.terms()), Some(bulk));
        }
    }
}
