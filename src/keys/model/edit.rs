//! An edit of a key: from what its form was made of to what was typed into it.

use serde_json::Value;

use super::{Expiry, Key, KeyLimits, Kind, NewKey, Origins};
use crate::{error::FieldError, permissions::Permissions};

/// What can be edited of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub label: String,
    pub permissions: Permissions,
    /// None: it is a secret key.
    pub allowed_origins: Origins,
    pub expires_at: Expiry,
    pub limits: KeyLimits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    Label,
    Permissions,
    Origins,
    Expiry,
    AllowedIps,
    RateLimit,
}

impl From<&Key> for Settings {
    fn from(key: &Key) -> Self {
        Self {
            label: key.label.clone(),
            permissions: key.permissions.clone(),
            allowed_origins: key.allowed_origins.clone(),
            expires_at: key.expires_at,
            limits: key.limits.clone(),
        }
    }
}

impl From<NewKey> for Settings {
    fn from(typed: NewKey) -> Self {
        Self {
            label: typed.label,
            permissions: typed.permissions,
            allowed_origins: typed.allowed_origins,
            expires_at: typed.expires_at,
            limits: typed.limits,
        }
    }
}

impl Settings {
    /// Of the key that they are of: only a publishable one has origins, and it has at least one.
    pub fn kind(&self) -> Kind {
        match self.allowed_origins.is_empty() {
            true => Kind::Secret,
            false => Kind::Publishable,
        }
    }

    pub fn differences(&self, other: &Self) -> Vec<Setting> {
        let (own, others) = (&self.limits, &other.limits);
        let differ = [
            (Setting::Label, self.label != other.label),
            (Setting::Permissions, self.permissions != other.permissions),
            (
                Setting::Origins,
                self.allowed_origins != other.allowed_origins,
            ),
            (Setting::Expiry, self.expires_at != other.expires_at),
            (Setting::AllowedIps, own.allowed_ips != others.allowed_ips),
            (
                Setting::RateLimit,
                own.rate_limit_per_minute != others.rate_limit_per_minute,
            ),
        ];
        let differing = differ.iter().filter(|(_, differs)| *differs);
        differing.map(|(setting, _)| *setting).collect()
    }

    /// With those settings that an entry of the audit log tells of. None: it tells of what there is no more.
    pub fn with(&self, told: &Value) -> Option<Self> {
        let mut settings = self.clone();
        if let Some(label) = told.get("label") {
            settings.label = label.as_str()?.to_owned();
        }
        if let Some(codes) = told.get("permissions") {
            settings.permissions = codes
                .as_array()?
                .iter()
                .map(|code| code.as_str()?.parse().ok())
                .collect::<Option<_>>()?;
        }
        if let Some(origins) = told.get("allowed_origins") {
            settings.allowed_origins = Origins::told(origins)?;
        }
        if let Some(end) = told.get("expires_at") {
            settings.expires_at = match end.as_str() {
                Some(end) => Some(end.parse().ok()?),
                None => None,
            };
        }
        settings.limits = self.limits.with(told)?;
        Some(settings)
    }

    /// Whoever edits a key gives and takes only what they have themselves: `held`.
    ///
    /// # Errors
    /// Every permission that is beyond it, under `permissions`.
    pub fn check_change_of(
        &self,
        before: &Self,
        held: &Permissions,
    ) -> Result<(), Vec<FieldError>> {
        let of = |verb: &str, changed: Permissions| {
            let beyond = changed.beyond(held);
            beyond
                .iter()
                .map(|permission| {
                    let name = permission.describe().name;
                    FieldError::new(
                        "permissions",
                        format!("You cannot {verb} “{name}”, because you do not have it"),
                    )
                })
                .collect::<Vec<_>>()
        };
        let mut mistakes = of("grant", self.permissions.beyond(&before.permissions));
        mistakes.extend(of(
            "take away",
            before.permissions.beyond(&self.permissions),
        ));
        match mistakes.is_empty() {
            true => Ok(()),
            false => Err(mistakes),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Edit {
    pub from: Settings,
    pub to: Settings,
}

impl Edit {
    /// What the key is to be, if it is `now` otherwise than the form knew: what only one of two people changed is as
    /// that one wants it. None: both changed the same, and differently.
    pub fn onto(&self, now: &Settings) -> Option<Settings> {
        let Self { from, to } = self;
        Some(Settings {
            label: merged(&from.label, &to.label, &now.label)?,
            permissions: merged(&from.permissions, &to.permissions, &now.permissions)?,
            allowed_origins: merged(
                &from.allowed_origins,
                &to.allowed_origins,
                &now.allowed_origins,
            )?,
            expires_at: merged(&from.expires_at, &to.expires_at, &now.expires_at)?,
            limits: limits(&from.limits, &to.limits, &now.limits)?,
        })
    }
}

fn limits(from: &KeyLimits, to: &KeyLimits, now: &KeyLimits) -> Option<KeyLimits> {
    let (from_rate, to_rate) = (&from.rate_limit_per_minute, &to.rate_limit_per_minute);
    Some(KeyLimits {
        allowed_ips: merged(&from.allowed_ips, &to.allowed_ips, &now.allowed_ips)?,
        rate_limit_per_minute: merged(from_rate, to_rate, &now.rate_limit_per_minute)?,
    })
}

fn merged<T: Clone + PartialEq>(from: &T, to: &T, now: &T) -> Option<T> {
    if to == from || to == now {
        Some(now.clone())
    } else if now == from {
        Some(to.clone())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::permissions::Permission;

    fn settings(label: &str, permissions: &[Permission], end: Option<&str>) -> Settings {
        Settings {
            label: label.to_owned(),
            permissions: permissions.iter().copied().collect(),
            allowed_origins: Origins::default(),
            expires_at: end.map(|end| end.parse().expect("a time")),
            limits: KeyLimits::default(),
        }
    }

    const LIST: Permission = Permission::ObjectsList;
    const UPLOAD: Permission = Permission::FileUpload;
    const END: &str = "2026-12-01T00:00:00Z";

    #[test]
    fn what_only_one_of_two_changed_is_as_that_one_wants_it() {
        let from = settings("ci", &[LIST], None);
        let mine = Edit {
            to: settings("ci-2", &[LIST], None),
            from: from.clone(),
        };
        assert_eq!(mine.onto(&from), Some(mine.to.clone()));
        let theirs = settings("ci", &[LIST, UPLOAD], Some(END));
        let both = settings("ci-2", &[LIST, UPLOAD], Some(END));
        assert_eq!(mine.onto(&theirs), Some(both));
    }

    #[test]
    fn what_both_changed_is_nobodys_unless_they_agree() {
        let edit = Edit {
            from: settings("ci", &[LIST], None),
            to: settings("ci-2", &[UPLOAD], Some(END)),
        };
        for theirs in [
            settings("ci-3", &[LIST], None),
            settings("ci", &[LIST, UPLOAD], None),
            settings("ci", &[LIST], Some("2027-01-01T00:00:00Z")),
        ] {
            assert_eq!(edit.onto(&theirs), None, "{theirs:?}");
        }
        assert_eq!(edit.onto(&edit.to), Some(edit.to.clone()));
    }

    #[test]
    fn each_limit_is_merged_by_itself() {
        let limited = |ips: &str, rate: &str| Settings {
            limits: KeyLimits::parse(ips, rate).expect("limits"),
            ..settings("ci", &[LIST], None)
        };
        let edit = Edit {
            from: limited("", ""),
            to: limited("10.0.0.0/8", ""),
        };
        let both = limited("10.0.0.0/8", "50");
        assert_eq!(edit.onto(&limited("", "50")), Some(both.clone()));
        assert_eq!(edit.onto(&limited("10.0.0.0/16", "")), None);
        assert_eq!(
            both.differences(&edit.from),
            [Setting::AllowedIps, Setting::RateLimit]
        );
    }

    #[test]
    fn nobody_gives_or_takes_what_they_do_not_have() {
        let before = settings("ci", &[LIST, Permission::FileDelete], None);
        let held: Permissions = [LIST, UPLOAD].into_iter().collect();
        let told = |to: &Settings| {
            let mistakes = to.check_change_of(&before, &held).expect_err("beyond");
            mistakes.into_iter().map(|m| m.message).collect::<Vec<_>>()
        };
        let kept = settings("ci", &[UPLOAD, Permission::FileDelete], None);
        assert_eq!(kept.check_change_of(&before, &held), Ok(()));
        let both = settings("ci", &[LIST, Permission::DirDelete], None);
        assert_eq!(
            told(&both),
            [
                "You cannot grant “Delete folders”, because you do not have it",
                "You cannot take away “Delete files”, because you do not have it"
            ]
        );
    }

    #[test]
    fn what_the_log_tells_of_can_be_gone_back_to() {
        let now = settings("ci-2", &[LIST], Some(END));
        let told = json!({"label": "ci", "expires_at": null, "status": "active"});
        assert_eq!(now.with(&told), Some(settings("ci", &[LIST], None)));
        let told = json!({"permissions": ["FILE_UPLOAD"], "expires_at": "2026-11-01T10:00:00.5Z"});
        let before = settings("ci-2", &[UPLOAD], Some("2026-11-01T10:00:00.5Z"));
        assert_eq!(now.with(&told), Some(before));
        assert_eq!(now.with(&json!({"permissions": ["FILE_FLY"]})), None);
    }
}
