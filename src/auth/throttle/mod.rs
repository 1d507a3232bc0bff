//! Guesses at one account's password: 1 s, 3 s, 5 s, then 10 s between them, at most 100 a day (UTC).
//!
//! Addresses without an account are counted alike, so that the counters tell nobody which exist. Sessions that are
//! open go on; a right password clears the count.

mod store;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

pub use store::{clear, sweep, take_guess, touch};

const GUESSES_A_DAY: i32 = 100;

/// What an address is counted under, whatever its case.
pub fn digest_of(email: &str) -> [u8; 32] {
    Sha256::digest(email.trim().to_lowercase()).into()
}

/// How long after the `n`th failure of a day nothing is tried.
fn pause(failures: i32) -> TimeDelta {
    TimeDelta::seconds(match failures {
        ..=1 => 1,
        2 => 3,
        3 => 5,
        _ => 10,
    })
}
