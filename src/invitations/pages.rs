//! The screens of invitations: one file per verb.

mod account;
mod groups;
mod invite;
mod join;
mod links;
mod list;

pub use account::make_account;
pub use invite::{invite, new};
pub use join::{accept, open};
pub use links::{hand_over, resend};
pub use list::{cancel, index};

use serde::Deserialize;

use crate::{ids::InvitationId, web::ui::Shell};

/// The variable parts of an invitation's address.
#[derive(Deserialize)]
pub struct OfInvitation {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    invitation: InvitationId,
}

/// The address of the list, which begins that of everything else here.
fn list_path(shell: &Shell) -> String {
    let workspace = shell.workspace.as_ref();
    workspace.map(|w| w.invitations.clone()).unwrap_or_default()
}

fn workspace(shell: &Shell) -> String {
    let workspace = shell.workspace.as_ref();
    workspace.map(|w| w.name.clone()).unwrap_or_default()
}
