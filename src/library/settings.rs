//! Settings → Workspace → Library: all folders, for owners and admins.

mod asked;
mod change;
mod limits;
mod list;
mod question;
mod reach;
mod rows;
mod stays;
mod undo;
mod views;

use super::{actions, model, store};
use crate::web::{Access, Routes, ui::Shell};
pub use undo::undoable;

pub fn routes(r: &mut Routes) {
    r.get("/w/{slug}/settings/library", Access::Member, list::index);
    r.post(
        "/w/{slug}/settings/library/selection",
        Access::Member,
        question::select,
    );
    r.post(
        "/w/{slug}/settings/library/removals",
        Access::Member,
        change::remove,
    );
    r.post(
        "/w/{slug}/settings/library/removals/{who}/{entry}/reversal",
        Access::Member,
        change::undo,
    );
    r.post(
        "/w/{slug}/settings/library/changes/{entry}/reversal",
        Access::Member,
        undo::undo,
    );
    r.post(
        "/w/{slug}/settings/library/owners",
        Access::Member,
        change::hand_over,
    );
    r.post(
        "/w/{slug}/settings/library/roles",
        Access::Member,
        change::take_role,
    );
    r.post(
        "/w/{slug}/settings/library/trash",
        Access::Member,
        change::trash,
    );
    r.post(
        "/w/{slug}/settings/library/restorations",
        Access::Member,
        change::restore,
    );
    r.get(
        "/w/{slug}/settings/library/limits",
        Access::Member,
        limits::ask,
    );
    r.post(
        "/w/{slug}/settings/library/limits",
        Access::Member,
        limits::change,
    );
    r.post(
        "/w/{slug}/settings/library/limits/{entry}/reversal",
        Access::Member,
        limits::undo,
    );
}

fn list_path(shell: &Shell) -> String {
    let workspace = shell.workspace.as_ref();
    workspace.map(|w| w.all_folders.clone()).unwrap_or_default()
}

/// The address of the library itself.
fn library_path(shell: &Shell) -> &str {
    shell.workspace.as_ref().map_or("", |w| w.library.as_str())
}

fn folders_path(shell: &Shell) -> &str {
    shell.workspace.as_ref().map_or("", |w| w.folders.as_str())
}
