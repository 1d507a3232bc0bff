//! What was typed into the dialog, and into that of an edit, which asks the same.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    error::{Error, FieldError, Result},
    ids::{FormNonce, KeyId},
    keys::{
        model::{Kind, NewKey, Settings},
        pages::{back::at_key, incident, limits},
    },
    permissions::{Permissions, custom},
    web::time::Zone,
    workspaces::KeyLifetimes,
};

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewKeyForm {
    pub nonce: FormNonce,
    pub label: String,
    #[serde(default)]
    pub kind: Kind,
    /// Of a publishable key; what was typed before another kind was chosen stays in the form.
    #[serde(default)]
    pub allowed_origins: String,
    #[serde(default = "custom")]
    pub preset: String,
    #[serde(default)]
    pub permission: Vec<String>,
    /// Empty: the workspace's default.
    #[serde(default)]
    pub expiry: String,
    #[serde(default)]
    pub expires_on: String,
    #[serde(default)]
    pub allowed_ips: String,
    #[serde(default)]
    pub rate_limit_per_minute: String,
    /// A tick.
    pub recoverable: Option<String>,
    pub apply: Option<String>,
    /// The id of a compromised key in whose place this one is made; empty for any other.
    #[serde(default)]
    pub replaces: String,
}

/// What both dialogs ask.
pub struct Typed<'a> {
    pub label: &'a str,
    pub kind: Kind,
    pub allowed_origins: &'a str,
    pub preset: &'a str,
    pub permission: &'a [String],
    pub expiry: &'a str,
    pub expires_on: &'a str,
    pub limits: TypedLimits<'a>,
    /// The key that is edited, as it was when its form was made.
    pub of: Option<&'a Settings>,
}

/// A range a line, and a number; both may be empty.
#[derive(Clone, Copy)]
pub struct TypedLimits<'a> {
    pub allowed_ips: &'a str,
    pub rate_limit_per_minute: &'a str,
}

impl NewKeyForm {
    pub fn fresh() -> Self {
        Self {
            nonce: FormNonce::fresh(),
            label: String::new(),
            kind: Kind::Secret,
            allowed_origins: String::new(),
            preset: custom(),
            permission: Vec::new(),
            expiry: String::new(),
            expires_on: String::new(),
            allowed_ips: String::new(),
            rate_limit_per_minute: String::new(),
            recoverable: None,
            apply: None,
            replaces: String::new(),
        }
    }

    /// # Errors
    /// `NotFound`: what is said to be replaced is no key.
    pub fn replaces(&self) -> Result<Option<KeyId>> {
        match self.replaces.as_str() {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| Error::NotFound),
        }
    }

    /// Back to where it was opened.
    pub fn cancel(&self, list: &str) -> String {
        match self.replaces() {
            Ok(Some(id)) => incident::address(list, id),
            _ => list.to_owned(),
        }
    }

    /// To where one goes on with the key that was made.
    pub fn done(&self, list: &str, made: KeyId) -> String {
        match self.replaces() {
            Ok(Some(id)) => incident::address(list, id),
            _ => at_key(list, made),
        }
    }

    /// The form is only to be filled further, and nothing to be generated.
    pub fn only_applies(&self) -> bool {
        self.apply.is_some()
    }

    /// With the address that this server sees, or the preset as ticks. That stands as *Custom* then: without script
    /// nothing would notice a tick that is changed.
    pub fn applied(self, held: &Permissions, ip: Option<IpAddr>) -> Self {
        if self.apply.as_deref() == Some(limits::ADDRESS) {
            let allowed_ips = limits::with_address(&self.allowed_ips, ip);
            return Self {
                allowed_ips,
                ..self
            };
        }
        match self.typed().ticks_of_preset(held) {
            None => self,
            Some(permission) => Self {
                permission,
                preset: custom(),
                ..self
            },
        }
    }

    pub fn typed(&self) -> Typed<'_> {
        Typed {
            label: &self.label,
            kind: self.kind,
            allowed_origins: &self.allowed_origins,
            preset: &self.preset,
            permission: &self.permission,
            expiry: &self.expiry,
            expires_on: &self.expires_on,
            limits: TypedLimits {
                allowed_ips: &self.allowed_ips,
                rate_limit_per_minute: &self.rate_limit_per_minute,
            },
            of: None,
        }
    }

    /// # Errors
    /// Every mistake, under the fields of the form.
    pub fn check(
        &self,
        held: &Permissions,
        at: (KeyLifetimes, Zone, DateTime<Utc>),
    ) -> Result<NewKey, Vec<FieldError>> {
        let new = self.typed().check(held, at)?.from_form(self.nonce);
        Ok(new.recoverable(self.recoverable.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        keys::{
            model::{KeyLimits, Lifetime, Origins},
            pages::expiry::KEEP,
        },
        permissions::Permission,
    };

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
        let number = |preset: &str, ticks: &[&str]| {
            let form = typed(preset, ticks);
            form.typed().permissions(&held).map(|p| p.len())
        };
        assert_eq!(number("read_only", &[]), Ok(4));
        assert_eq!(number("custom", &["FILE_UPLOAD"]), Ok(1));
        assert!(
            typed("read_only", &["FILE_UPLOAD"])
                .typed()
                .permissions(&held)
                .is_err()
        );
        for (preset, ticks) in [("custom", &["FILE_FLY"][..]), ("all", &[])] {
            assert!(typed(preset, ticks).typed().permissions(&held).is_err());
        }
    }

    #[test]
    fn a_publishable_key_has_what_is_for_browsers_only() {
        let lifetimes = KeyLifetimes::for_test(Some(90), None);
        let at = (lifetimes, Zone::UTC, DateTime::UNIX_EPOCH);
        let check = |preset: &str, ticks: &[&str], origins: &str| {
            let form = NewKeyForm {
                kind: Kind::Publishable,
                allowed_origins: origins.to_owned(),
                ..typed(preset, ticks)
            };
            form.check(&Permissions::everything(), at)
        };
        assert!(check("read_only", &[], "https://a.example").is_ok());
        assert!(check("custom", &["OBJECTS_LIST"], "*").is_ok());
        let told = |checked: Result<NewKey, Vec<FieldError>>| {
            let mistakes = checked.expect_err("mistakes").into_iter();
            mistakes
                .map(|m| format!("{}: {}", m.field, m.message))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            told(check(
                "custom",
                &["OBJECTS_LIST", "FILE_UPLOAD"],
                "a.example"
            )),
            [
                "allowed_origins: Line 1, “a.example”: begin with https:// or http://",
                "permissions: A publishable key only reads. It cannot have “Upload files”"
            ]
        );
        assert_eq!(told(check("upload", &[], "*")).len(), 1);
    }

    #[test]
    fn an_applied_preset_stands_as_ticks() {
        let applied =
            typed("read_only", &["FILE_UPLOAD"]).applied(&Permissions::everything(), None);
        assert_eq!(
            (applied.preset.as_str(), applied.permission.len()),
            ("custom", 4)
        );
    }

    #[test]
    fn a_new_key_has_nothing_to_keep_and_may_say_nothing() {
        let lifetimes = KeyLifetimes::for_test(Some(45), None);
        let says = |expiry: &str| NewKeyForm {
            expiry: expiry.to_owned(),
            ..typed("custom", &[])
        };
        assert!(says(KEEP).typed().lifetime(lifetimes).is_err());
        assert_eq!(says("").typed().lifetime(lifetimes), Ok(Lifetime::Days(45)));
    }

    #[test]
    fn what_an_editor_does_not_have_stays_with_the_key() {
        let of = Settings {
            label: "ci".to_owned(),
            permissions: Permissions::everything(),
            allowed_origins: Origins::default(),
            expires_at: None,
            limits: KeyLimits::default(),
        };
        let held: Permissions = [Permission::ObjectsList, Permission::FileUpload]
            .into_iter()
            .collect();
        let form = typed("custom", &["OBJECTS_LIST"]);
        let edited = Typed {
            of: Some(&of),
            ..form.typed()
        };
        let permissions = edited.permissions(&held).expect("ticks");
        assert_eq!(permissions.len(), 30, "all but the one that was unticked");
        assert!(!permissions.contains(Permission::FileUpload));
        assert_eq!(edited.locked(&held).len(), 29);
        let kept = Typed {
            expiry: KEEP,
            ..edited
        };
        let lifetimes = KeyLifetimes::for_test(Some(1), Some(1));
        assert_eq!(kept.lifetime(lifetimes), Ok(Lifetime::Kept(None)));
    }
}
