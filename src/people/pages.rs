//! The screens of members and groups: one function per route, one file per verb.

mod candidates;
pub mod groups;
mod leaving;
mod list;
mod member;
mod removal;
mod report;
mod role;
mod suspension;

pub use leaving::{ask as ask_leave, leave};
pub use list::index;
pub use member::show;
pub use removal::{ask as ask_remove, remove};
pub use report::show as show_report;
pub use role::{change as change_role, set as set_role};
pub use suspension::{reinstate, suspend};

use serde::Deserialize;

use super::model::{Member, State};
use crate::{
    ids::MemberId,
    web::ui::{Shell, Status},
};

/// The variable parts of a member's address.
#[derive(Deserialize)]
pub struct OfMember {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    member: MemberId,
}

/// The address of the list, which begins that of everything else here.
fn list_path(shell: &Shell) -> String {
    shell
        .workspace
        .as_ref()
        .map(|w| w.members.clone())
        .unwrap_or_default()
}

fn workspace(shell: &Shell) -> String {
    let workspace = shell.workspace.as_ref();
    workspace.map(|w| w.name.clone()).unwrap_or_default()
}

/// The address at which a page shows this member first.
fn at_member(page: &str, id: MemberId) -> String {
    format!("{page}#m-{id}")
}

/// None for those who simply belong to the workspace.
fn status(member: &Member) -> Option<Status> {
    match member.state() {
        State::Active => None,
        State::Suspended => Some(Status::SUSPENDED),
        State::Removed => Some(Status::REMOVED),
    }
}

/// Without this member there would be no active owner.
fn is_last_owner(member: &Member, active_owners: i64) -> bool {
    member.is_active_owner() && active_owners < 2
}
