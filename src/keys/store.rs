//! The only queries over `keys` and the tables whose names begin with `key_`, but for those of files.

mod beyond;
mod bulk;
mod callers;
mod calls;
mod change;
mod check;
mod count;
mod days;
mod forget;
mod list;
mod made;
mod narrow;
mod owners;
mod reach;
mod read;
mod stake;
mod usage;

pub(super) use beyond::{beyond, count_beyond, lock_beyond, set_end};
pub use bulk::forget_changes;
pub(super) use bulk::{
    Note, OwnLabel, folded_labels, labels_in_use, lock_all, note_change, take_change, write_all,
};
pub(super) use callers::forget_callers;
pub use callers::{Address, Caller, addresses, callers, count_callers, last_caller};
pub(super) use calls::add_calls;
pub(super) use change::{
    activate, deactivate, edit, insert, lock, lock_self, lock_to_stop, restore, revoke, revoke_self,
};
pub use check::{Candidate, find_candidate, peppers_in_use};
pub(super) use count::{Counts, count};
pub(super) use days::hours;
pub use forget::forget_some;
pub(super) use list::list;
pub(super) use made::{count_living, count_made, count_personal, living_ids_of, living_of};
pub(super) use narrow::{EXACT, Found, narrow};
pub(super) use owners::owners;
pub(super) use read::{Listed, Own, Use, find, find_by_nonce, find_self, use_of};
pub use stake::{AtStake, at_stake};
pub(super) use usage::usage;
