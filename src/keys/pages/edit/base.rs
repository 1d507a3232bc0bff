//! What the form of an edit was made of, which comes back with it.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::{
    keys::{
        model::{Key, KeyLimits, Origins, Settings},
        pages::limits,
        views::Was,
    },
    permissions::Permissions,
    web::time,
};

/// A key as it was when its form was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    pub settings: Settings,
    pub updated_at: DateTime<Utc>,
}

impl From<&Key> for Base {
    fn from(key: &Key) -> Self {
        Self {
            settings: key.into(),
            updated_at: key.updated_at,
        }
    }
}

impl Base {
    pub fn view(&self) -> Was {
        let exact = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        Was {
            label: self.settings.label.clone(),
            permissions: codes(&self.settings.permissions).join(" "),
            allowed_origins: self.settings.allowed_origins.lines().replace('\n', " "),
            expires_at: self.settings.expires_at.map(exact).unwrap_or_default(),
            updated_at: exact(self.updated_at),
            allowed_ips: limits::listed(&self.settings.limits),
            rate_limit_per_minute: limits::rate(&self.settings.limits),
        }
    }

    /// None: somebody else than the form has filled it in.
    pub fn parse(was: &Was) -> Option<Self> {
        Some(Self {
            settings: Settings {
                label: was.label.clone(),
                permissions: was
                    .permissions
                    .split_whitespace()
                    .map(|code| code.parse().ok())
                    .collect::<Option<_>>()?,
                allowed_origins: match was.allowed_origins.as_str() {
                    "" => Origins::default(),
                    some => Origins::parse(some).ok()?,
                },
                expires_at: match was.expires_at.as_str() {
                    "" => None,
                    end => Some(time::sane(end.parse().ok()?)?),
                },
                limits: KeyLimits::parse(
                    &was.allowed_ips.replace(' ', "\n"),
                    &was.rate_limit_per_minute,
                )
                .ok()?,
            },
            updated_at: time::sane(was.updated_at.parse().ok()?)?,
        })
    }
}

pub fn codes(permissions: &Permissions) -> Vec<String> {
    permissions.iter().map(|p| p.to_string()).collect()
}
