//! Where the things that entries name have their pages: the one place to add another.

use crate::{
    ids::{AuditEventId, KeyId},
    web::ui::WorkspaceView,
};

/// The addresses of one workspace.
pub struct Places {
    log: String,
    keys: String,
    general: String,
}

impl Places {
    /// For whoever sees none of them.
    pub fn none() -> Self {
        Self::of(None)
    }

    pub fn are_none(&self) -> bool {
        self.log.is_empty()
    }

    pub fn of(workspace: Option<&WorkspaceView>) -> Self {
        Self {
            log: workspace.map(|w| w.audit.clone()).unwrap_or_default(),
            keys: workspace.map(|w| w.keys.clone()).unwrap_or_default(),
            general: workspace.map(|w| w.general.clone()).unwrap_or_default(),
        }
    }

    pub fn log(&self) -> &str {
        &self.log
    }

    /// Empty where there is none to see.
    pub fn entry(&self, id: AuditEventId) -> String {
        match self.are_none() {
            true => String::new(),
            false => format!("{}/{id}", self.log),
        }
    }

    /// The page of a thing of this workspace. Only of what is never deleted, so that no link is dead, and of what
    /// every reader of the log may see.
    pub fn page(&self, kind: &str, id: &str) -> Option<String> {
        match kind {
            _ if self.are_none() => None,
            "key" => {
                let id: KeyId = id.parse().ok()?;
                Some(format!("{}/{id}", self.keys))
            }
            "workspace" => Some(self.general.clone()),
            _ => None,
        }
    }

    /// What else tells of an entry: its words and its address.
    pub fn record(&self, action: &str, id: &str) -> Option<(&'static str, String)> {
        match action {
            "incident.closed" | "incident.changed" | "access.withdrawn" => {
                let href = format!("{}/incident", self.page("key", id)?);
                Some(("The incident", href))
            }
            _ => None,
        }
    }

    /// The log, narrowed to what a key did or was done to it, or to what a person did.
    pub fn entries_of(&self, kind: &str, id: &str) -> Option<(&'static str, String)> {
        let (text, field) = match kind {
            "key" => ("Entries about this key", "key"),
            "member" => ("Entries by this person", "person"),
            _ => return None,
        };
        Some((text, format!("{}?{field}={id}", self.log)))
    }
}
