//! A key as the audit log keeps it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Key, Recovery};

impl Key {
    /// What the audit log keeps of it.
    pub fn facts(&self, now: DateTime<Utc>) -> Value {
        let mut facts = json!({
            "label": self.label,
            "permissions": self.permissions,
            "expires_at": self.expires_at,
            "status": self.state(now).name(),
        });
        if self.kind.is_publishable() {
            facts["kind"] = json!(self.kind.name());
            facts["allowed_origins"] = json!(self.allowed_origins);
        }
        if let Some(owner) = self.owner_member_id {
            facts["owner"] = json!({ "type": "member", "id": owner });
        }
        match self.recovery {
            Recovery::Never => {}
            Recovery::Possible => facts["recoverable"] = json!(true),
            Recovery::Over => facts["recoverable"] = json!(false),
        }
        for (field, value) in self.limits.facts() {
            facts[field] = value;
        }
        if let Some(reason) = self.revoked_for {
            facts["revoked_for"] = json!(reason.name());
        }
        facts
    }
}
