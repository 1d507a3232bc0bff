//! What time it is. The only place that asks the system, so that tests can move it.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// The system's clock and how far tests have moved it. Clones share one hand.
#[derive(Clone, Default)]
pub struct Clock(Arc<Hand>);

/// In microseconds.
#[derive(Default)]
struct Hand {
    moved: AtomicI64,
    /// The time at which it was stopped, if it was.
    stopped_at: OnceLock<DateTime<Utc>>,
}

impl Clock {
    /// Microseconds, as the database keeps them: what is written reads back equal.
    pub fn now(&self) -> DateTime<Utc> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one reading of the system clock"
        )]
        let now = self.0.stopped_at.get().copied().unwrap_or_else(Utc::now);
        (now + TimeDelta::microseconds(self.0.moved.load(Ordering::Relaxed))).trunc_subsecs(6)
    }

    /// Moves this clock and its clones, for tests of what time changes.
    pub fn advance(&self, by: TimeDelta) {
        let by = by.num_microseconds().unwrap_or(i64::MAX);
        self.0.moved.fetch_add(by, Ordering::Relaxed);
    }

    /// From now on time passes only as this clock is moved, for tests that a slow machine must not disturb.
    pub fn stop(&self) {
        let now = self.now() - TimeDelta::microseconds(self.0.moved.load(Ordering::Relaxed));
        self.0.stopped_at.get_or_init(|| now);
    }
}
