//! Many keys at once: one look, one change, however many they are.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::Text};

use crate::{
    error::{Error, OnConstraint, Result},
    ids::{KeyChangeId, KeyId},
    keys::model::{Bulk, Key, Reason},
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
    let found: Vec<Key> = keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
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

/// Which of these labels, in small letters, keys that are not revoked have.
pub fn labels_in_use(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    labels: &BTreeSet<String>,
) -> Result<BTreeSet<String>> {
    let found: Vec<String> = keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .filter(keys::owner_member_id.is_null())
        .filter(keys::revoked_at.is_null())
        .filter(lower(keys::label).eq_any(labels))
        .select(lower(keys::label))
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// The labels of keys as the index that keeps them unique compares them.
pub fn folded_labels(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    ids: &BTreeSet<KeyId>,
) -> Result<Vec<(KeyId, String)>> {
    Ok(keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .filter(keys::id.eq_any(ids))
        .order(keys::id)
        .select((keys::id, lower(keys::label)))
        .load(conn)?)
}

/// What each of the four sets, besides who changed the key and when.
#[derive(AsChangeset)]
#[diesel(table_name = keys)]
struct Change {
    deactivated_at: Option<Option<DateTime<Utc>>>,
    revoked_at: Option<Option<DateTime<Utc>>>,
    revoked_for: Option<Option<Reason>>,
}

impl Change {
    fn of(bulk: Bulk, reason: Reason, now: DateTime<Utc>) -> Self {
        match bulk {
            Bulk::Activate => Self {
                deactivated_at: Some(None),
                revoked_at: None,
                revoked_for: None,
            },
            Bulk::Deactivate => Self {
                deactivated_at: Some(Some(now)),
                revoked_at: None,
                revoked_for: None,
            },
            Bulk::Revoke => Self {
                deactivated_at: None,
                revoked_at: Some(Some(now)),
                revoked_for: Some(Some(reason)),
            },
            Bulk::Restore => Self {
                deactivated_at: Some(Some(now)),
                revoked_at: Some(None),
                revoked_for: Some(None),
            },
        }
    }
}

/// The caller holds the keys and knows that `bulk` fits them.
pub fn change_all(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    ids: &BTreeSet<KeyId>,
    (bulk, reason): (Bulk, Reason),
    now: DateTime<Utc>,
) -> Result<Vec<Key>> {
    let chosen = keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .filter(keys::id.eq_any(ids));
    let mut changed: Vec<Key> = diesel::update(chosen)
        .set((
            Change::of(bulk, reason, now),
            keys::updated_at.eq(now),
            keys::updated_by_member_id.eq(permit.actor().member_id()),
        ))
        .returning(Key::as_returning())
        .get_results(conn)
        .on_constraint("keys_label_unique", || {
            Error::Conflict("A label was taken meanwhile. Nothing was changed. Try again.")
        })?;
    changed.sort_by_key(|key| key.id);
    Ok(changed)
}

/// Remembers a change, to be undone.
pub fn note_change(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    bulk: Bulk,
    ids: &BTreeSet<KeyId>,
    now: DateTime<Utc>,
) -> Result<KeyChangeId> {
    let ids: Vec<&KeyId> = ids.iter().collect();
    Ok(diesel::insert_into(key_changes::table)
        .values((
            key_changes::workspace_id.eq(permit.workspace()),
            key_changes::id.eq(KeyChangeId::fresh()),
            key_changes::bulk_action.eq(bulk.name()),
            key_changes::made_at.eq(now),
            key_changes::key_ids.eq(ids),
        ))
        .returning(key_changes::id)
        .get_result(conn)?)
}

/// A change that is being undone.
pub struct Taken {
    pub bulk: Bulk,
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
    let taken: Option<(String, DateTime<Utc>, Vec<Option<KeyId>>)> =
        diesel::delete(key_changes::table.find((permit.workspace(), id)))
            .returning((
                key_changes::bulk_action,
                key_changes::made_at,
                key_changes::key_ids,
            ))
            .get_result(conn)
            .optional()?;
    let Some((name, made_at, all)) = taken else {
        return Ok(None);
    };
    let bulk = Bulk::named(&name)
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("no bulk change is called {name}")))?;
    let all: BTreeSet<KeyId> = all.into_iter().flatten().collect();
    // All of them in the order of their ids, as everybody locks them.
    let found: Vec<(KeyId, DateTime<Utc>)> = keys::table
        .filter(keys::workspace_id.eq(permit.workspace()))
        .filter(keys::id.eq_any(&all))
        .order(keys::id)
        .select((keys::id, keys::updated_at))
        .for_no_key_update()
        .load(conn)?;
    let untouched = found.into_iter().filter(|(_, at)| *at == made_at);
    Ok(Some(Taken {
        bulk,
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
