//! What was typed into the dialog.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use crate::{
    error::FieldError,
    ids::FormNonce,
    keys::model::{Lifetime, NewKey},
    permissions::{self, CUSTOM, Permissions, Preset},
    web::time::Zone,
};

pub const EXPIRIES: [(&str, &str, Option<Lifetime>); 6] = [
    ("30", "In 30 days", Some(Lifetime::Days(30))),
    ("90", "In 90 days (recommended)", Some(Lifetime::Days(90))),
    ("180", "In 180 days", Some(Lifetime::Days(180))),
    ("365", "In 365 days", Some(Lifetime::Days(365))),
    ("date", "On a date", None),
    ("never", "No expiry", Some(Lifetime::Unlimited)),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewKeyForm {
    pub nonce: FormNonce,
    pub label: String,
    #[serde(default = "custom")]
    pub preset: String,
    #[serde(default)]
    pub permission: Vec<String>,
    #[serde(default = "in_90_days")]
    pub expiry: String,
    #[serde(default)]
    pub expires_on: String,
    apply: Option<String>,
}

fn custom() -> String {
    CUSTOM.to_owned()
}

fn in_90_days() -> String {
    "90".to_owned()
}

impl NewKeyForm {
    pub fn fresh() -> Self {
        Self {
            nonce: FormNonce::fresh(),
            label: String::new(),
            preset: custom(),
            permission: Vec::new(),
            expiry: in_90_days(),
            expires_on: String::new(),
            apply: None,
        }
    }

    /// Without script: show the preset's permissions, generate nothing.
    pub fn only_applies_preset(&self) -> bool {
        self.apply.is_some()
    }

    /// The preset as ticks. It stands as *Custom* then: without script nothing would notice a tick that is changed.
    pub fn with_preset(self, held: &Permissions) -> Self {
        let Ok(preset) = self.preset.parse::<Preset>() else {
            return self;
        };
        Self {
            permission: preset
                .permissions(held)
                .iter()
                .map(|p| p.to_string())
                .collect(),
            preset: custom(),
            ..self
        }
    }

    /// # Errors
    /// Every mistake, under the fields of the form.
    pub fn check(
        &self,
        held: &Permissions,
        zone: Zone,
        now: DateTime<Utc>,
    ) -> Result<(NewKey, FormNonce), Vec<FieldError>> {
        let permissions = self.permissions(held);
        let new = NewKey::parse(&self.label, permissions, self.lifetime(), (zone, now))?;
        Ok((new.from_form(self.nonce), self.nonce))
    }

    fn permissions(&self, held: &Permissions) -> Result<Permissions, String> {
        permissions::chosen(&self.preset, &self.permission, held)
    }

    fn lifetime(&self) -> Result<Lifetime, String> {
        let (value, _, lifetime) = EXPIRIES
            .iter()
            .find(|(value, ..)| *value == self.expiry)
            .ok_or("Choose when the key expires")?;
        debug_assert!(lifetime.is_some() || *value == "date");
        match lifetime {
            Some(lifetime) => Ok(*lifetime),
            None => self
                .expires_on
                .parse::<NaiveDate>()
                .map(Lifetime::Until)
                .map_err(|_| "Enter the date on which the key expires".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(preset: &str, ticks: &[&str]) -> NewKeyForm {
        NewKeyForm {
            label: "ci".to_owned(),
            preset: preset.to_owned(),
            permission: ticks.iter().map(|t| (*t).to_owned()).collect(),
            ..NewKeyForm::fresh()
        }
    }

    #[test]
    fn a_preset_and_ticks_must_say_the_same() {
        let held = Permissions::everything();
        assert_eq!(
            typed("read_only", &[]).permissions(&held).map(|p| p.len()),
            Ok(4)
        );
        assert_eq!(
            typed("custom", &["FILE_UPLOAD"])
                .permissions(&held)
                .map(|p| p.len()),
            Ok(1)
        );
        assert!(
            typed("read_only", &["FILE_UPLOAD"])
                .permissions(&held)
                .is_err()
        );
        assert!(typed("custom", &["FILE_FLY"]).permissions(&held).is_err());
        assert!(typed("all", &[]).permissions(&held).is_err());
    }

    #[test]
    fn an_applied_preset_stands_as_ticks() {
        let applied = typed("read_only", &["FILE_UPLOAD"]).with_preset(&Permissions::everything());
        assert_eq!(
            (applied.preset.as_str(), applied.permission.len()),
            ("custom", 4)
        );
    }

    #[test]
    fn a_date_must_be_one() {
        let on = |day: &str| NewKeyForm {
            expiry: "date".to_owned(),
            expires_on: day.to_owned(),
            ..typed("custom", &[])
        };
        assert!(on("2027-02-30").lifetime().is_err() && on("").lifetime().is_err());
        assert!(on("2027-02-28").lifetime().is_ok());
        assert!(
            NewKeyForm {
                expiry: "soon".to_owned(),
                ..typed("custom", &[])
            }
            .lifetime()
            .is_err()
        );
    }
}
