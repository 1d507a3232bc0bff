//! Everything that the code under test logs, kept in memory.

use std::sync::{Mutex, Once, PoisonError};

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What reads pages and sends requests here, and is no part of the server.
const OURS: [&str; 4] = ["awc", "html5ever", "scraper", "selectors"];

struct Capture;

impl log::Log for Capture {
    /// What an operator can turn on, without what the tests' own tools say: it would be gigabytes.
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        !OURS.iter().any(|tool| metadata.target().starts_with(tool))
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{} {} {}", record.level(), record.target(), record.args());
            LINES
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
    }

    fn flush(&self) {}
}

/// From now on lines are kept.
pub fn capture() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Capture).expect("no other logger in a test binary");
        log::set_max_level(log::LevelFilter::Debug);
    });
}

/// The lines of all tests of this run so far.
pub fn lines() -> Vec<String> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
