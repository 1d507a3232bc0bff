//! The dialog that shows what was typed.

use chrono::{DateTime, Utc};

use super::typed::{CUSTOM, Typed};
use crate::{
    error::FieldError,
    keys::{
        pages::expiry::{self, KEEP},
        views::{Choice, DateField, KeyForm, LabelField, PermissionGroup, PermissionItem},
    },
    permissions::{Group, Permission, Permissions, Preset},
    web::{time::Zone, ui::ErrorSummary},
    workspaces::KeyLifetimes,
};

impl Typed<'_> {
    pub fn view(
        &self,
        (action, cancel): (String, String),
        held: &Permissions,
        mistakes: &[FieldError],
        (lifetimes, zone, now): (KeyLifetimes, Zone, DateTime<Utc>),
    ) -> KeyForm {
        let mistakes = self.placed(mistakes);
        let of = |field| FieldError::of(&mistakes, field);
        let ticked: Permissions = self
            .permission
            .iter()
            .filter_map(|code| code.parse().ok())
            .collect();
        let keep = self
            .of
            .map(|of| expiry::keep(of.expires_at, self.expiry, zone, now));
        let asks = match self.expiry {
            KEEP => None,
            expiry => Some(expiry),
        };
        KeyForm {
            action,
            cancel,
            summary: ErrorSummary::of(&mistakes),
            label: LabelField {
                value: self.label.to_owned(),
                error: of("label"),
                autofocus: mistakes.is_empty(),
            },
            presets: presets(self.preset),
            selected: ticked.within(held).len(),
            total: held.len(),
            groups: groups(held, &ticked, &self.locked(held)),
            permission_error: of("permissions"),
            expiries: keep
                .into_iter()
                .chain(expiry::choices(asks, lifetimes, zone, now))
                .collect(),
            expiry_error: of("expiry"),
            date: DateField {
                value: self.expires_on.to_owned(),
                min: zone.date_of(now).to_string(),
                max: lifetimes
                    .last_day(zone, now)
                    .map(|day| day.to_string())
                    .unwrap_or_default(),
                error: of("expires_on"),
            },
        }
    }

    /// A mistake about the expiry stands where it was made.
    fn placed(&self, mistakes: &[FieldError]) -> Vec<FieldError> {
        let place = |mistake: &FieldError| match &*mistake.field {
            "expires_on" => FieldError::new(expiry::field(self.expiry), &*mistake.message),
            _ => mistake.clone(),
        };
        mistakes.iter().map(place).collect()
    }
}

fn presets(chosen: &str) -> Vec<Choice> {
    Preset::ALL
        .iter()
        .map(|preset| (preset.code(), preset.name()))
        .chain([(CUSTOM, "Custom")])
        .map(|(value, text)| Choice {
            value,
            text,
            checked: value == chosen,
        })
        .collect()
}

/// What whoever sends the form may give, and what the key has besides, which stays.
fn groups(held: &Permissions, ticked: &Permissions, locked: &Permissions) -> Vec<PermissionGroup> {
    let within = |set: &Permissions, group: Group| -> Vec<Permission> {
        set.iter().filter(|p| p.describe().group == group).collect()
    };
    Group::ALL
        .iter()
        .map(|group| {
            let choices = within(held, *group);
            let fixed = within(locked, *group);
            let selected = choices.iter().filter(|p| ticked.contains(**p)).count();
            PermissionGroup {
                id: group.id(),
                name: group.title(),
                selected,
                total: choices.len(),
                open: selected + fixed.len() > 0 || *group == Group::Read,
                items: choices
                    .into_iter()
                    .map(|p| item(p, held, ticked))
                    .chain(fixed.into_iter().map(PermissionItem::locked))
                    .collect(),
            }
        })
        .filter(|group| !group.items.is_empty())
        .collect()
}

fn item(permission: Permission, held: &Permissions, ticked: &Permissions) -> PermissionItem {
    let about = permission.describe();
    let presets: Vec<&str> = Preset::ALL
        .iter()
        .filter(|preset| preset.permissions(held).contains(permission))
        .map(|preset| preset.code())
        .collect();
    PermissionItem {
        code: about.code,
        name: about.name,
        careful: about.careful,
        checked: ticked.contains(permission),
        presets: presets.join(" "),
        locked: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_given_is_shown_where_the_key_has_it() {
        let of = |permissions: &[Permission]| permissions.iter().copied().collect();
        let held: Permissions = of(&[Permission::ObjectsList, Permission::FileUpload]);
        let ticked: Permissions = of(&[Permission::ObjectsList]);
        let locked: Permissions = of(&[Permission::FileDelete, Permission::AccessManage]);
        let shown: Vec<String> = groups(&held, &ticked, &locked)
            .iter()
            .map(|group| {
                let items = group.items.iter();
                let locks = items.map(|item| format!(" {}: {}", item.code, item.locked));
                let counts = format!("{} {}/{}", group.id, group.selected, group.total);
                counts + &locks.collect::<String>()
            })
            .collect();
        assert_eq!(
            shown,
            [
                "Read 1/1 OBJECTS_LIST: false",
                "Files 0/1 FILE_UPLOAD: false FILE_DELETE: true",
                "Workspace 0/0 ACCESS_MANAGE: true",
            ]
        );
    }
}
