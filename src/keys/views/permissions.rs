//! Permissions, as a list or as boxes to tick.

use crate::permissions::Permission;

/// Permissions of one group. A choice of them in the dialog, a plain list on the key's page.
pub struct PermissionGroup {
    /// For the ids of elements: `g-{id}`.
    pub id: &'static str,
    pub name: &'static str,
    /// In the dialog: how many are ticked, of how many that can be.
    pub selected: usize,
    pub total: usize,
    /// In the dialog: unfolded from the start.
    pub open: bool,
    pub items: Vec<PermissionItem>,
}

/// One permission of the catalogue.
pub struct PermissionItem {
    pub code: &'static str,
    pub name: &'static str,
    pub careful: bool,
    /// In the dialog: ticked.
    pub checked: bool,
    /// In the dialog: values of the presets that contain it, separated by spaces.
    pub presets: String,
    /// In the dialog: the key has it, and whoever edits the key does not.
    pub locked: bool,
}

impl PermissionItem {
    /// To be read, not to be ticked.
    pub fn had(permission: Permission) -> Self {
        let about = permission.describe();
        Self {
            code: about.code,
            name: about.name,
            careful: about.careful,
            checked: true,
            presets: String::new(),
            locked: false,
        }
    }

    pub fn locked(permission: Permission) -> Self {
        Self {
            locked: true,
            ..Self::had(permission)
        }
    }
}
