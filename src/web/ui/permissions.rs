//! Permissions, as a list to read or as boxes to tick.

use super::filters;
use crate::permissions::{CUSTOM, Group, Permission, Permissions, Preset};
use askama::Template;

/// A choice of permissions, with presets above it. Posts `preset permission*`, and `apply=preset` without script.
#[derive(Template)]
#[template(path = "ui/permissions_field.html")]
pub struct PermissionsField {
    /// Whom they are for, and that nobody gives what they do not have.
    pub hint: &'static str,
    pub presets: Vec<PresetRadio>,
    /// How many are ticked, and how many may be.
    pub selected: usize,
    pub total: usize,
    pub groups: Vec<PermissionGroup>,
    pub error: Option<String>,
}
impl askama::filters::HtmlSafe for PermissionsField {}

/// A radio button.
pub struct PresetRadio {
    pub value: &'static str,
    pub text: &'static str,
    pub checked: bool,
    /// It has permissions that no publishable key may have.
    pub secret_only: bool,
}

/// Permissions of one group of the catalogue.
pub struct PermissionGroup {
    /// For the ids of elements: `g-{id}`.
    pub id: &'static str,
    pub name: &'static str,
    /// As a choice: how many are ticked, of how many that can be.
    pub selected: usize,
    pub total: usize,
    /// As a choice: unfolded from the start.
    pub open: bool,
    pub items: Vec<PermissionItem>,
}

/// One permission of the catalogue.
pub struct PermissionItem {
    pub code: &'static str,
    pub name: &'static str,
    pub careful: bool,
    /// No publishable key may have it.
    pub secret_only: bool,
    /// As a choice: ticked.
    pub checked: bool,
    /// As a choice: values of the presets that contain it, separated by spaces.
    pub presets: String,
    /// As a choice: it is there, and whoever chooses does not have it.
    pub locked: bool,
}

impl PermissionsField {
    /// Of what `held` allows to give; `locked` is there besides, and stays.
    pub fn new(
        hint: &'static str,
        held: &Permissions,
        ticked: &Permissions,
        locked: &Permissions,
        preset: &str,
    ) -> Self {
        Self {
            hint,
            presets: Preset::ALL
                .iter()
                .map(|preset| (preset.code(), preset.name(), is_secret_only(*preset)))
                .chain([(CUSTOM, "Custom", false)])
                .map(|(value, text, secret_only)| PresetRadio {
                    value,
                    text,
                    checked: value == preset,
                    secret_only,
                })
                .collect(),
            selected: ticked.within(held).len(),
            total: held.len(),
            groups: PermissionGroup::to_choose(held, ticked, locked),
            error: None,
        }
    }

    pub fn error(self, error: Option<String>) -> Self {
        Self { error, ..self }
    }
}

fn is_secret_only(preset: Preset) -> bool {
    let all = preset.permissions(&Permissions::everything());
    all.iter().any(|p| !p.describe().publishable)
}

impl PermissionGroup {
    fn to_choose(held: &Permissions, ticked: &Permissions, locked: &Permissions) -> Vec<Self> {
        let within = |set: &Permissions, group: Group| -> Vec<Permission> {
            set.iter().filter(|p| p.describe().group == group).collect()
        };
        Group::ALL
            .iter()
            .map(|group| {
                let choices = within(held, *group);
                let fixed = within(locked, *group);
                let selected = choices.iter().filter(|p| ticked.contains(**p)).count();
                Self {
                    id: group.id(),
                    name: group.title(),
                    selected,
                    total: choices.len(),
                    open: selected + fixed.len() > 0 || *group == Group::Read,
                    items: choices
                        .into_iter()
                        .map(|p| PermissionItem::to_choose(p, held, ticked))
                        .chain(fixed.into_iter().map(PermissionItem::locked))
                        .collect(),
                }
            })
            .filter(|group| !group.items.is_empty())
            .collect()
    }

    /// To be read, not to be ticked. Groups without a permission are left out.
    pub fn to_read(held: &Permissions) -> Vec<Self> {
        Group::ALL
            .iter()
            .map(|group| {
                let items: Vec<PermissionItem> = held
                    .iter()
                    .filter(|p| p.describe().group == *group)
                    .map(PermissionItem::had)
                    .collect();
                Self {
                    id: group.id(),
                    name: group.title(),
                    selected: items.len(),
                    total: items.len(),
                    open: true,
                    items,
                }
            })
            .filter(|group| !group.items.is_empty())
            .collect()
    }
}

impl PermissionItem {
    fn to_choose(permission: Permission, held: &Permissions, ticked: &Permissions) -> Self {
        let presets: Vec<&str> = Preset::ALL
            .iter()
            .filter(|preset| preset.permissions(held).contains(permission))
            .map(|preset| preset.code())
            .collect();
        Self {
            checked: ticked.contains(permission),
            presets: presets.join(" "),
            ..Self::had(permission)
        }
    }

    fn had(permission: Permission) -> Self {
        let about = permission.describe();
        Self {
            code: about.code,
            name: about.name,
            careful: about.careful,
            secret_only: !about.publishable,
            checked: true,
            presets: String::new(),
            locked: false,
        }
    }

    fn locked(permission: Permission) -> Self {
        Self {
            locked: true,
            ..Self::had(permission)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_given_is_shown_where_it_is_there() {
        let of = |permissions: &[Permission]| permissions.iter().copied().collect();
        let held: Permissions = of(&[Permission::ObjectsList, Permission::FileUpload]);
        let ticked: Permissions = of(&[Permission::ObjectsList]);
        let locked: Permissions = of(&[Permission::FileDelete, Permission::AccessManage]);
        let groups = PermissionGroup::to_choose(&held, &ticked, &locked);
        let counts: Vec<_> = groups.iter().map(|g| (g.id, g.selected, g.total)).collect();
        assert_eq!(
            counts,
            [("Read", 1, 1), ("Files", 0, 1), ("Workspace", 0, 0)]
        );
        let items = groups.iter().flat_map(|group| &group.items);
        let items: Vec<_> = items.map(|item| (item.code, item.locked)).collect();
        assert_eq!(
            items,
            [
                ("OBJECTS_LIST", false),
                ("FILE_UPLOAD", false),
                ("FILE_DELETE", true),
                ("ACCESS_MANAGE", true)
            ]
        );
    }
}
