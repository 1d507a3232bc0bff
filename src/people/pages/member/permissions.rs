//! What a plain member may do, and through what.

use chrono::{DateTime, Utc};

use crate::{
    people::{
        model::Group,
        views::{PermissionThrough, Through},
    },
    permissions::{self as catalogue, Permission, Permissions},
};

/// What everybody has is through this.
const EVERYBODY: &str = "Every member";

type Groups = [(Group, DateTime<Utc>)];

/// "7 of 31".
pub fn count(defaults: &Permissions, groups: &Groups) -> String {
    let all = groups.iter().fold(defaults.clone(), |all, (group, _)| {
        all.with(&group.permissions)
    });
    format!("{} of {}", all.len(), Permission::ALL.len())
}

/// In the order of the catalogue. Groups of it without a permission are left out.
pub fn through(defaults: &Permissions, groups: &Groups) -> Vec<Through> {
    catalogue::Group::ALL
        .iter()
        .map(|of| Through {
            name: of.title(),
            items: Permission::ALL
                .iter()
                .filter(|p| p.describe().group == *of)
                .filter_map(|p| item(*p, defaults, groups))
                .collect(),
        })
        .filter(|through| !through.items.is_empty())
        .collect()
}

fn item(
    permission: Permission,
    defaults: &Permissions,
    groups: &Groups,
) -> Option<PermissionThrough> {
    let everybody = defaults.contains(permission).then_some(EVERYBODY);
    let those = groups
        .iter()
        .filter(|(group, _)| group.permissions.contains(permission))
        .map(|(group, _)| group.name.as_str());
    let through: Vec<&str> = everybody.into_iter().chain(those).collect();
    let about = permission.describe();
    (!through.is_empty()).then(|| PermissionThrough {
        code: about.code,
        name: about.name,
        careful: about.careful,
        through: through.join(", "),
    })
}
