//! An entry, as programs see it.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::model::Event;
use crate::ids::AuditEventId;

/// Something that was done, or refused.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditEvent {
    pub id: AuditEventId,
    /// RFC 3339, UTC, to the microsecond.
    #[schemars(example = &"2026-11-20T14:05:12.345678Z")]
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor: AuditParty,
    /// `noun.past_participle`, such as `key.revoked`. Later versions know more of them.
    #[schemars(example = &"key.deactivated")]
    pub action: String,
    /// What it was done to.
    pub subject: AuditParty,
    /// What was so before, field by field; null where there was nothing.
    #[schemars(example = serde_json::json!({"status": "active"}))]
    pub before: Option<Value>,
    /// What is so since.
    #[schemars(example = serde_json::json!({"status": "deactivated"}))]
    pub after: Option<Value>,
    /// Whence it was asked; null at the server's command line, as are the next two.
    #[schemars(example = &"203.0.113.7")]
    pub ip: Option<String>,
    /// What it was asked with.
    #[schemars(example = &"curl/8.5.0")]
    pub user_agent: Option<String>,
    /// The `X-Request-Id` of the answer.
    #[schemars(example = &"019a9fd4-71b0-7f6e-8a55-93c1d04e2b67")]
    pub request_id: Option<String>,
    /// It was refused, so nothing was changed.
    pub refused: bool,
}

/// Who did it, or what it was done to, as it was called then.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditParty {
    /// Of an actor `member`, `key`, `command_line`, `system` or `anonymous`; of a subject also `workspace`, `page` and others.
    #[schemars(example = &"key")]
    pub r#type: String,
    /// Null where there is only one, as the command line.
    #[schemars(example = &"7Kq2mXw0B1aZ")]
    pub id: Option<String>,
    /// What it was called then.
    #[schemars(example = &"production-server")]
    pub label: String,
}

impl AuditEvent {
    pub(super) fn of(event: Event) -> Self {
        Self {
            id: event.id,
            at: event.at,
            actor: AuditParty {
                r#type: event.actor_kind,
                id: event.actor_id,
                label: event.actor_label,
            },
            action: event.action,
            subject: AuditParty {
                r#type: event.subject_kind,
                id: Some(event.subject_id),
                label: event.subject_label,
            },
            before: event.before,
            after: event.after,
            ip: event.ip,
            user_agent: event.user_agent,
            request_id: event.request_id,
            refused: event.refused,
        }
    }
}
