//! *Leave workspace*.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::members::keep_an_owner;
use crate::{
    actor::{Actor, Person},
    audit,
    error::{Error, Result},
    people::{model::Named, store},
    policy::{LeaveWorkspace, Permit, Unscoped, permit},
    sent_invitations::SentInvitations,
};

const OWN: Unscoped = Unscoped::because("what happens to an account belongs to its person");

/// Their access ends at once, in every session. The keys they made stay as they are; invitations that they sent are
/// cancelled.
///
/// # Errors
/// `Conflict`: they are the only active owner.
pub fn leave(
    conn: &mut PgConnection,
    actor: &Actor,
    (person, workspace): (&Person, &str),
    invitations: &dyn SentInvitations,
    now: DateTime<Utc>,
) -> Result<()> {
    let permit = permit::<LeaveWorkspace>(actor)?;
    store::hold(conn, &permit)?;
    let named = own(conn, &permit)?;
    keep_an_owner(conn, &permit, &named.member)?;
    invitations.cancel_own(conn, actor, now)?;
    let id = named.member.id;
    // In this order: whoever adds them to a group at this moment holds them, and is waited for here.
    store::leave(conn, &permit, id, now)?;
    let groups = store::groups_of(conn, &permit, id)?.into_iter();
    let groups: Vec<String> = groups.map(|(group, _)| group.name).collect();
    store::leave_own_groups(conn, &permit, id)?;
    let entry = audit::Entry {
        action: "member.left",
        subject: audit::Subject {
            kind: "member",
            id: id.to_string(),
            label: named.name,
        },
        before: Some(json!({ "role": named.member.role.name(), "groups": groups })),
        after: None,
    };
    audit::record(conn, actor, entry, now)?;
    let sides = (Some(json!({ "workspace": workspace })), None);
    let event = "account.left";
    store::record_change(conn, OWN, person.id, &person.source, event, sides, now)
}

/// Whoever asks, as a member.
fn own(conn: &mut PgConnection, permit: &Permit<LeaveWorkspace>) -> Result<Named> {
    let id = permit.actor().member_id().ok_or(Error::NotFound)?;
    store::named(conn, permit, id)
}

/// Whether whoever asks must find another owner first.
pub fn is_last_owner(conn: &mut PgConnection, permit: &Permit<LeaveWorkspace>) -> Result<bool> {
    let named = own(conn, permit)?;
    match keep_an_owner(conn, permit, &named.member) {
        Err(Error::Conflict(_)) => Ok(true),
        other => other.map(|()| false),
    }
}
