//! The dialog that shows what was typed.

use chrono::{DateTime, Utc};

use super::typed::Typed;
use crate::{
    error::FieldError,
    keys::{
        pages::{
            expiry::{self, KEEP},
            limits::{self, Around},
        },
        views::{KeyForm, LabelField, OriginsField},
    },
    permissions::Permissions,
    web::{
        time::Zone,
        ui::{ErrorSummary, PermissionsField},
    },
    workspaces::KeyLifetimes,
};

impl Typed<'_> {
    pub fn view(
        &self,
        (action, cancel): (String, String),
        held: &Permissions,
        mistakes: &[FieldError],
        (lifetimes, zone, now): (KeyLifetimes, Zone, DateTime<Utc>),
        around: Around,
    ) -> KeyForm {
        let mistakes = expiry::placed(mistakes, self.expiry);
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
            limits: limits::fields(&self.limits, &mistakes, around),
            action,
            cancel,
            summary: ErrorSummary::of(&mistakes),
            label: LabelField {
                value: self.label.to_owned(),
                error: of("label"),
                autofocus: mistakes.is_empty() && !around.is_applied,
            },
            is_publishable: self.kind.is_publishable(),
            origins: OriginsField {
                value: self.allowed_origins.to_owned(),
                errors: all_of(&mistakes, "allowed_origins"),
            },
            permissions: PermissionsField::new(
                "Grant only what this app needs. You can grant the permissions you have yourself.",
                &self.offered(held),
                &ticked,
                &self.locked(held),
                self.preset,
            )
            .error(of("permissions")),
            expiries: keep
                .into_iter()
                .chain(expiry::choices(asks, lifetimes, zone, now))
                .collect(),
            expiry_error: of("expiry"),
            date: expiry::date(self.expires_on, of("expires_on"), lifetimes, (zone, now)),
        }
    }

    /// Of a new key all that its maker has: which kind it will be is chosen beside them.
    fn offered(&self, held: &Permissions) -> Permissions {
        match self.of {
            Some(of) => held.within(&of.kind().permissions()),
            None => held.clone(),
        }
    }
}

fn all_of(mistakes: &[FieldError], field: &str) -> Vec<String> {
    let those = mistakes.iter().filter(|mistake| mistake.field == field);
    those.map(|mistake| mistake.message.clone()).collect()
}
