//! What follows where keys may be compromised, on whatever way they were revoked: whatever was made with them may be
//! somebody else's, so it ends with them, and what that has made too. A key that they rotated has a secret that they were
//! answered with, so it ends as well; where it was rotated again since, only that secret does.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::entry;
use crate::{
    actor::Who,
    audit,
    error::Result,
    ids::KeyId,
    keys::{
        model::{Key, Reason},
        store::{self, Family},
    },
    notices::{self, Audience, KEY_COMPROMISED, Kind, Notice, Subject},
    policy::{Action, ManageKeys, Permit, Unscoped},
    workspaces,
};

/// Of notices: not the key, whose pages tell of the incident anyway.
const SUBJECT: &str = "incident";

const TOLD: Unscoped = Unscoped::because("admins are told of it whoever has revoked the key");

/// Holds the keys with all that was made or rotated with them, so that two who revoke them at once wait for each other, not
/// in a circle. Nobody makes a key meanwhile, which would be one that nobody has found. Before any of them is held.
pub fn hold(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    ids: &BTreeSet<KeyId>,
) -> Result<()> {
    workspaces::hold_alone(conn, permit)?;
    store::hold_family(conn, permit, ids).map(drop)
}

/// Opens the incident of each of these keys, which the caller has just revoked as compromised, tells the admins, and
/// revokes what was made or rotated with them.
pub fn follow(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    compromised: &[Key],
    now: DateTime<Utc>,
) -> Result<()> {
    if compromised.is_empty() {
        return Ok(());
    }
    let ids: BTreeSet<KeyId> = compromised.iter().map(|key| key.id).collect();
    store::open_incidents(conn, permit, &ids, now)?;
    tell(conn, permit, compromised, now)?;
    end_made(conn, permit, &ids, now)
}

/// Nobody has to be told any more.
pub fn clear_notice<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    id: KeyId,
) -> Result<()> {
    let id = [id.to_string()];
    notices::clear(conn, permit, (SUBJECT, &id), &[KEY_COMPROMISED])
}

fn tell(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    compromised: &[Key],
    now: DateTime<Utc>,
) -> Result<()> {
    let by = match &permit.actor().who {
        Who::Member { name, .. } => name.clone(),
        Who::Key { label, .. } => label.clone(),
        Who::Keyroom => "Keyroom".to_owned(),
        Who::CommandLine => "whoever runs this server".to_owned(),
        Who::Finder => permit.actor().finder(),
    };
    let told: Vec<Notice> = compromised
        .iter()
        .map(|key| Notice {
            kind: Kind::KeyCompromised { by: by.clone() },
            subject: Subject {
                kind: SUBJECT,
                id: key.id.to_string(),
                label: key.label.clone(),
            },
            audience: Audience::Admins,
            times: 1,
        })
        .collect();
    notices::raise_all(conn, TOLD, permit.workspace(), &told, now)
}

fn end_made(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    ids: &BTreeSet<KeyId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let family = store::hold_family(conn, permit, ids)?;
    let is_graver = |id: &&KeyId| {
        let key = family.keys.get(id);
        key.is_some_and(|key| key.revoked_for != Some(Reason::Compromised))
    };
    let ending: Vec<KeyId> = family.makers.keys().filter(is_graver).copied().collect();
    if !ending.is_empty() {
        revoke_made(conn, permit, (&family, &ending), now)?;
    }
    end_graces(conn, permit, &family, now)
}

fn revoke_made(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    (family, ending): (&Family, &[KeyId]),
    now: DateTime<Utc>,
) -> Result<()> {
    let mut ended = store::revoke_made(conn, permit, ending, now)?;
    ended.sort_by_key(|key| key.id);
    let entries = ended.iter().map(|after| {
        let maker = family.makers.get(&after.id);
        let maker = maker.and_then(|id| family.keys.get(id));
        let mut told = entry("key.revoked", family.keys.get(&after.id), after, now);
        if let (Some(facts), Some(maker)) = (told.after.as_mut(), maker) {
            facts["revoked_with"] = json!(format!("{} ({})", maker.label, maker.mask()));
        }
        told
    });
    audit::record_all(conn, permit.actor(), entries.collect(), now)
}

/// Of the secrets that the family got of other keys, those that were replaced and work still.
fn end_graces(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    family: &Family,
    now: DateTime<Utc>,
) -> Result<()> {
    let all: Vec<KeyId> = family.keys.keys().copied().collect();
    let ended = store::end_graces(conn, permit, &all, now)?;
    let entries = ended
        .iter()
        .map(|key| entry("key.rotation_finished", None, key, now));
    audit::record_all(conn, permit.actor(), entries.collect(), now)
}
