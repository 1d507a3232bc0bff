//! What a link opens, and *Accept invitation*.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{entry, may_touch};
use crate::{
    actor::{Actor, Person, Source, Who},
    audit,
    error::{Error, Result},
    ids::GroupId,
    invitations::{
        let_in::Promised,
        model::{Invitation, InvitedGroup, State},
        store,
    },
    people::{self, Contact, NewUser, PasswordHash, User},
    permissions::Permissions,
    policy::{ManageMembers, Unscoped, permit},
    web::link::{LinkToken, Purpose},
    workspaces::{self, Workspace},
};

const LINK: Unscoped = Unscoped::because(
    "whoever follows a link is no member yet; what it opens is what the link says",
);

/// What somebody is asked to accept.
pub struct Sight {
    pub invitation: Invitation,
    pub workspace: Workspace,
    pub inviter: Contact,
    pub groups: Vec<InvitedGroup>,
    /// Whoever has an account at the invited address.
    pub account: Option<User>,
}

/// Why a link opens nothing.
pub enum Over {
    /// There is no such link, or not any more: another one was sent.
    Unknown,
    Accepted,
    Cancelled,
    Expired(String, Contact),
    /// The workspace is gone.
    Deleted,
    /// Whoever invited may not do so any more. With the name of the workspace.
    Unanswered(String, Contact),
    /// They belong to the workspace, and it is closed to them.
    Suspended(String),
    /// They belong to the workspace already.
    Member(Workspace),
}

pub type Looked = std::result::Result<Sight, Over>;

/// Uses nothing up.
pub fn look(conn: &mut PgConnection, token: &LinkToken, now: DateTime<Utc>) -> Result<Looked> {
    match store::find(conn, LINK, token.digest(Purpose::Join))? {
        Some(invitation) => judge(conn, invitation, now),
        None => Ok(Err(Over::Unknown)),
    }
}

fn judge(conn: &mut PgConnection, invitation: Invitation, now: DateTime<Utc>) -> Result<Looked> {
    let at = invitation.workspace_id;
    let Some(workspace) = workspaces::find_living(conn, LINK, at)? else {
        return Ok(Err(Over::Deleted));
    };
    let by = invitation.invited_by_member_id;
    let inviter = people::contact_of(conn, LINK, at, by)?;
    match invitation.state(now) {
        State::Accepted => return Ok(Err(Over::Accepted)),
        State::Cancelled => return Ok(Err(Over::Cancelled)),
        State::Expired => return Ok(Err(Over::Expired(workspace.name, inviter))),
        State::Open => {}
    }
    if !is_answered_for(conn, &invitation, &inviter)? {
        return Ok(Err(Over::Unanswered(workspace.name, inviter)));
    }
    let account = people::find_user(conn, LINK, &invitation.email)?;
    if let Some(user) = &account {
        match people::is_suspended_in(conn, LINK, at, user.id)? {
            Some(true) => return Ok(Err(Over::Suspended(workspace.name))),
            Some(false) => return Ok(Err(Over::Member(workspace))),
            None => {}
        }
    }
    Ok(Ok(Sight {
        groups: store::groups_of(conn, LINK, at, invitation.id)?,
        invitation,
        workspace,
        inviter,
        account,
    }))
}

/// May whoever invited do so now?
fn is_answered_for(conn: &mut PgConnection, of: &Invitation, inviter: &Contact) -> Result<bool> {
    let (at, by) = (of.workspace_id, of.invited_by_member_id);
    let Some((role, permissions)) = people::standing_of(conn, LINK, at, by)? else {
        return Ok(false);
    };
    let actor = Actor::new(
        Who::Member {
            id: by,
            name: inviter.name.clone(),
            role,
            permissions,
        },
        at,
        Source::default(),
    );
    Ok(permit::<ManageMembers>(&actor).is_ok() && may_touch(&actor, of.role).is_ok())
}

/// Somebody who has become a member.
pub struct Joined {
    pub user: User,
    pub workspace: Workspace,
    /// Groups that are gone.
    pub left_out: Vec<String>,
}

/// By whoever has the account of the invited address.
///
/// # Errors
/// `Conflict`: that is somebody else.
pub fn accept(
    conn: &mut PgConnection,
    token: &LinkToken,
    (person, promised): (&Person, &Promised),
    now: DateTime<Utc>,
) -> Result<std::result::Result<Joined, Over>> {
    let mut sight = match hold(conn, token, now)? {
        Ok(sight) => sight,
        Err(over) => return Ok(Err(over)),
    };
    match sight.account.take() {
        Some(user) if user.id == person.id => {
            let of = (&person.source, promised);
            join(conn, sight, user, of, now).map(Ok)
        }
        _ => Err(Error::Conflict(
            "This invitation is for another address than yours. Sign in as whoever has that.",
        )),
    }
}

/// By somebody who has no account yet, and has one then.
///
/// # Errors
/// `Invalid` under `email`: the address has one.
pub fn accept_anew(
    conn: &mut PgConnection,
    token: &LinkToken,
    (new, hash): (&NewUser, &PasswordHash),
    (source, promised): (&Source, &Promised),
    now: DateTime<Utc>,
) -> Result<std::result::Result<Joined, Over>> {
    let sight = match hold(conn, token, now)? {
        Ok(sight) => sight,
        Err(over) => return Ok(Err(over)),
    };
    let user = people::create_user(conn, LINK, new, hash, now)?;
    join(conn, sight, user, (source, promised), now).map(Ok)
}

/// As [`look`], and nobody accepts it or changes a member meanwhile. In this order: whoever changes members holds the
/// workspace first.
fn hold(conn: &mut PgConnection, token: &LinkToken, now: DateTime<Utc>) -> Result<Looked> {
    let Some(found) = store::find(conn, LINK, token.digest(Purpose::Join))? else {
        return Ok(Err(Over::Unknown));
    };
    people::hold_workspace(conn, LINK, found.workspace_id)?;
    match store::lock_by(conn, LINK, token.digest(Purpose::Join))? {
        Some(invitation) => judge(conn, invitation, now),
        None => Ok(Err(Over::Unknown)),
    }
}

fn join(
    conn: &mut PgConnection,
    sight: Sight,
    user: User,
    (source, promised): (&Source, &Promised),
    now: DateTime<Utc>,
) -> Result<Joined> {
    let Sight {
        invitation,
        workspace,
        groups,
        ..
    } = sight;
    let member = people::join(conn, LINK, workspace.id, user.id, invitation.role, now)?;
    let ids: Vec<GroupId> = groups.iter().filter_map(|group| group.id).collect();
    let there = people::join_groups(conn, LINK, (workspace.id, member), &ids, now)?;
    let accepted = store::set_accepted(conn, LINK, &invitation, member, now)?;
    let named = |is_there: bool| -> Vec<String> {
        let is_in = |group: &&InvitedGroup| group.id.is_some_and(|id| there.contains(&id));
        let those = groups.iter().filter(|group| is_in(group) == is_there);
        those.map(|group| group.name.clone()).collect()
    };
    let (came_into, left_out) = (named(true), named(false));
    let before = json!({ "status": invitation.state(now).name() });
    let mut after = json!({
        "status": accepted.state(now).name(),
        "role": invitation.role.name(),
        "groups": came_into,
    });
    if !left_out.is_empty() {
        after["deleted_groups"] = json!(left_out);
    }
    let actor = Actor::new(
        Who::Member {
            id: member,
            name: user.name.clone(),
            role: invitation.role,
            permissions: Permissions::default(),
        },
        workspace.id,
        source.clone(),
    );
    let entry = entry("invitation.accepted", &accepted, Some(before), Some(after));
    audit::record(conn, &actor, entry, now)?;
    (promised.keep)(conn, &actor, (accepted.id, &accepted.email), now)?;
    let sides = (None, Some(json!({ "workspace": workspace.name })));
    people::record_change(conn, LINK, user.id, source, "account.joined", sides, now)?;
    Ok(Joined {
        user,
        workspace,
        left_out,
    })
}
