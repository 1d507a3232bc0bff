//! A change to more keys than one transaction takes, on its way.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

use super::{Bulk, BulkAction, Skip};
use crate::{
    actor::{Actor, Role, Source, Who},
    error::{Error, Result},
    ids::{KeyRunId, MemberId, RequestId, WorkspaceId},
    permissions::Permissions,
    schema::key_runs,
};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = key_runs, check_for_backend(diesel::pg::Pg))]
pub struct Run {
    pub workspace_id: WorkspaceId,
    pub id: KeyRunId,
    bulk_action: String,
    terms: Value,
    /// It takes back what another run did.
    pub is_undo: bool,
    /// As the list was asked for: the query of its address.
    pub matching: String,
    pub started_by_member_id: MemberId,
    pub started_by_label: String,
    ip: Option<String>,
    user_agent: Option<String>,
    request_id: Option<RequestId>,
    pub started_at: DateTime<Utc>,
    pub total: i64,
    pub changed: i64,
    pub skipped: i64,
    reasons: Value,
    state: String,
    pub ended_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    Running,
    Done,
    /// Somebody stopped it.
    Stopped,
    /// Whoever started it may not go on, or the workspace is in the trash.
    Forbidden,
    Failed,
}

impl RunState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Forbidden => "forbidden",
            Self::Failed => "failed",
        }
    }
}

impl Run {
    pub fn state(&self) -> RunState {
        match self.state.as_str() {
            "running" => RunState::Running,
            "done" => RunState::Done,
            "stopped" => RunState::Stopped,
            "forbidden" => RunState::Forbidden,
            _ => RunState::Failed,
        }
    }

    pub fn left(&self) -> i64 {
        self.total - self.changed - self.skipped
    }

    /// # Errors
    /// `Internal`: a newer version has started it.
    pub fn bulk(&self) -> Result<Bulk> {
        BulkAction::named(&self.bulk_action)
            .and_then(|action| Bulk::with_terms(action, &self.terms))
            .ok_or_else(|| Error::Internal(anyhow::anyhow!("no run does {}", self.bulk_action)))
    }

    /// How many were skipped for each reason.
    pub fn reasons(&self) -> BTreeMap<Skip, i64> {
        serde_json::from_value(self.reasons.clone()).unwrap_or_default()
    }

    /// Whoever started it, with the role and the permissions that they have now.
    pub fn starter(&self, (role, permissions): (Role, Permissions)) -> Actor {
        let who = Who::Member {
            id: self.started_by_member_id,
            name: self.started_by_label.clone(),
            role,
            permissions,
        };
        let source = Source {
            ip: self.ip.as_ref().and_then(|ip| ip.parse().ok()),
            user_agent: self.user_agent.clone(),
            request: self.request_id,
            session: None,
        };
        Actor::new(who, self.workspace_id, source)
    }
}
