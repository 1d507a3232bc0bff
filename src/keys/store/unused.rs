//! Which keys nobody uses, that this was told, and their end for it.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::not,
    prelude::*,
    sql_types::{Nullable, Timestamptz},
};

use super::{ending::Told, reach::reached};
use crate::{
    error::Result,
    ids::{KeyId, MemberId, WorkspaceId},
    keys::model::{Key, Kind, MOST_TOLD},
    policy::{ListKeys, Permit, Unscoped},
    schema::{key_last_uses, key_unused_warnings, keys},
    workspaces::{AHEAD, Beyond, BeyondKey},
};

/// Keys that are named before they are only counted.
const NAMED: i64 = 10;

#[diesel::declare_sql_function]
extern "SQL" {
    /// Of those that are none, nothing is said.
    #[sql_name = "greatest"]
    fn later(a: Timestamptz, b: Timestamptz, c: Nullable<Timestamptz>) -> Timestamptz;
}

/// When a key was last made, used or changed.
fn since() -> later<keys::created_at, keys::updated_at, diesel::dsl::Nullable<key_last_uses::at>> {
    later(
        keys::created_at,
        keys::updated_at,
        key_last_uses::at.nullable(),
    )
}

#[diesel::dsl::auto_type(no_type_alias)]
fn with_use() -> _ {
    let same = key_last_uses::workspace_id.eq(keys::workspace_id);
    keys::table.left_join(key_last_uses::table.on(same.and(key_last_uses::key_id.eq(keys::id))))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn is_active() -> _ {
    not(keys::is_revoked)
        .and(keys::deactivated_at.is_null())
        .and(keys::suspended_at.is_null())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn is_warned() -> _ {
    let same = key_unused_warnings::workspace_id.eq(keys::workspace_id);
    same.and(key_unused_warnings::key_id.eq(keys::id))
}

/// An active key that will be deactivated, unless it is used.
#[derive(Debug, Clone, Queryable)]
pub struct Warned {
    pub id: KeyId,
    pub owner: Option<MemberId>,
    /// As it was told.
    pub told: DateTime<Utc>,
    pub deactivates_at: DateTime<Utc>,
    /// As it is now.
    pub since: DateTime<Utc>,
    is_active: bool,
}

impl Warned {
    /// It is still so. `before`: the setting lets go on only what was quiet since then.
    pub fn holds(&self, before: Option<DateTime<Utc>>) -> bool {
        self.is_active
            && self.since == self.told
            && before.is_some_and(|before| self.since <= before)
    }
}

/// Active keys that nobody has used or changed since `before`, and that were not told of. What ends before `until` does
/// so by itself.
pub fn unused(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    before: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Told>> {
    Ok(with_use()
        .left_join(key_unused_warnings::table.on(is_warned()))
        .filter(keys::workspace_id.eq(workspace))
        .filter(is_active())
        .filter(keys::ends_at.gt(until))
        .filter(key_unused_warnings::key_id.nullable().is_null())
        .filter(since().le(before))
        .order(keys::id)
        .limit(MOST_TOLD)
        .select((
            keys::id,
            keys::label,
            keys::created_at,
            keys::created_by_member_id,
            keys::owner_member_id,
            since(),
        ))
        .load(conn)?)
}

/// Says that this is told in the caller's transaction, and of which nobody else tells it.
pub fn note_unused(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    told: &[(KeyId, DateTime<Utc>, DateTime<Utc>)],
    now: DateTime<Utc>,
) -> Result<Vec<KeyId>> {
    let rows: Vec<_> = told
        .iter()
        .map(|(id, since, deactivates_at)| {
            (
                key_unused_warnings::workspace_id.eq(workspace),
                key_unused_warnings::key_id.eq(id),
                key_unused_warnings::since.eq(since),
                key_unused_warnings::warned_at.eq(now),
                key_unused_warnings::deactivates_at.eq(deactivates_at),
            )
        })
        .collect();
    Ok(diesel::insert_into(key_unused_warnings::table)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(key_unused_warnings::key_id)
        .get_results(conn)?)
}

/// Keys that were told of and of which there is something to do: it is not so any more, or their time is over.
pub fn ripe(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    before: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Vec<KeyId>> {
    let before = before.unwrap_or(DateTime::UNIX_EPOCH);
    let holds = is_active()
        .and(since().eq(key_unused_warnings::since))
        .and(since().le(before));
    Ok(with_use()
        .inner_join(key_unused_warnings::table.on(is_warned()))
        .filter(keys::workspace_id.eq(workspace))
        .filter(not(holds).or(key_unused_warnings::deactivates_at.le(now)))
        .order(keys::id)
        .limit(MOST_TOLD)
        .select(keys::id)
        .load(conn)?)
}

/// Those of these keys that were told of, in the order of their ids.
pub fn warned(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    ids: &[KeyId],
) -> Result<Vec<Warned>> {
    Ok(with_use()
        .inner_join(key_unused_warnings::table.on(is_warned()))
        .filter(keys::workspace_id.eq(workspace))
        .filter(keys::id.eq_any(ids))
        .order(keys::id)
        .select((
            keys::id,
            keys::owner_member_id,
            key_unused_warnings::since,
            key_unused_warnings::deactivates_at,
            since(),
            is_active(),
        ))
        .load(conn)?)
}

/// Until the caller's transaction ends nobody else changes these keys, or what was told of them.
pub fn hold_warned(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    ids: &[KeyId],
) -> Result<()> {
    key_unused_warnings::table
        .filter(key_unused_warnings::workspace_id.eq(workspace))
        .filter(key_unused_warnings::key_id.eq_any(ids))
        .order(key_unused_warnings::key_id)
        .select(key_unused_warnings::key_id)
        .for_update()
        .load::<KeyId>(conn)?;
    keys::table
        .filter(keys::workspace_id.eq(workspace))
        .filter(keys::id.eq_any(ids))
        .order(keys::id)
        .select(keys::id)
        .for_no_key_update()
        .load::<KeyId>(conn)?;
    Ok(())
}

/// They are told of no more.
pub fn forget_warnings(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    ids: &[KeyId],
) -> Result<()> {
    diesel::delete(key_unused_warnings::table)
        .filter(key_unused_warnings::workspace_id.eq(workspace))
        .filter(key_unused_warnings::key_id.eq_any(ids))
        .execute(conn)?;
    Ok(())
}

/// Keys that the caller holds, before and after; in the order of their ids.
pub fn deactivate_unused(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    ids: &[KeyId],
    now: DateTime<Utc>,
) -> Result<Vec<(Key, Key)>> {
    let chosen = || {
        keys::table
            .filter(keys::workspace_id.eq(workspace))
            .filter(keys::id.eq_any(ids))
    };
    let before: Vec<Key> = chosen()
        .order(keys::id)
        .select(Key::as_select())
        .load(conn)?;
    let mut after: Vec<Key> = diesel::update(chosen())
        .set((
            keys::deactivated_at.eq(now),
            keys::updated_at.eq(now),
            keys::updated_by_member_id.eq(None::<MemberId>),
            keys::updated_by_key_id.eq(None::<KeyId>),
        ))
        .returning(Key::as_returning())
        .get_results(conn)?;
    after.sort_by_key(|key| key.id);
    Ok(before.into_iter().zip(after).collect())
}

/// Those that would be told of with another setting, for whoever sets it.
pub fn count_unused(
    conn: &mut PgConnection,
    permit: &Permit<ListKeys>,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Beyond> {
    let those = || {
        with_use()
            .filter(reached(permit))
            .filter(is_active())
            .filter(keys::ends_at.gt(now + AHEAD))
            .filter(since().le(before))
    };
    let first: Vec<(KeyId, Kind, String, Option<DateTime<Utc>>)> = those()
        .order((since(), keys::id))
        .limit(NAMED)
        .select((keys::id, keys::kind, keys::label, keys::expires_at))
        .load(conn)?;
    let first = first
        .into_iter()
        .map(|(id, kind, label, expires_at)| BeyondKey {
            id,
            is_publishable: kind.is_publishable(),
            label,
            expires_at,
        });
    Ok(Beyond {
        first: first.collect(),
        count: those().count().first(conn)?,
    })
}
