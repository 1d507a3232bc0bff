//! The dialog that shows what was typed.

use chrono::{DateTime, Utc};

use super::typed::Typed;
use crate::{
    error::FieldError,
    keys::{
        pages::expiry::{self, KEEP},
        views::{KeyForm, LabelField},
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
            permissions: PermissionsField::new(
                "Grant only what this app needs. You can grant the permissions you have yourself.",
                held,
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

    /// A mistake about the expiry stands where it was made.
    fn placed(&self, mistakes: &[FieldError]) -> Vec<FieldError> {
        let place = |mistake: &FieldError| match &*mistake.field {
            "expires_on" => FieldError::new(expiry::field(self.expiry), &*mistake.message),
            _ => mistake.clone(),
        };
        mistakes.iter().map(place).collect()
    }
}
