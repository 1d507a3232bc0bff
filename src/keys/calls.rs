//! Calls are counted in memory and written once a second: counting neither slows nor fails a call.
//!
//! `kill -9` loses at most what was counted since the last write; a clean stop loses nothing.

use std::{
    collections::HashMap,
    mem,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, SubsecRound, Timelike, Utc};

use super::{
    callers::Callers,
    retired::{self, ROTATED_OUT, Retired},
    store,
};
use crate::{
    actor::Source,
    db::Db,
    error::{Error, Result},
    ids::{KeyId, WorkspaceId},
    policy::Unscoped,
};

const WHY: Unscoped = Unscoped::because("calls of all workspaces are written together");

/// How a call ended: served, or the code of its refusal.
pub type Outcome = &'static str;
pub const SERVED: Outcome = "served";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    pub workspace: WorkspaceId,
    pub key: KeyId,
    pub version: i32,
    pub hour: DateTime<Utc>,
    pub outcome: Outcome,
}

#[derive(Default)]
pub(super) struct Pending {
    pub calls: HashMap<Slot, i64>,
    pub last_uses: HashMap<(WorkspaceId, KeyId), (DateTime<Utc>, IpAddr)>,
    pub callers: Callers,
    pub retired: Retired,
}

/// What was counted and not written yet.
#[derive(Default)]
pub struct Calls {
    pending: Mutex<Pending>,
}

impl Calls {
    /// Only a served call is a use; a refused one counts as refused and nothing else.
    pub fn count(
        &self,
        (workspace, key, version): (WorkspaceId, KeyId, i32),
        outcome: Outcome,
        source: &Source,
        now: DateTime<Utc>,
    ) {
        let hour = now
            .trunc_subsecs(0)
            .with_minute(0)
            .and_then(|t| t.with_second(0))
            .unwrap_or(now);
        let mut pending = self.pending();
        let slot = Slot {
            workspace,
            key,
            version,
            hour,
            outcome,
        };
        *pending.calls.entry(slot).or_default() += 1;
        let of = (workspace, key, version);
        pending.callers.count(of, source, outcome == SERVED, now);
        if let (ROTATED_OUT, Some(ip)) = (outcome, source.ip) {
            pending.retired.count(of, ip, now);
        }
        if let (SERVED, Some(ip)) = (outcome, source.ip) {
            let last = pending
                .last_uses
                .entry((workspace, key))
                .or_insert((now, ip));
            if last.0 <= now {
                *last = (now, ip);
            }
        }
    }

    /// Writes what was counted. After a failure it is still here for the next time.
    pub async fn write(&self, db: &Db) -> Result<()> {
        let taken = Arc::new(mem::take(&mut *self.pending()));
        if taken.calls.is_empty() {
            return Ok(());
        }
        let written = taken.clone();
        let result = db
            .run(move |conn| {
                store::add_calls(conn, WHY, &written)?;
                retired::tell(conn, WHY, &written)
            })
            .await;
        if matches!(result, Err(Error::Busy(_))) {
            self.put_back(&taken);
        }
        match result {
            Err(Error::Busy(why)) => Err(Error::Busy(why)),
            // It would fail again each second, and hold up everything that is counted after it.
            Err(other) => {
                log::error!("{} counts of calls were given up", taken.calls.len());
                Err(other)
            }
            Ok(()) => Ok(()),
        }
    }

    fn put_back(&self, taken: &Pending) {
        let mut pending = self.pending();
        for (slot, n) in &taken.calls {
            *pending.calls.entry(*slot).or_default() += n;
        }
        for (key, use_) in &taken.last_uses {
            let last = pending.last_uses.entry(*key).or_insert(*use_);
            if last.0 < use_.0 {
                *last = *use_;
            }
        }
        pending.callers.put_back(&taken.callers);
        pending.retired.put_back(&taken.retired);
    }

    /// A count is whole after each statement, so a panic elsewhere leaves nothing half done.
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
