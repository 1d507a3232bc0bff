//! The dialog that shows what was typed.

use chrono::{DateTime, Utc};

use super::typed::{EXPIRIES, NewKeyForm};
use crate::{
    error::FieldError,
    keys::views::{DateField, ExpiryChoice, LabelField, NewForm},
    permissions::Permissions,
    web::{
        time::Zone,
        ui::{ErrorSummary, PermissionsField},
    },
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
            permissions: PermissionsField::new(
                "Grant only what this app needs. You can grant the permissions you have yourself.",
                held,
                &ticked,
                &Permissions::default(),
                &self.preset,
            )
            .error(of("permissions")),
            expiries: expiries(&self.expiry, zone, now),
            date: DateField {
                value: self.expires_on.clone(),
                min: zone.date_of(now).to_string(),
                error: of("expires_on"),
            },
        }
    }
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
