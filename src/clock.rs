//! What time it is. The only place that asks the system, so that tests can move it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// The system's clock and how far tests have moved it. Clones share one hand.
#[derive(Clone, Default)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// Microseconds, as the database keeps them: what is written reads back equal.
    pub fn now(&self) -> DateTime<Utc> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one reading of the system clock"
        )]
        let now = Utc::now();
        (now + TimeDelta::microseconds(self.0.load(Ordering::Relaxed))).trunc_subsecs(6)
    }

    /// Moves this clock and its clones, for tests of what time changes.
    pub fn advance(&self, by: TimeDelta) {
        let by = by.num_microseconds().unwrap_or(i64::MAX);
        self.0.fetch_add(by, Ordering::Relaxed);
    }
}
