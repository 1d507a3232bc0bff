//! The screens of groups: one function per route, one file per verb.

mod defaults;
mod deletion;
mod details;
mod list;
mod people;
mod permissions;
mod show;

pub use defaults::{ask as ask_defaults, change as change_defaults};
pub use deletion::{ask as ask_delete, delete};
pub use details::{create, edit, new, rename};
pub use list::index;
pub use people::{add, add_back, ask as ask_add, take_out};
pub use permissions::change as change_permissions;
pub use show::show;

use serde::Deserialize;

use crate::{
    ids::{GroupId, MemberId},
    permissions::{Permissions, Preset, chosen, custom},
    web::{time, ui::Shell},
};

/// The variable parts of a group's address.
#[derive(Deserialize)]
pub struct OfGroup {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    group: GroupId,
}

/// The variable parts of the address of somebody in a group.
#[derive(Deserialize)]
pub struct OfPlace {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    group: GroupId,
    member: MemberId,
}

/// The address of the list, which begins that of everything else here.
fn list_path(shell: &Shell) -> String {
    shell
        .workspace
        .as_ref()
        .map(|w| w.groups.clone())
        .unwrap_or_default()
}

/// "3 permissions", "No permissions".
fn counted(permissions: &Permissions) -> String {
    match permissions.len() {
        0 => "No permissions".to_owned(),
        n => time::counted(i64::try_from(n).unwrap_or(i64::MAX), "permission"),
    }
}

/// A choice of permissions as it was sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionsForm {
    #[serde(default = "custom")]
    preset: String,
    #[serde(default)]
    permission: Vec<String>,
    apply: Option<String>,
}

impl PermissionsForm {
    /// # Errors
    /// A sentence to the person.
    fn chosen(&self, held: &Permissions) -> Result<Permissions, String> {
        chosen(&self.preset, &self.permission, held)
    }

    /// What is ticked, as far as it can be read.
    fn ticked(&self) -> Permissions {
        let ticks = self.permission.iter();
        ticks.filter_map(|code| code.parse().ok()).collect()
    }

    /// Without script: what the preset ticks, before anything is saved.
    fn applied(&self, held: &Permissions) -> Option<Permissions> {
        self.apply.as_ref()?;
        let preset = self.preset.parse::<Preset>();
        Some(preset.map_or_else(|()| self.ticked(), |preset| preset.permissions(held)))
    }
}
