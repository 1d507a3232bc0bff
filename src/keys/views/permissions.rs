//! Permissions, as a list or as boxes to tick.

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
}
