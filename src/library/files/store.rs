//! The only queries over files and labels.

mod labels;
mod lists;
mod named;
mod one;
mod purge;
mod search;
mod sizes;
mod trashed;

pub use labels::{
    change_label, delete_label, find_label, insert_label, labels, labels_called, labels_on,
    set_labels, used_labels,
};
pub use lists::{After, count_in, list, list_trash};
pub use named::named;
pub use one::{
    destroy, find_row, insert, lock, move_to, put_back, put_into_trash, replace, update,
};
pub use purge::{destroy_due, due, forget_some};
pub use search::search;
pub use sizes::{Size, Total, sizes, total};
pub use trashed::trashed;
