//! Which workspaces were changed on this server: whoever read the database before may have read what is no longer so.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::ids::WorkspaceId;

/// How many workspaces share a number, at worst: whoever works in one makes others look twice now and then.
const SLOTS: usize = 64;

/// A number for each workspace, which grows when a request that changed something in it is about to be answered.
pub struct Changes([AtomicU64; SLOTS]);

/// The numbers at one moment. To be taken before the database is read.
pub struct Seen([u64; SLOTS]);

/// Noted in a request that changes nothing, whatever its method is.
pub struct Unchanging;

impl Default for Changes {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::default()))
    }
}

impl Changes {
    pub fn seen(&self) -> Seen {
        Seen(std::array::from_fn(|slot| {
            self.0[slot].load(Ordering::SeqCst)
        }))
    }

    /// Nothing was changed in the workspace since.
    pub fn none_since(&self, seen: &Seen, workspace: WorkspaceId) -> bool {
        let slot = slot(workspace);
        self.0[slot].load(Ordering::SeqCst) == seen.0[slot]
    }

    /// To be called before the change is answered. What somebody of the workspace has changed is noted by itself.
    pub fn note(&self, workspace: WorkspaceId) {
        self.0[slot(workspace)].fetch_add(1, Ordering::SeqCst);
    }
}

fn slot(workspace: WorkspaceId) -> usize {
    let mut hasher = DefaultHasher::new();
    workspace.hash(&mut hasher);
    usize::try_from(hasher.finish() % SLOTS as u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen_in_its_workspace_alone() {
        let changes = Changes::default();
        let (ours, theirs) = loop {
            let two = (WorkspaceId::fresh(), WorkspaceId::fresh());
            if slot(two.0) != slot(two.1) {
                break two;
            }
        };
        let seen = changes.seen();
        assert!(changes.none_since(&seen, ours));
        changes.note(theirs);
        assert!(changes.none_since(&seen, ours));
        changes.note(ours);
        assert!(!changes.none_since(&seen, ours));
        assert!(changes.none_since(&changes.seen(), ours));
    }
}
