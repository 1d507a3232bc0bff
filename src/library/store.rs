//! The only queries over folders and shares.

mod all;
mod figures;
mod given;
mod grants;
mod kept;
mod listed;
mod losing;
mod owned;
mod purge;
mod reach;
mod roles;
mod sharing;
mod trashed;
mod tree;
mod who;
mod whole;

pub use all::{
    OwnerIs, PAGE, Sort, Wanted, count_all, delete_shares_in, find_all, hold_all, list_all,
};
pub use figures::{Figures, figures, owners};
pub use given::{Given, delete_given, given_by, set_givers};
pub use grants::{
    delete_share, find_share, give_all, hold_shares, owners_on, shares_on, shares_on_all,
};
pub use kept::{Remains, given_to, kept};
pub use listed::{beginnings, everywhere, some_of, within};
pub use losing::{owners_within, shares_within};
pub use owned::{
    Top, clashes, count_owned, delete_shares_with, has_called, owned_tops, set_name,
    set_owner_of_all,
};
pub use purge::{destroy, destroy_now, due, forget_some, hold_due};
pub use reach::{Named, reach};
pub use roles::{given_on, groups_of_all, roles_everywhere, roles_on};
pub use sharing::{
    count_shares, ended, forget_promised, forget_share, hold_ended, make_theirs, shares_of,
    shares_of_invitations,
};
pub use trashed::trashed;
pub use tree::{
    ancestors, find_row, hold, insert, lock, move_to, put_back, put_into_trash, set_owner, update,
};
pub use who::{AccessIs, Few, Reaching, reaching};
pub use whole::{apart, check_size, lock_tree, share_tree};
