//! What can be done with invitations. Each runs inside the caller's transaction, and one at a time in each workspace, so
//! that whoever invites may still do so when it is done.

mod end;
mod invite;
mod join;

pub use end::{cancel, cancel_own, decide};
pub use invite::{Done, Sent, invite, invite_beside, resend};
pub use join::{Joined, Over, Sight, accept, accept_anew, look};

use serde_json::Value;

use super::{let_in::Promised, model::Invitation};
use crate::{
    actor::{Actor, Confirmed, Person, Role},
    audit,
    error::{Error, Result},
    mail::Mail,
    policy,
    web::limit::Limits,
};

/// What it takes to send a link.
pub struct Post<'a> {
    pub mail: &'a Mail,
    pub limits: &'a Limits,
    pub promised: &'a Promised,
    /// Who sends it.
    pub person: &'a Person,
    pub confirmed: Option<Confirmed>,
}

/// # Errors
/// `Forbidden`: they may not give this role. `Unconfirmed`: they may, once they have entered their password.
fn check_role(actor: &Actor, role: Role, confirmed: Option<Confirmed>) -> Result<()> {
    may_touch(actor, role)?;
    if role == Role::Owner {
        confirmed.ok_or(Error::Unconfirmed)?;
    }
    Ok(())
}

fn may_touch(actor: &Actor, role: Role) -> Result<()> {
    match policy::may_touch(actor, role) {
        true => Ok(()),
        false => Err(Error::Forbidden(
            "You need to be an owner to invite an owner.".to_owned(),
        )),
    }
}

fn entry(
    action: &'static str,
    invitation: &Invitation,
    before: Option<Value>,
    after: Option<Value>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: audit::Subject {
            kind: "invitation",
            id: invitation.id.to_string(),
            label: invitation.email.clone(),
        },
        before,
        after,
    }
}
