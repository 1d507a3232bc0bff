//! What can be done to members. Each runs inside the caller's transaction, and one at a time in each workspace, so
//! that there is always an active owner.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};

use crate::{
    actor::{Actor, Confirmed, Role},
    audit,
    error::{Error, Result},
    ids::{FolderId, MemberId},
    made_keys::{Decisions, MadeKeys, TakenKey},
    owned_folders::{FolderFates, OwnedFolders},
    people::{
        model::{Member, Named, Report, State},
        store,
    },
    policy::{Action, ManageMembers, Permit, may_touch, permit},
    reached_folders::ReachedFolders,
    sent_invitations::{Fate, SentInvitations},
};

const LAST_OWNER: &str =
    "This is the only active owner. Make somebody else an owner first. Nothing was changed.";
const REMOVED: &str = "They were removed from this workspace already.";

/// Says which role they had. The same again changes nothing and leaves no entry.
///
/// # Errors
/// `Forbidden`: an owner is made or changed by somebody who is none. `Unconfirmed`: an owner is made without the password.
/// `Conflict`: they are the only active owner.
pub fn change_role(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, role): (MemberId, Role),
    confirmed: Option<Confirmed>,
    now: DateTime<Utc>,
) -> Result<(Named, Role)> {
    let permit = permit(actor)?;
    let named = hold(conn, &permit, id)?;
    if !may_touch(actor, role) {
        return Err(Error::Forbidden(
            "You need to be an owner to make somebody an owner.".to_owned(),
        ));
    }
    let before = named.member.role;
    if before == role {
        return Ok((named, before));
    }
    match role {
        Role::Owner => {
            confirmed.ok_or(Error::Unconfirmed)?;
        }
        Role::Admin | Role::Member => keep_an_owner(conn, &permit, &named.member)?,
    }
    store::set_role(conn, &permit, id, role)?;
    let facts = |role: Role| Some(json!({ "role": role.name() }));
    let (old, new) = (facts(before), facts(role));
    let entry = entry("member.role_changed", &named, old, new);
    audit::record(conn, actor, entry, now)?;
    Ok((named, before))
}

/// Whoever is suspended already stays so, without a word in the log.
///
/// # Errors
/// As [`change_role`]; `Conflict` also for oneself.
pub fn suspend(
    conn: &mut PgConnection,
    actor: &Actor,
    id: MemberId,
    now: DateTime<Utc>,
) -> Result<Named> {
    let permit = permit(actor)?;
    let named = hold(conn, &permit, id)?;
    if named.member.state() == State::Suspended {
        return Ok(named);
    }
    if actor.member_id() == Some(id) {
        return Err(Error::Conflict(
            "You cannot suspend yourself. Ask another owner or admin.",
        ));
    }
    keep_an_owner(conn, &permit, &named.member)?;
    store::set_suspended(conn, &permit, id, Some(now))?;
    let entry = entry("member.suspended", &named, None, None);
    audit::record(conn, actor, entry, now)?;
    Ok(named)
}

/// Whoever is active already stays so, without a word in the log.
///
/// # Errors
/// As [`change_role`].
pub fn reinstate(
    conn: &mut PgConnection,
    actor: &Actor,
    id: MemberId,
    now: DateTime<Utc>,
) -> Result<Named> {
    let permit = permit(actor)?;
    let named = hold(conn, &permit, id)?;
    if named.member.state() == State::Active {
        return Ok(named);
    }
    store::set_suspended(conn, &permit, id, None)?;
    let entry = entry("member.reinstated", &named, None, None);
    audit::record(conn, actor, entry, now)?;
    Ok(named)
}

/// Folders that their keys get which are taken over.
pub struct Shares<'a> {
    pub reached: &'a dyn ReachedFolders,
    pub folders: &'a BTreeSet<FolderId>,
}

/// Their access ends at once, in every session, and with the keys they made, the invitations they sent and the folders they
/// own happens what was decided. The member stays, for history; the entry in the log is the report.
///
/// # Errors
/// As [`suspend`], and those of [`OwnedFolders::decide`] and of [`MadeKeys::decide`], whose new values come back.
pub fn remove(
    conn: &mut PgConnection,
    actor: &Actor,
    id: MemberId,
    (keys, decisions, shares): (&dyn MadeKeys, &Decisions, &Shares<'_>),
    (invitations, fate): (&dyn SentInvitations, Fate),
    (folders, fates): (&dyn OwnedFolders, &FolderFates),
    now: DateTime<Utc>,
) -> Result<(Named, Vec<TakenKey>)> {
    let permit = permit(actor)?;
    store::hold(conn, &permit)?;
    let named = check_removal(conn, &permit, id)?;
    // Whoever adds them to a group at this moment holds them, and is waited for here. What is theirs is decided while they
    // are still what they were.
    store::hold_member(conn, &permit, id)?;
    let (decided, taken) = keys.decide(conn, actor, id, decisions, now)?;
    for key in &taken {
        let both = (key.id, id);
        shares
            .reached
            .give(conn, actor, both, shares.folders, now)?;
    }
    let folders = folders.decide(conn, actor, id, fates, now)?;
    store::set_removed(conn, &permit, id, now)?;
    let groups: Vec<String> = store::groups_of(conn, &permit, id)?
        .into_iter()
        .map(|(group, _)| group.name)
        .collect();
    store::leave_groups(conn, &permit, id)?;
    let invitations = invitations.decide(conn, actor, id, fate, now)?;
    let report = Report::of(decided, invitations, folders);
    let before = json!({ "role": named.member.role.name(), "groups": groups });
    let entry = entry("member.removed", &named, Some(before), Some(report.facts()));
    audit::record(conn, actor, entry, now)?;
    Ok((named, taken))
}

/// Whoever would be removed, if they may be now.
pub fn check_removal(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    id: MemberId,
) -> Result<Named> {
    let named = touchable(conn, permit, id)?;
    if permit.actor().member_id() == Some(id) {
        return Err(Error::Conflict(
            "You cannot remove yourself. Ask another owner or admin.",
        ));
    }
    keep_an_owner(conn, permit, &named.member)?;
    Ok(named)
}

/// A member that may be changed now, while nobody else does.
fn hold(conn: &mut PgConnection, permit: &Permit<ManageMembers>, id: MemberId) -> Result<Named> {
    store::hold(conn, permit)?;
    touchable(conn, permit, id)
}

fn touchable(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    id: MemberId,
) -> Result<Named> {
    let named = store::named(conn, permit, id)?;
    if !may_touch(permit.actor(), named.member.role) {
        return Err(Error::Forbidden(
            "You need to be an owner to change an owner.".to_owned(),
        ));
    }
    match named.member.state() {
        State::Removed => Err(Error::Conflict(REMOVED)),
        State::Active | State::Suspended => Ok(named),
    }
}

/// # Errors
/// `Conflict`: without this member there would be no active owner.
pub(super) fn keep_an_owner<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    member: &Member,
) -> Result<()> {
    if member.is_active_owner() && store::is_last_owner(conn, permit, member.id)? {
        return Err(Error::Conflict(LAST_OWNER));
    }
    Ok(())
}

fn entry(
    action: &'static str,
    named: &Named,
    before: Option<Value>,
    after: Option<Value>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: audit::Subject {
            kind: "member",
            id: named.member.id.to_string(),
            label: named.name.clone(),
        },
        before,
        after,
    }
}
