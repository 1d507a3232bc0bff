//! *Leave workspace*.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::members::keep_an_owner;
use crate::{
    actor::{Actor, Person, Role},
    audit,
    error::{Error, Result, field},
    ids::MemberId,
    owned_folders::{FolderFates, OwnedFolders},
    people::{model::Named, store},
    policy::{LeaveWorkspace, Permit, Unscoped, permit},
    sent_invitations::SentInvitations,
};

const OWN: Unscoped = Unscoped::because("what happens to an account belongs to its person");

/// Their access ends at once, in every session. The keys they made stay as they are; invitations that they sent are
/// cancelled, and their folders become those of `heir`, an owner: without a choice, of the first by name.
///
/// # Errors
/// `Conflict`: they are the only active owner. `Invalid` under `folders`: the heir is none.
pub fn leave(
    conn: &mut PgConnection,
    actor: &Actor,
    (person, workspace): (&Person, &str),
    invitations: &dyn SentInvitations,
    (folders, heir): (&dyn OwnedFolders, Option<MemberId>),
    now: DateTime<Utc>,
) -> Result<()> {
    let permit = permit::<LeaveWorkspace>(actor)?;
    store::hold(conn, &permit)?;
    let named = own(conn, &permit)?;
    keep_an_owner(conn, &permit, &named.member)?;
    let id = named.member.id;
    // Members before folders, as wherever both are. Whoever adds them to a group at this moment is waited for here.
    store::hold_member(conn, &permit, id)?;
    invitations.cancel_own(conn, actor, now)?;
    let heirs = heirs(conn, &permit)?;
    let heir = match heir {
        None => heirs.first().map(|(id, _)| *id),
        Some(heir) => heirs.iter().map(|(id, _)| *id).find(|id| *id == heir),
    };
    let fates = FolderFates {
        each: BTreeMap::new(),
        others: heir
            .ok_or_else(|| field("folders", "Choose one of the owners of the workspace"))?,
    };
    folders.decide(conn, actor, id, &fates, now)?;
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

/// Owners that are offered.
const HEIRS: i64 = 100;

/// Who can get the folders of whoever asks: the active owners but for themselves, by name.
pub fn heirs(
    conn: &mut PgConnection,
    permit: &Permit<LeaveWorkspace>,
) -> Result<Vec<(MemberId, String)>> {
    let own = permit.actor().member_id();
    let mut heirs = store::with_role(conn, permit, &[Role::Owner], HEIRS)?;
    heirs.retain(|(id, _)| Some(*id) != own);
    Ok(heirs)
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
