//! What was typed into the dialog.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::base::{Base, codes};
use crate::{
    error::{Error, FieldError, Result},
    keys::{
        model::{Edit, KeyLimits, Setting},
        pages::{
            back::Next,
            expiry::KEEP,
            limits,
            new::typed::{Typed, TypedLimits},
        },
        views::Was,
    },
    permissions::{Permissions, custom},
    web::time::Zone,
    workspaces::KeyLifetimes,
};

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditForm {
    label: String,
    #[serde(default)]
    allowed_origins: String,
    #[serde(default = "custom")]
    preset: String,
    #[serde(default)]
    permission: Vec<String>,
    #[serde(default = "keep")]
    expiry: String,
    #[serde(default)]
    expires_on: String,
    #[serde(default)]
    allowed_ips: String,
    #[serde(default)]
    rate_limit_per_minute: String,
    /// The list of addresses of which it was said that it refuses some.
    #[serde(default)]
    confirmed_ips: String,
    apply: Option<String>,
    was_label: String,
    was_permissions: String,
    #[serde(default)]
    was_allowed_origins: String,
    was_expires_at: String,
    was_updated_at: String,
    #[serde(default)]
    was_allowed_ips: String,
    #[serde(default)]
    was_rate_limit_per_minute: String,
    #[serde(default)]
    pub next: Next,
}

fn keep() -> String {
    KEEP.to_owned()
}

impl EditForm {
    /// With these ticked too, by their codes, between commas; what is none is passed over.
    pub fn adding(mut self, listed: &str) -> Self {
        let more: Permissions = listed
            .split(',')
            .filter_map(|code| code.parse().ok())
            .collect();
        for code in codes(&more) {
            if !self.permission.contains(&code) {
                self.permission.push(code);
            }
        }
        self
    }

    /// As the dialog is opened.
    pub fn made_of(base: &Base, next: Next) -> Self {
        let was = base.view();
        Self {
            label: base.settings.label.clone(),
            allowed_origins: base.settings.allowed_origins.lines(),
            preset: custom(),
            permission: codes(&base.settings.permissions),
            expiry: keep(),
            expires_on: String::new(),
            allowed_ips: base.settings.limits.allowed_ips.to_string(),
            rate_limit_per_minute: limits::rate(&base.settings.limits),
            confirmed_ips: String::new(),
            apply: None,
            was_label: was.label,
            was_permissions: was.permissions,
            was_allowed_origins: was.allowed_origins,
            was_expires_at: was.expires_at,
            was_updated_at: was.updated_at,
            was_allowed_ips: was.allowed_ips,
            was_rate_limit_per_minute: was.rate_limit_per_minute,
            next,
        }
    }

    /// # Errors
    /// `Unreadable`: somebody else than the form has filled in what it was made of.
    pub fn base(&self) -> Result<Base> {
        let was = Was {
            label: self.was_label.clone(),
            permissions: self.was_permissions.clone(),
            allowed_origins: self.was_allowed_origins.clone(),
            expires_at: self.was_expires_at.clone(),
            updated_at: self.was_updated_at.clone(),
            allowed_ips: self.was_allowed_ips.clone(),
            rate_limit_per_minute: self.was_rate_limit_per_minute.clone(),
        };
        Base::parse(&was).ok_or(Error::Unreadable(
            "A field was changed by somebody else than its form.",
        ))
    }

    /// The form is only to be filled further, and nothing to be saved.
    pub fn only_applies(&self) -> bool {
        self.apply.is_some()
    }

    pub fn applies_address(&self) -> bool {
        self.apply.as_deref() == Some(limits::ADDRESS)
    }

    /// With the address that this server sees, or with the preset as ticks.
    pub fn applied(self, base: &Base, held: &Permissions, ip: Option<IpAddr>) -> Self {
        if self.applies_address() {
            let allowed_ips = limits::with_address(&self.allowed_ips, ip);
            return Self {
                allowed_ips,
                ..self
            };
        }
        match self.typed(base).ticks_of_preset(held) {
            None => self,
            Some(permission) => Self {
                permission,
                preset: custom(),
                ..self
            },
        }
    }

    /// The tick was set for this very list.
    pub fn confirms(&self, limits: &KeyLimits) -> bool {
        self.confirmed_ips == limits::listed(limits)
    }

    pub fn typed<'a>(&'a self, base: &'a Base) -> Typed<'a> {
        Typed {
            label: &self.label,
            kind: base.settings.kind(),
            allowed_origins: &self.allowed_origins,
            preset: &self.preset,
            permission: &self.permission,
            expiry: &self.expiry,
            expires_on: &self.expires_on,
            limits: TypedLimits {
                allowed_ips: &self.allowed_ips,
                rate_limit_per_minute: &self.rate_limit_per_minute,
            },
            of: Some(&base.settings),
        }
    }

    /// # Errors
    /// Every mistake, under the fields of the form.
    pub fn check(
        &self,
        base: &Base,
        held: &Permissions,
        at: (KeyLifetimes, Zone, DateTime<Utc>),
    ) -> Result<Edit, Vec<FieldError>> {
        Ok(Edit {
            to: self.typed(base).check(held, at)?.into(),
            from: base.settings.clone(),
        })
    }

    /// The same form, made of the key as it is now: what was typed is kept, what was not touched follows the key.
    pub fn made_anew(self, edit: &Edit, now: &Base) -> Self {
        let touched = edit.to.differences(&edit.from);
        let mut form = Self::made_of(now, self.next);
        if touched.contains(&Setting::Label) {
            form.label = self.label;
        }
        if touched.contains(&Setting::Permissions) {
            form.preset = self.preset;
            form.permission = self.permission;
        }
        if touched.contains(&Setting::Origins) {
            form.allowed_origins = self.allowed_origins;
        }
        if touched.contains(&Setting::Expiry) {
            form.expiry = self.expiry;
            form.expires_on = self.expires_on;
        }
        if touched.contains(&Setting::AllowedIps) {
            form.allowed_ips = self.allowed_ips;
        }
        if touched.contains(&Setting::RateLimit) {
            form.rate_limit_per_minute = self.rate_limit_per_minute;
        }
        form
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        keys::model::{Origins, Settings},
        permissions::Permission,
    };

    fn base(label: &str, permissions: &[Permission]) -> Base {
        Base {
            settings: Settings {
                label: label.to_owned(),
                permissions: permissions.iter().copied().collect(),
                allowed_origins: Origins::default(),
                expires_at: Some("2026-12-01T09:31:07.123456Z".parse().expect("a time")),
                limits: KeyLimits::parse("10.0.0.0/8\n203.0.113.7", "50").expect("limits"),
            },
            updated_at: "2026-11-20T09:31:07.654321Z".parse().expect("a time"),
        }
    }

    #[test]
    fn what_a_form_is_made_of_comes_back_with_it() {
        for base in [
            base("ci", &[Permission::ObjectsList, Permission::FileUpload]),
            base("a b", &[]),
        ] {
            let form = EditForm::made_of(&base, Next::default());
            assert_eq!(form.base().expect("readable"), base);
        }
        let mut form = EditForm::made_of(&base("ci", &[]), Next::default());
        form.was_permissions = "FILE_FLY".to_owned();
        assert!(form.base().is_err());
    }

    #[test]
    fn made_anew_a_form_keeps_what_was_typed_and_follows_in_the_rest() {
        let was = base("ci", &[Permission::ObjectsList]);
        let held = Permissions::everything();
        let lifetimes = KeyLifetimes::for_test(Some(90), None);
        let at = (
            lifetimes,
            Zone::UTC,
            "2026-11-20T10:00:00Z".parse().expect("a time"),
        );
        let mut form = EditForm::made_of(&was, Next::default());
        form.label = " ci-2 ".to_owned();
        let edit = form.check(&was, &held, at).expect("no mistake");
        let now = base("ci-3", &[Permission::FileUpload]);
        let anew = form.made_anew(&edit, &now);
        assert_eq!(anew.label, " ci-2 ");
        assert_eq!(anew.permission, ["FILE_UPLOAD"]);
        assert_eq!(anew.base().expect("readable"), now);
        let edit = anew.check(&now, &held, at).expect("no mistake");
        let saved = edit.onto(&now.settings).expect("no clash");
        assert_eq!(saved.label, "ci-2");
        assert_eq!(saved.expires_at, now.settings.expires_at);
    }
}
