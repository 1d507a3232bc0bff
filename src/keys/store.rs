//! The only queries over `keys` and the tables whose names begin with `key_`, but for those of files.

mod access;
mod beyond;
mod bulk;
mod callers;
mod calls;
mod change;
mod check;
mod count;
mod days;
mod descent;
mod ending;
mod folders;
mod forget;
mod incident;
mod list;
mod lock;
mod made;
mod matching;
mod named;
mod narrow;
mod owners;
mod peppers;
mod places;
mod reach;
mod read;
mod replays;
mod retired;
mod rotate;
mod runs;
mod sealed;
mod shown;
mod take_over;
mod to_share;
mod touched;
mod unused;
mod usage;
mod used;
mod values;

pub use access::{KeyAccess, keys_after};
pub(super) use beyond::{beyond, count_beyond, lock_beyond, set_end};
pub use bulk::forget_changes;
pub(super) use bulk::{
    Note, OwnLabel, folded_labels, labels_in_use, lock_all, note_change, take_change, write_all,
};
pub(super) use callers::forget_callers;
pub use callers::{Address, Caller, addresses, callers, count_callers, last_caller};
pub(super) use calls::add_calls;
pub(super) use change::{Kept, activate, deactivate, edit, insert, restore, revoke, revoke_self};
pub(super) use check::find_candidate_of;
pub use check::{Candidate, find_candidate, find_older};
pub(super) use count::{Counts, count};
pub(super) use days::hours;
pub(super) use descent::{Family, count_made_by, end_graces, family, hold_family, revoke_made};
pub use ending::Told;
pub(super) use ending::{ending, forget_ended, forget_ending, note_ending};
pub(super) use folders::with_roles_beyond;
pub use forget::forget_some;
pub(super) use incident::{
    OpenIncident, close_incident, hold_incident, incident, key_of_incident, open_incidents,
    open_ones, replacement, set_replacement, tick, untick, write_notes,
};
pub(super) use list::list;
pub(super) use lock::{hold, lock, lock_caller, lock_self, lock_to_reveal};
pub(super) use made::{count_living, count_made, count_personal, living_ids_of, living_of};
pub(super) use matching::{count_matching, matching};
pub use named::named;
pub(super) use narrow::{EXACT, Found, narrow};
pub(super) use owners::owners;
pub use peppers::peppers_in_use;
pub(super) use places::{Place, places};
pub(super) use read::{LastUse, Listed, find, find_by_nonce};
pub(super) use replays::{
    Replay, claim, find_replay, note_again, note_first, supersede, was_called,
};
pub use replays::{forget_replays, note_use};
pub(super) use retired::labels;
pub use rotate::forget_digests;
pub(super) use rotate::{Secrets, finish, replace, secrets, take_back};
pub use runs::forget_runs;
pub(super) use runs::{
    Chunk, NewRun, ONE_AT_A_TIME, add_chunk, all_running, can_be_undone, changes_of, count_run,
    end_run, find_run, insert_run, is_empty, lock_run, look_at_run, running, take_chunk,
};
pub(super) use sealed::{SealedSecret, count_recoverable, sealed};
pub use shown::Maker;
pub(super) use shown::{Shown, check_kind, find_self, find_shown, list_shown, show_one};
pub(super) use take_over::{bound_old, lock_to_take_over, take_over};
pub use to_share::{find_labelled, to_share};
pub(super) use unused::{
    Warned, count_unused, deactivate_unused, forget_warnings, hold_warned, note_unused, ripe,
    unused, warned,
};
pub(super) use usage::usage;
pub use used::{AtStake, at_stake};
pub(super) use used::{Use, use_of, use_of_matching};
pub(super) use values::{HourOfValue, Value, hours_of_values};
