//! The only queries over `keys`, `key_secrets`, `key_calls` and `key_last_uses`.

mod calls;
mod change;
mod check;
mod read;

pub(super) use calls::add_calls;
pub(super) use change::{MADE_BEFORE, deactivate_or_activate, insert, lock, restore, revoke};
pub use check::{Candidate, find_candidate};
pub(super) use read::{Counts, Filter, Listed, Use, count, find, find_by_nonce, list, use_of};
