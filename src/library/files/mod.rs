//! What is in folders: files with contents, names, labels and texts of programs.
//!
//! Whoever has a role in its folder reaches a file: as User they find and read it, as Editor they change it. Contents come in
//! as a stream ([`Intake`]), are kept by [`objects`](crate::objects), and go out as one ([`content::answer`]).

mod actions;
mod api;
pub mod content;
mod find;
mod media;
mod model;
mod pages;
mod receive;
mod store;
mod upkeep;
mod views;

pub use actions::{
    Limited, check_free, create_label, delete_label, destroy, edit, patch, rename_label, replace,
    restore, set_limits, trash, undo_limits, upload,
};
pub use find::{FoundFile, find, find_in_trash};
pub use model::{
    File, FileEdit, FileName, FilePatch, FileSaid, Hit, Kind, Label, LabelName, MOST_LABELS, Order,
    Passage, Place, Query, Stretch, Taken, kind,
};
pub use receive::{Intake, Stored};
pub(super) use store::forget_some;
pub use store::{
    After, Size, Total, count_in, labels, labels_on, list, list_trash, search, sizes, total,
    trashed, used_labels,
};
pub use upkeep::purge;

use crate::web::Routes;

pub fn routes(r: &mut Routes) {
    api::routes(r);
    pages::routes(r);
}
