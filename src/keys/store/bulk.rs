//! Many keys at once: one look, one change, however many they are.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Nullable, Text, Timestamptz, Uuid},
};
use serde_json::{Map, Value};

use super::reach::reached;
use crate::{
    error::{Error, OnConstraint, Result},
    ids::{KeyChangeId, KeyId, KeyRunId, MemberId},
    keys::model::{Bulk, BulkAction, Key},
    people,
    policy::{ManageKeys, Permit, Unscoped},
    schema::{key_changes, keys},
};

/// The keys as they are now, held until the caller's transaction ends. In the order of their ids for everybody, so
/// that two who change the same keys at once wait for each other, not in a circle.
///
/// # Errors
/// `NotFound`: one of them is not of this workspace.
pub fn lock_all(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    ids: &BTreeSet<KeyId>,
) -> Result<Vec<Key>> {
    people::take_rights(conn, permit)?;
    let found: Vec<Key> = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq_any(ids))
        .order(keys::id)
        .select(Key::as_select())
        .for_no_key_update()
        .load(conn)?;
    match found.len() == ids.len() {
        true => Ok(found),
        false => Err(Error::NotFound),
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn lower(text: Text) -> Text;
}

/// Whose a key is, and its label in small letters, which is one among the keys of the same owner.
pub type OwnLabel = (Option<MemberId>, String);

/// Which of these labels, in small letters, keys that are not revoked have.
pub fn labels_in_use(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    labels: &BTreeSet<String>,
) -> Result<BTreeSet<OwnLabel>> {
    let found: Vec<OwnLabel> = keys::table
        .filter(reached(permit))
        .filter(keys::revoked_at.is_null())
        .filter(lower(keys::label).eq_any(labels))
        .select((keys::owner_member_id, lower(keys::label)))
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// The labels of keys as the index that keeps them unique compares them.
pub fn folded_labels(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    ids: &BTreeSet<KeyId>,
) -> Result<Vec<(KeyId, OwnLabel)>> {
    Ok(keys::table
        .filter(reached(permit))
        .filter(keys::id.eq_any(ids))
        .order(keys::id)
        .select((keys::id, (keys::owner_member_id, lower(keys::label))))
        .load(conn)?)
}

/// The values come as columns, so that the statement is the same for one key and for two thousand. No list of lists:
/// permissions are codes with spaces between them.
const WRITE: &str = "
    UPDATE keys SET permissions = string_to_array(became.permissions, ' '), expires_at = became.expires_at,
        deactivated_at = became.deactivated_at, revoked_at = became.revoked_at, revoked_for = became.revoked_for,
        updated_at = became.updated_at, updated_by_member_id = $8, updated_by_key_id = $10
    FROM unnest($2, $3, $4, $5, $6, $7, $9)
        AS became (id, permissions, expires_at, deactivated_at, revoked_at, revoked_for, updated_at)
    WHERE keys.workspace_id = $1 AND keys.id = became.id";

/// Writes keys that the caller holds as they are to be, all but their labels.
pub fn write_all(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    keys: &[&Key],
) -> Result<()> {
    let codes = |key: &&Key| {
        let codes: Vec<&str> = key.permissions.iter().map(|p| p.describe().code).collect();
        codes.join(" ")
    };
    fn column<T>(keys: &[&Key], of: impl Fn(&Key) -> T) -> Vec<T> {
        keys.iter().map(|key| of(key)).collect()
    }
    sql_query(WRITE)
        .bind::<Uuid, _>(permit.workspace())
        .bind::<Array<Text>, _>(column(keys, |key| key.id))
        .bind::<Array<Text>, _>(keys.iter().map(codes).collect::<Vec<_>>())
        .bind::<Array<Nullable<Timestamptz>>, _>(column(keys, |key| key.expires_at))
        .bind::<Array<Nullable<Timestamptz>>, _>(column(keys, |key| key.deactivated_at))
        .bind::<Array<Nullable<Timestamptz>>, _>(column(keys, |key| key.revoked_at))
        .bind::<Array<Nullable<Text>>, _>(column(keys, |key| key.revoked_for))
        .bind::<Nullable<Uuid>, _>(permit.actor().member_id())
        .bind::<Array<Timestamptz>, _>(column(keys, |key| key.updated_at))
        .bind::<Nullable<Text>, _>(permit.actor().key_id())
        .execute(conn)
        .on_constraint("keys_label_unique", || {
            Error::Conflict("A label was taken meanwhile. Nothing was changed. Try again.")
        })?;
    Ok(())
}

/// A change, to be undone.
pub struct Note {
    pub action: BulkAction,
    pub ids: Vec<KeyId>,
    /// Of an edit, what each key had.
    pub had: Option<Map<String, Value>>,
    /// What it is a part of.
    pub run: Option<KeyRunId>,
}

pub fn note_change(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    note: &Note,
    now: DateTime<Utc>,
) -> Result<KeyChangeId> {
    Ok(diesel::insert_into(key_changes::table)
        .values((
            key_changes::workspace_id.eq(permit.workspace()),
            key_changes::id.eq(KeyChangeId::fresh()),
            key_changes::bulk_action.eq(note.action.name()),
            key_changes::made_at.eq(now),
            key_changes::key_ids.eq(&note.ids),
            key_changes::had.eq(note.had.clone().map(Value::Object)),
            key_changes::run_id.eq(note.run),
        ))
        .returning(key_changes::id)
        .get_result(conn)?)
}

/// A change that is being undone.
pub struct Taken {
    pub inverse: Bulk,
    pub all: BTreeSet<KeyId>,
    /// Those that are still as it left them.
    pub untouched: BTreeSet<KeyId>,
}

/// Takes the note of a change away, so that it is undone once. None: it was undone before, or forgotten.
pub fn take_change(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    id: KeyChangeId,
) -> Result<Option<Taken>> {
    type Row = (String, Option<Value>, DateTime<Utc>, Vec<Option<KeyId>>);
    people::take_rights(conn, permit)?;
    let taken: Option<Row> = diesel::delete(key_changes::table.find((permit.workspace(), id)))
        .returning((
            key_changes::bulk_action,
            key_changes::had,
            key_changes::made_at,
            key_changes::key_ids,
        ))
        .get_result(conn)
        .optional()?;
    let Some((name, had, made_at, all)) = taken else {
        return Ok(None);
    };
    let inverse = BulkAction::named(&name)
        .and_then(|action| Bulk::inverse(action, had))
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("no bulk change is called {name}")))?;
    let all: BTreeSet<KeyId> = all.into_iter().flatten().collect();
    // All of them in the order of their ids, as everybody locks them.
    let found: Vec<(KeyId, DateTime<Utc>)> = keys::table
        .filter(reached(permit))
        .filter(keys::id.eq_any(&all))
        .order(keys::id)
        .select((keys::id, keys::updated_at))
        .for_no_key_update()
        .load(conn)?;
    let untouched = found.into_iter().filter(|(_, at)| *at == made_at);
    Ok(Some(Taken {
        inverse,
        untouched: untouched.map(|(id, _)| id).collect(),
        all,
    }))
}

/// Forgets what was done before `since`: it can be undone no more.
pub fn forget_changes(conn: &mut PgConnection, _: Unscoped, since: DateTime<Utc>) -> Result<usize> {
    Ok(diesel::delete(key_changes::table)
        .filter(key_changes::made_at.lt(since))
        .execute(conn)?)
}
