//! The screens of sharing: the dialog, and one file per verb.

mod add;
mod asked;
mod change;
mod dialog;
mod end;
mod find;
mod flaws;
mod found;
mod groups;
mod invited;
mod names;
mod read;
mod request;
mod requests;
mod rows;

pub use add::add;
pub use asked::{ask, reopen, withdraw};
pub use change::{activate, change_role, put_back, remove};
pub use dialog::show;
pub use end::change_end;
pub use invited::{cancel, resend};
pub use requests::{approve, decline, show as show_request};

use serde::Deserialize;

use crate::{
    error::Result,
    ids::{FolderId, InvitationId, KeyId, ShareRequestId},
    library::Subject,
    web::ui::Shell,
};

/// The variable parts of the dialog's address.
#[derive(Deserialize)]
pub struct OfFolder {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    folder: FolderId,
}

/// Those of somebody or something in it.
#[derive(Deserialize)]
pub struct OfSubject {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    folder: FolderId,
    kind: String,
    subject: String,
}

impl OfSubject {
    fn subject(&self) -> Result<Subject> {
        Subject::parse(&self.kind, &self.subject)
    }
}

#[derive(Deserialize)]
pub struct OfKey {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    folder: FolderId,
    key: KeyId,
}

#[derive(Deserialize)]
pub struct OfInvitation {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    folder: FolderId,
    invitation: InvitationId,
}

#[derive(Clone, Deserialize)]
pub struct OfRequest {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    folder: FolderId,
    request: ShareRequestId,
}

fn home(shell: &Shell) -> String {
    let workspace = shell.workspace.as_ref();
    workspace.map_or_else(String::new, |w| format!("/w/{}", w.slug))
}

fn folder_path(shell: &Shell, folder: FolderId) -> String {
    format!("{}/folders/{folder}", home(shell))
}

fn path(shell: &Shell, folder: FolderId) -> String {
    format!("{}/share", folder_path(shell, folder))
}

fn path_of(shell: &Shell, folder: FolderId, subject: Subject) -> String {
    format!(
        "{}/{}/{}",
        path(shell, folder),
        subject.kind(),
        subject.id()
    )
}
