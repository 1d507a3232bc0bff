//! A change of a key that names only what changes.

use super::{AllowedIps, Expiry, Origins, Settings};
use crate::{permissions::Permissions, workspaces::RateLimit};

/// What a key is to be; none of a field: as it is.
#[derive(Debug, Clone, Default)]
pub struct Patch {
    pub label: Option<String>,
    pub permissions: Option<Permissions>,
    pub allowed_origins: Option<Origins>,
    pub expires_at: Option<Expiry>,
    pub allowed_ips: Option<AllowedIps>,
    pub rate_limit_per_minute: Option<Option<RateLimit>>,
}

impl Patch {
    pub fn onto(&self, was: &Settings) -> Settings {
        let mut to = was.clone();
        set(&mut to.label, &self.label);
        set(&mut to.permissions, &self.permissions);
        set(&mut to.allowed_origins, &self.allowed_origins);
        set(&mut to.expires_at, &self.expires_at);
        set(&mut to.limits.allowed_ips, &self.allowed_ips);
        set(
            &mut to.limits.rate_limit_per_minute,
            &self.rate_limit_per_minute,
        );
        to
    }
}

fn set<T: Clone>(field: &mut T, wanted: &Option<T>) {
    if let Some(wanted) = wanted {
        field.clone_from(wanted);
    }
}
