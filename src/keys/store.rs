//! The only queries over `keys`, `key_secrets`, `key_calls` and `key_last_uses`.

mod calls;
mod change;
mod check;
mod read;

pub(super) use calls::add_calls;
pub(super) use change::{
    activate, deactivate, insert, lock, lock_self, restore, revoke, revoke_self,
};
pub use check::{Candidate, find_candidate, peppers_in_use};
pub(super) use read::{
    Counts, Filter, LastUse, Listed, Use, count, find, find_by_nonce, find_self, list, use_of,
};
