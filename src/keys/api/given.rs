//! What a program sends of a key, and what it means.

mod fields;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::fields::Mistakes;
use crate::{
    error::Result,
    keys::model::{Bounds, KeyLimits, Kind, Lifetime, NewKey, Origins, Patch},
    permissions::Permissions,
    web::{json, time::Zone},
};

/// A kind of key has the fields of both kinds and some of its own.
macro_rules! new_key {
    ($(#[$of:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$of])*
        #[derive(Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// 1 to 80 characters on one line, different from those of the workspace's other keys that are not revoked,
            /// whatever the case.
            #[schemars(example = &"production-server")]
            label: String,
            /// What it may do: at least one, and none that the key that asks does not have.
            #[schemars(with = "Permissions", example = json!(["OBJECTS_LIST"]))]
            permissions: Vec<String>,
            /// When it ends; null: never. Left out, it is the default lifetime of the workspace, or the end of the key
            /// that asks where that is sooner. Never later than the key that asks.
            #[serde(default, deserialize_with = "json::given", skip_serializing_if = "Option::is_none")]
            #[schemars(with = "Option<DateTime<Utc>>", example = &"2026-12-20T09:30:00Z")]
            expires_at: Option<Option<String>>,
            /// From where it may be used, as addresses or ranges; none or null: from anywhere. Left out, as the key that
            /// asks. Never from elsewhere than the key that asks.
            #[serde(default, deserialize_with = "json::given", skip_serializing_if = "Option::is_none")]
            #[schemars(with = "Option<Vec<String>>", example = json!(["203.0.113.0/24", "2001:db8::/32"]))]
            allowed_ips: Option<Option<Vec<String>>>,
            /// Calls a minute; null: as the workspace has it. Left out, that too, or the figure of the key that asks
            /// where that is lower. Never more than the key that asks.
            #[serde(default, deserialize_with = "json::given", skip_serializing_if = "Option::is_none")]
            #[schemars(with = "Option<i64>", range(min = 1, max = 1000000), example = 100)]
            rate_limit_per_minute: Option<Option<i64>>,
            $($(#[$about])* $field: $type,)*
        }
    };
}

/// The same to change one.
macro_rules! change_key {
    ($(#[$of:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$of])*
        #[derive(Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// 1 to 80 characters on one line, different from those of the workspace's other keys that are not revoked,
            /// whatever the case.
            #[serde(default, deserialize_with = "json::given")]
            #[schemars(with = "String", example = &"production-server")]
            label: Option<String>,
            /// All that it may do: at least one, and none that the key that asks does not have.
            #[serde(default, deserialize_with = "json::given")]
            #[schemars(with = "Permissions", example = json!(["OBJECTS_LIST"]))]
            permissions: Option<Vec<String>>,
            /// When it ends; null: never.
            #[serde(default, deserialize_with = "json::given")]
            #[schemars(with = "Option<DateTime<Utc>>", example = &"2026-12-20T09:30:00Z")]
            expires_at: Option<Option<String>>,
            /// From where it may be used, as addresses or ranges; none or null: from anywhere.
            #[serde(default, deserialize_with = "json::given")]
            #[schemars(with = "Option<Vec<String>>", example = json!(["203.0.113.0/24", "2001:db8::/32"]))]
            allowed_ips: Option<Option<Vec<String>>>,
            /// Calls a minute; null: as the workspace has it.
            #[serde(default, deserialize_with = "json::given")]
            #[schemars(with = "Option<i64>", range(min = 1, max = 1000000), example = 100)]
            rate_limit_per_minute: Option<Option<i64>>,
            $($(#[$about])* $field: $type,)*
        }
    };
}

new_key! {
    /// A secret key that is to be made.
    NewSecretKey {
        /// Can people show its secret again? Only where the workspace lets keys be recoverable.
        #[serde(default)]
        recoverable: bool,
    }
}

new_key! {
    /// A publishable key that is to be made.
    NewPublishableKey {
        /// The sites whose pages may use it, such as `https://shop.example.com`; or `*` alone: every site, and calls that
        /// come from none.
        #[schemars(example = json!(["https://shop.example.com"]))]
        allowed_origins: Vec<String>,
    }
}

change_key! {
    /// What is to change of a secret key; a field that is absent stays as it is.
    ChangeSecretKey {}
}

change_key! {
    /// What is to change of a publishable key; a field that is absent stays as it is.
    ChangePublishableKey {
        /// The sites whose pages may use it, such as `https://shop.example.com`; or `*` alone: every site, and calls that
        /// come from none.
        #[serde(default, deserialize_with = "json::given")]
        #[schemars(with = "Vec<String>", example = json!(["https://shop.example.com"]))]
        allowed_origins: Option<Vec<String>>,
    }
}

/// A key of either kind that is to be made.
pub struct Making {
    label: String,
    permissions: Vec<String>,
    /// Of a publishable one.
    allowed_origins: Option<Vec<String>>,
    expires_at: Option<Option<String>>,
    allowed_ips: Option<Option<Vec<String>>>,
    rate_limit_per_minute: Option<Option<i64>>,
    recoverable: bool,
}

impl From<NewSecretKey> for Making {
    fn from(new: NewSecretKey) -> Self {
        Self {
            label: new.label,
            permissions: new.permissions,
            allowed_origins: None,
            expires_at: new.expires_at,
            allowed_ips: new.allowed_ips,
            rate_limit_per_minute: new.rate_limit_per_minute,
            recoverable: new.recoverable,
        }
    }
}

impl From<NewPublishableKey> for Making {
    fn from(new: NewPublishableKey) -> Self {
        Self {
            label: new.label,
            permissions: new.permissions,
            allowed_origins: Some(new.allowed_origins),
            expires_at: new.expires_at,
            allowed_ips: new.allowed_ips,
            rate_limit_per_minute: new.rate_limit_per_minute,
            recoverable: false,
        }
    }
}

impl Making {
    /// What is left out is taken from whoever makes it.
    ///
    /// # Errors
    /// `Invalid`, with every mistake.
    pub fn check(&self, kind: Kind, bounds: &Bounds, now: DateTime<Utc>) -> Result<NewKey> {
        let mut mistakes = Mistakes::default();
        let usual = bounds.usual_limits();
        let limits = KeyLimits {
            allowed_ips: mistakes.ips(&self.allowed_ips).unwrap_or(usual.allowed_ips),
            rate_limit_per_minute: mistakes
                .rate(&self.rate_limit_per_minute)
                .unwrap_or(usual.rate_limit_per_minute),
        };
        let origins: Option<Origins> = mistakes.origins(&self.allowed_origins);
        let end = mistakes
            .moment(&self.expires_at)
            .unwrap_or_else(|| bounds.usual_end(now));
        let lifetime = end.map_or(Lifetime::Unlimited, Lifetime::At);
        // Named one by one below; what is wrong with them is told here.
        let permissions = mistakes
            .permissions(&Some(self.permissions.clone()))
            .unwrap_or_else(Permissions::everything);
        let rules = (bounds.lifetimes(), Zone::UTC, now);
        let parsed = NewKey::parse(&self.label, Ok(permissions), Ok(lifetime), rules);
        let new = mistakes.whole(parsed)?.within(limits);
        Ok(match kind {
            Kind::Secret => new.recoverable(self.recoverable),
            Kind::Publishable => new.publishable(origins.unwrap_or_default()),
        })
    }
}

/// A change of a key of either kind.
pub struct Changing {
    label: Option<String>,
    permissions: Option<Vec<String>>,
    allowed_origins: Option<Vec<String>>,
    expires_at: Option<Option<String>>,
    allowed_ips: Option<Option<Vec<String>>>,
    rate_limit_per_minute: Option<Option<i64>>,
}

impl From<ChangeSecretKey> for Changing {
    fn from(change: ChangeSecretKey) -> Self {
        Self {
            label: change.label,
            permissions: change.permissions,
            allowed_origins: None,
            expires_at: change.expires_at,
            allowed_ips: change.allowed_ips,
            rate_limit_per_minute: change.rate_limit_per_minute,
        }
    }
}

impl From<ChangePublishableKey> for Changing {
    fn from(change: ChangePublishableKey) -> Self {
        Self {
            label: change.label,
            permissions: change.permissions,
            allowed_origins: change.allowed_origins,
            expires_at: change.expires_at,
            allowed_ips: change.allowed_ips,
            rate_limit_per_minute: change.rate_limit_per_minute,
        }
    }
}

impl Changing {
    /// # Errors
    /// `Invalid`, with every mistake.
    pub fn check(&self, now: DateTime<Utc>) -> Result<Patch> {
        let mut mistakes = Mistakes::default();
        let patch = Patch {
            label: mistakes.label(&self.label),
            permissions: mistakes.some_permissions(&self.permissions),
            allowed_origins: mistakes.origins(&self.allowed_origins),
            expires_at: mistakes.future(&self.expires_at, now),
            allowed_ips: mistakes.ips(&self.allowed_ips),
            rate_limit_per_minute: mistakes.rate(&self.rate_limit_per_minute),
        };
        mistakes.whole(Ok(patch))
    }
}

/// How a key is to be rotated.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateKey {
    /// For how many seconds the value that is replaced works beside the new one; 0: it stops at once.
    #[schemars(range(min = 0, max = 604800), example = 3600)]
    pub grace_seconds: i64,
    /// When the key ends from now on; null: never. Left out, its date stays; one that has expired needs another.
    #[serde(
        default,
        deserialize_with = "json::given",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<DateTime<Utc>>", example = &"2026-12-20T09:30:00Z")]
    expires_at: Option<Option<String>>,
}

impl RotateKey {
    /// # Errors
    /// `Invalid`: that is no time.
    pub fn lifetime(&self) -> Result<Option<Lifetime>> {
        let mut mistakes = Mistakes::default();
        let end = mistakes.moment(&self.expires_at);
        let lifetime = end.map(|end| end.map_or(Lifetime::Unlimited, Lifetime::At));
        mistakes.whole(Ok(lifetime))
    }
}
