//! What a workspace is, apart from where it is kept.

mod lifetimes;
mod rate;
mod security;
mod settings;
mod slug;

pub use lifetimes::{Beyond, BeyondKey, Days, KeyLifetimes, TheKeys};
pub use rate::RateLimit;
pub use security::{AHEAD, SecurityContact, quiet_before, unused_days};
pub use settings::{Change, Given, Settings};
pub use slug::Slug;

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::{ids::WorkspaceId, permissions::Permissions, schema::workspaces, web::text};

/// How long a deleted workspace can be restored.
pub const RESTORABLE: TimeDelta = TimeDelta::days(7);

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = workspaces, check_for_backend(diesel::pg::Pg))]
pub struct Workspace {
    pub id: WorkspaceId,
    pub slug: String,
    pub name: String,
    /// A name of the IANA database.
    pub time_zone: String,
    default_key_lifetime_days: Option<Days>,
    max_key_lifetime_days: Option<Days>,
    /// Members who are neither owner nor admin may make personal keys.
    pub personal_keys: bool,
    /// May a secret key be made such that it can be shown again?
    pub recoverable_keys: bool,
    /// What every member may ask the API for.
    pub default_member_permissions: Permissions,
    /// None: keys that nobody uses stay as they are.
    pub unused_key_days: Option<Days>,
    pub security_contact: Option<SecurityContact>,
    /// Of every key without a figure of its own.
    pub default_rate_limit_per_minute: RateLimit,
}

impl Workspace {
    pub fn key_lifetimes(&self) -> KeyLifetimes {
        KeyLifetimes::of(self.default_key_lifetime_days, self.max_key_lifetime_days)
    }

    /// What the audit log keeps of it.
    pub fn facts(&self) -> Value {
        json!({
            "name": self.name,
            "slug": self.slug,
            "time_zone": self.time_zone,
            "default_key_lifetime_days": self.default_key_lifetime_days,
            "max_key_lifetime_days": self.max_key_lifetime_days,
            "personal_keys": self.personal_keys,
            "unused_key_days": self.unused_key_days,
            "security_contact": self.security_contact,
            "recoverable_keys": self.recoverable_keys,
            "default_rate_limit_per_minute": self.default_rate_limit_per_minute,
        })
    }
}

/// A name that has been checked, and the slug that follows from it.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    name: String,
    slug: Slug,
}

impl NewWorkspace {
    /// # Errors
    /// A sentence to the person.
    pub fn parse(name: &str) -> Result<Self, String> {
        let name = checked_name(name)?;
        let slug = Slug::of_name(&name);
        Ok(Self { name, slug })
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn slug(&self) -> &str {
        self.slug.as_str()
    }
    /// The slug, and others for when it is taken.
    pub(super) fn slugs(&self) -> impl Iterator<Item = Slug> {
        let numbered = (2..10_000).map(|n| self.slug.numbered(n));
        std::iter::once(self.slug.clone()).chain(numbered)
    }
}

fn checked_name(name: &str) -> Result<String, String> {
    text::line(name, "a name for the workspace", 80)
}
