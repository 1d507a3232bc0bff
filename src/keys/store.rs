//! The only queries over `keys`, `key_secrets`, `key_calls`, `key_last_uses` and `key_changes`.

mod bulk;
mod calls;
mod change;
mod check;
mod made;
mod read;

pub use bulk::forget_changes;
pub(super) use bulk::{
    change_all, folded_labels, labels_in_use, lock_all, note_change, take_change,
};
pub(super) use calls::add_calls;
pub(super) use change::{
    activate, deactivate, insert, lock, lock_self, restore, revoke, revoke_self,
};
pub use check::{Candidate, find_candidate, peppers_in_use};
pub(super) use made::{count_made, living_ids_of, living_of};
pub(super) use read::{
    Counts, Filter, LastUse, Listed, Use, count, find, find_by_nonce, find_self, list, use_of,
};
