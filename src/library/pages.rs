//! The screens of the library: one function per route, one file per verb.

mod above;
mod again;
mod asked;
mod crumbs;
mod deletion;
mod details;
mod folder;
mod found;
mod home;
mod inside;
mod move_to;
mod new;
mod owner;
mod people;
mod restoration;
mod role;
mod row;
mod trash;
mod upload;

pub use again::{Shown, made_with, meanwhile};
pub use deletion::{ask as ask_delete, delete};
pub use details::{change, edit};
pub use folder::{Read as FolderBehind, show};
pub use home::index;
pub use move_to::{
    MoveForm, MoveQuery, Moving, Places, ask as ask_move, move_back, move_to, parse as place_of,
};
pub use new::{ask_at_top, ask_within, create_at_top, create_within};
pub use owner::{ask as ask_owner, hand_over};
pub use people::Access;
pub use restoration::{RestoreForm, ask as ask_restore, restore};
pub use role::take as take_role;
pub use trash::{Read as TrashBehind, ask as ask_destroy, destroy, index as trash};
pub use upload::{ask as ask_upload, upload};

use serde::Deserialize;

use crate::{
    ids::{FileId, FolderId},
    web::{back::Next, ui::Shell},
};

/// The variable parts of a folder's address.
#[derive(Deserialize)]
pub struct OfFolder {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    folder: FolderId,
}

/// The address of the list, which begins those of what is about no one folder.
fn library_path(shell: &Shell) -> String {
    let workspace = shell.workspace.as_ref();
    workspace.map(|w| w.library.clone()).unwrap_or_default()
}

/// The address of the trash.
pub fn trash_path(shell: &Shell) -> String {
    let workspace = shell.workspace.as_ref();
    workspace.map(|w| w.trash.clone()).unwrap_or_default()
}

/// A folder's own page, which begins the addresses of everything about it.
pub fn folder_path(shell: &Shell, id: FolderId) -> String {
    let workspace = shell.workspace.as_ref();
    let home = workspace.map(|w| w.home.as_str()).unwrap_or_default();
    format!("{home}/folders/{id}")
}

/// A file's own address, which begins those of everything about it.
pub fn file_path(shell: &Shell, id: FileId) -> String {
    let workspace = shell.workspace.as_ref();
    let home = workspace.map(|w| w.home.as_str()).unwrap_or_default();
    format!("{home}/files/{id}")
}

/// Where a dialog was opened, if that is a page of this workspace.
pub fn back(shell: &Shell, next: &Next, otherwise: String) -> String {
    let workspace = shell.workspace.as_ref();
    let next = workspace.and_then(|w| next.within(&w.home));
    next.map_or(otherwise, str::to_owned)
}
