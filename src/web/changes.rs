//! Which workspaces were changed on this server: whoever read the database before may have read what is no longer so.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::atomic::{AtomicU64, Ordering},
};

use tokio::sync::{RwLock, RwLockWriteGuard};

use crate::ids::WorkspaceId;

/// How many workspaces share a number, at worst: whoever works in one makes others look twice now and then.
const SLOTS: usize = 64;

/// A number for each workspace, which grows when a request that changed something in it is about to be answered.
pub struct Changes {
    numbers: [AtomicU64; SLOTS],
    /// Whoever notes a change has it together with others, whoever wants none to be noted alone.
    turns: [RwLock<()>; SLOTS],
}

/// The numbers at one moment. To be taken before the database is read.
pub struct Seen([u64; SLOTS]);

/// Noted in a request that changes nothing, whatever its method is.
pub struct Unchanging;

impl Default for Changes {
    fn default() -> Self {
        Self {
            numbers: std::array::from_fn(|_| AtomicU64::default()),
            turns: std::array::from_fn(|_| RwLock::default()),
        }
    }
}

impl Changes {
    pub fn seen(&self) -> Seen {
        Seen(std::array::from_fn(|slot| {
            self.numbers[slot].load(Ordering::SeqCst)
        }))
    }

    /// Nothing was changed in the workspace since.
    pub fn none_since(&self, seen: &Seen, workspace: WorkspaceId) -> bool {
        let slot = slot(workspace);
        self.numbers[slot].load(Ordering::SeqCst) == seen.0[slot]
    }

    /// To be called before the change is answered. What somebody of the workspace has changed is noted by itself.
    pub async fn note(&self, workspace: WorkspaceId) {
        let slot = slot(workspace);
        let _together = self.turns[slot].read().await;
        self.numbers[slot].fetch_add(1, Ordering::SeqCst);
    }

    /// Nothing of the workspace is noted, and so answered, while this is held. For whoever would otherwise never find a
    /// moment in which nothing changes; not while a connection to the database is held.
    pub async fn hold(&self, workspace: WorkspaceId) -> RwLockWriteGuard<'_, ()> {
        self.turns[slot(workspace)].write().await
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

    #[actix_web::test]
    async fn a_change_is_seen_in_its_workspace_alone() {
        let changes = Changes::default();
        let (ours, theirs) = loop {
            let two = (WorkspaceId::fresh(), WorkspaceId::fresh());
            if slot(two.0) != slot(two.1) {
                break two;
            }
        };
        let seen = changes.seen();
        assert!(changes.none_since(&seen, ours));
        changes.note(theirs).await;
        assert!(changes.none_since(&seen, ours));
        changes.note(ours).await;
        assert!(!changes.none_since(&seen, ours));
        assert!(changes.none_since(&changes.seen(), ours));
    }

    #[actix_web::test]
    async fn while_it_is_held_nothing_is_noted() {
        let (changes, ours) = (Changes::default(), WorkspaceId::fresh());
        let seen = changes.seen();
        let held = changes.hold(ours).await;
        let mut noted = std::pin::pin!(changes.note(ours));
        assert!(futures_util::poll!(&mut noted).is_pending());
        assert!(changes.none_since(&seen, ours));
        drop(held);
        noted.await;
        assert!(!changes.none_since(&seen, ours));
    }
}
