//! What of that which was typed is as it may be.

use chrono::{DateTime, Utc};

use super::typed::{Typed, TypedLimits};
use crate::{
    error::FieldError,
    keys::{
        model::{KeyLimits, Kind, Lifetime, NewKey, Origins},
        pages::expiry::{self, KEEP},
    },
    permissions::{self, Permissions, Preset},
    web::time::Zone,
    workspaces::KeyLifetimes,
};

impl Typed<'_> {
    /// # Errors
    /// Every mistake, under the fields of the form.
    pub fn check(
        &self,
        held: &Permissions,
        at: (KeyLifetimes, Zone, DateTime<Utc>),
    ) -> Result<NewKey, Vec<FieldError>> {
        let new = NewKey::parse(self.label, self.permissions(held), self.lifetime(at.0), at);
        let new = match self.kind {
            Kind::Secret => new,
            Kind::Publishable => for_browsers(new, Origins::parse(self.allowed_origins)),
        };
        let TypedLimits {
            allowed_ips,
            rate_limit_per_minute,
        } = self.limits;
        match (new, KeyLimits::parse(allowed_ips, rate_limit_per_minute)) {
            (Ok(new), Ok(limits)) => Ok(new.within(limits)),
            (new, limits) => {
                let mistakes = new.err().into_iter().chain(limits.err());
                Err(mistakes.flatten().collect())
            }
        }
    }

    /// The codes of the chosen preset; none where none is.
    pub fn ticks_of_preset(&self, held: &Permissions) -> Option<Vec<String>> {
        let preset: Preset = self.preset.parse().ok()?;
        let codes = preset.permissions(held);
        Some(codes.iter().map(|p| p.to_string()).collect())
    }

    /// Permissions of the key that whoever edits it does not have: shown, and neither given nor taken.
    pub fn locked(&self, held: &Permissions) -> Permissions {
        self.of
            .map(|of| of.permissions.beyond(held))
            .unwrap_or_default()
    }

    pub(super) fn permissions(&self, held: &Permissions) -> Result<Permissions, String> {
        let chosen = permissions::chosen(self.preset, self.permission, held)?;
        self.kind.check(&chosen)?;
        Ok(chosen.iter().chain(self.locked(held).iter()).collect())
    }

    pub(super) fn lifetime(&self, lifetimes: KeyLifetimes) -> Result<Lifetime, String> {
        match (self.expiry, self.of) {
            (KEEP, Some(of)) => Ok(Lifetime::Kept(of.expires_at)),
            ("", None) => Ok(Lifetime::default_of(lifetimes)),
            (expiry, _) => expiry::chosen(expiry, self.expires_on),
        }
    }
}

/// Mistakes in the order of the form, where the origins follow the label.
fn for_browsers(
    new: Result<NewKey, Vec<FieldError>>,
    origins: Result<Origins, Vec<String>>,
) -> Result<NewKey, Vec<FieldError>> {
    match (new, origins) {
        (Ok(new), Ok(origins)) => Ok(new.publishable(origins)),
        (new, origins) => {
            let mut mistakes = new.err().unwrap_or_default();
            let wrong = origins.err().unwrap_or_default().into_iter();
            let at = mistakes.iter().take_while(|m| m.field == "label").count();
            let wrong = wrong.map(|why| FieldError::new("allowed_origins", why));
            mistakes.splice(at..at, wrong);
            Err(mistakes)
        }
    }
}
