//! The buttons under the list.

/// What is done, apart from its terms: the button that is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    Activate,
    Deactivate,
    Revoke,
    Restore,
    ChangeExpiry,
    AddPermissions,
    RemovePermissions,
}

impl BulkAction {
    const ALL: [Self; 7] = [
        Self::Activate,
        Self::Deactivate,
        Self::Revoke,
        Self::Restore,
        Self::ChangeExpiry,
        Self::AddPermissions,
        Self::RemovePermissions,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::Revoke => "revoke",
            Self::Restore => "restore",
            Self::ChangeExpiry => "change_expiry",
            Self::AddPermissions => "add_permissions",
            Self::RemovePermissions => "remove_permissions",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// It changes what a key is edited to, not whether it answers.
    pub fn is_edit(self) -> bool {
        matches!(
            self,
            Self::ChangeExpiry | Self::AddPermissions | Self::RemovePermissions
        )
    }

    /// The last part of the address that does it, and its picture.
    pub fn way(self) -> (&'static str, &'static str) {
        match self {
            Self::Activate => ("activations", "power"),
            Self::Deactivate => ("deactivations", "pause"),
            Self::Revoke => ("revocations", "warn"),
            Self::Restore => ("restorations", "undo"),
            Self::ChangeExpiry | Self::AddPermissions | Self::RemovePermissions => {
                ("edits", "edit")
            }
        }
    }

    /// "revoke 3 keys".
    pub fn verb(self) -> &'static str {
        match self.is_edit() {
            true => "change",
            false => self.name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_action_has_one_name() {
        for action in BulkAction::ALL {
            assert_eq!(BulkAction::named(action.name()), Some(action));
            let read: BulkAction =
                serde_json::from_value(json!(action.name())).expect("the same name");
            assert_eq!(read, action);
        }
    }
}
