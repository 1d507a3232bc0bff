use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

use crate::{
    actor::{Actor, Who},
    ids::{AuditEventId, WorkspaceId},
    schema::audit_events,
    web::paging::Cursor,
};

/// What an entry is about: enough to be read when the thing itself is gone.
#[derive(Debug, Clone)]
pub struct Subject {
    pub kind: &'static str,
    pub id: String,
    pub label: String,
}

/// Something that was done. `action` is `noun.past_participle`, such as `key.revoked`.
#[derive(Debug, Clone)]
pub struct Entry {
    pub action: &'static str,
    pub subject: Subject,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = audit_events, check_for_backend(diesel::pg::Pg))]
pub struct Event {
    pub id: AuditEventId,
    pub at: DateTime<Utc>,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub actor_label: String,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: String,
    pub subject_label: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub request_id: Option<String>,
    pub refused: bool,
}

impl Event {
    /// Where it stands in the log.
    pub fn place(&self) -> Cursor<AuditEventId> {
        Cursor {
            at: self.at,
            id: self.id,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = audit_events)]
pub(super) struct Row {
    workspace_id: WorkspaceId,
    at: DateTime<Utc>,
    pub id: AuditEventId,
    actor_kind: &'static str,
    actor_id: Option<String>,
    actor_label: String,
    action: &'static str,
    subject_kind: &'static str,
    subject_id: String,
    subject_label: String,
    before: Option<Value>,
    after: Option<Value>,
    ip: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
    refused: bool,
}

impl Row {
    pub fn new(actor: &Actor, entry: Entry, at: DateTime<Utc>, refused: bool) -> Self {
        let (actor_kind, actor_id, actor_label) = match &actor.who {
            Who::Member { id, name, .. } => ("member", Some(id.to_string()), name.clone()),
            Who::Key { id, label, .. } => ("key", Some(id.to_string()), label.clone()),
            Who::CommandLine => ("command_line", None, "Command line".to_owned()),
            Who::Keyroom => ("system", None, "Keyroom".to_owned()),
            Who::Finder => ("anonymous", None, actor.finder()),
        };
        Self {
            workspace_id: actor.workspace,
            at,
            id: AuditEventId::at(at),
            actor_kind,
            actor_id,
            actor_label,
            action: entry.action,
            subject_kind: entry.subject.kind,
            subject_id: entry.subject.id,
            subject_label: entry.subject.label,
            before: entry.before,
            after: entry.after,
            ip: actor.source.ip.map(|ip| ip.to_string()),
            user_agent: actor.source.user_agent.clone(),
            request_id: actor.source.request.map(|id| id.to_string()),
            refused,
        }
    }
}
