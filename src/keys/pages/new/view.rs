//! The dialog that shows what was typed.

use chrono::{DateTime, Utc};

use super::typed::{CUSTOM, EXPIRIES, NewKeyForm};
use crate::{
    error::FieldError,
    keys::views::{
        Choice, DateField, ExpiryChoice, LabelField, NewForm, PermissionGroup, PermissionItem,
    },
    permissions::{Group, Permission, Permissions, Preset},
    web::{time::Zone, ui::ErrorSummary},
};

impl NewKeyForm {
    pub fn view(
        &self,
        list: &str,
        held: &Permissions,
        mistakes: &[FieldError],
        zone: Zone,
        now: DateTime<Utc>,
    ) -> NewForm {
        let of = |field| FieldError::of(mistakes, field);
        let ticked: Permissions = self
            .permission
            .iter()
            .filter_map(|code| code.parse().ok())
            .collect();
        NewForm {
            action: format!("{list}/new"),
            cancel: list.to_owned(),
            nonce: self.nonce.to_string(),
            summary: ErrorSummary::of(mistakes),
            label: LabelField {
                value: self.label.clone(),
                error: of("label"),
                autofocus: mistakes.is_empty(),
            },
            presets: presets(&self.preset),
            selected: ticked.within(held).len(),
            total: held.len(),
            groups: groups(held, &ticked),
            permission_error: of("permissions"),
            expiries: expiries(&self.expiry, zone, now),
            date: DateField {
                value: self.expires_on.clone(),
                min: zone.date_of(now).to_string(),
                error: of("expires_on"),
            },
        }
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

fn expiries(chosen: &str, zone: Zone, now: DateTime<Utc>) -> Vec<ExpiryChoice> {
    EXPIRIES
        .iter()
        .map(|(value, text, lifetime)| ExpiryChoice {
            value,
            text,
            hint: match lifetime.map(|lifetime| lifetime.end(zone, now)) {
                Some(Ok(Some(end))) => format!("Stops working on {}.", zone.long_day(end)),
                Some(_) => "Works until somebody deactivates or revokes it.".to_owned(),
                None => format!("Works to the end of that day, {}.", zone.name()),
            },
            selected: *value == chosen,
        })
        .collect()
}

/// Only what whoever makes the key may give.
fn groups(held: &Permissions, ticked: &Permissions) -> Vec<PermissionGroup> {
    let in_group = |group: Group| held.iter().filter(move |p| p.describe().group == group);
    Group::ALL
        .iter()
        .map(|group| {
            let items: Vec<PermissionItem> =
                in_group(*group).map(|p| item(p, held, ticked)).collect();
            let selected = items.iter().filter(|i| i.checked).count();
            PermissionGroup {
                id: group.id(),
                name: group.title(),
                selected,
                total: items.len(),
                open: selected > 0 || *group == Group::Read,
                items,
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
    }
}
