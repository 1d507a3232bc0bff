//! Callers are written with the counts, in the transaction of those and after them.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Binary, Nullable, Text, Timestamptz, Uuid},
    upsert::excluded,
};
use sha2::{Digest, Sha256};

use crate::{
    error::Result,
    ids::{KeyId, WorkspaceId},
    keys::{
        callers::{CallerDay, Callers, MOST_OF_A_KEY, OfSecret, Tally, Who},
        store::calls::BATCH,
    },
    policy::Unscoped,
    schema::{key_caller_days, key_callers},
};

/// The digest of what a caller is: two servers find the same one without asking.
type CallerId = (WorkspaceId, [u8; 32]);

/// In the order in which everybody writes them.
type Seen = BTreeMap<CallerId, Caller>;

struct Caller {
    of: OfSecret,
    who: Option<Who>,
    days: BTreeMap<NaiveDate, Tally>,
    all: Tally,
}

/// Of a secret that is gone nothing is written.
pub fn add_callers(
    conn: &mut PgConnection,
    _: Unscoped,
    callers: &Callers,
    there: &HashSet<OfSecret>,
) -> Result<()> {
    let mut seen = Seen::new();
    for (of, CallerDay { who, day }, tally) in callers.iter() {
        if there.contains(&of) {
            add(&mut seen, (of, who.clone()), *day, tally);
        }
    }
    for id in beyond(conn, &seen)? {
        if let Some(caller) = seen.remove(&id) {
            for (day, tally) in &caller.days {
                add(&mut seen, (caller.of, None), *day, tally);
            }
        }
    }
    write_callers(conn, &seen)?;
    write_days(conn, &seen)
}

fn add(seen: &mut Seen, (of, who): (OfSecret, Option<Who>), day: NaiveDate, tally: &Tally) {
    let id = (of.0, digest(of, who.as_ref()));
    match seen.get_mut(&id) {
        None => {
            let (days, all) = (BTreeMap::from([(day, *tally)]), *tally);
            seen.insert(id, Caller { of, who, days, all });
        }
        Some(caller) => {
            caller.all.add(tally);
            match caller.days.get_mut(&day) {
                Some(there) => there.add(tally),
                None => drop(caller.days.insert(day, *tally)),
            }
        }
    }
}

fn digest((_, key, version): OfSecret, who: Option<&Who>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(key.as_str());
    hash.update(version.to_be_bytes());
    if let Some(who) = who {
        hash.update(who.ip.to_string());
        // Which no address contains.
        hash.update([0]);
        hash.update(who.user_agent.as_deref().unwrap_or_default());
    }
    hash.finalize().into()
}

/// Whoever is new and for whom their key has no room. Whoever came first has it.
fn beyond(conn: &mut PgConnection, seen: &Seen) -> Result<Vec<CallerId>> {
    let known = known(conn, seen)?;
    let mut new: Vec<(&CallerId, &Caller)> = seen
        .iter()
        .filter(|(id, caller)| caller.who.is_some() && !known.contains(*id))
        .collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    new.sort_by_key(|(id, caller)| (caller.all.first_at, *id));
    let keys: HashSet<(WorkspaceId, KeyId)> = new
        .iter()
        .map(|(_, Caller { of, .. })| (of.0, of.1))
        .collect();
    let mut room = room(conn, keys)?;
    let beyond = new.into_iter().filter(|(_, caller)| {
        let room = room.entry(caller.of.1).or_insert(MOST_OF_A_KEY);
        let has_room = *room > 0;
        *room = room.saturating_sub(1);
        !has_room
    });
    Ok(beyond.map(|(id, _)| *id).collect())
}

const KNOWN: &str = "SELECT workspace_id, caller FROM key_callers
    JOIN unnest($1, $2) AS called (workspace_id, caller) USING (workspace_id, caller)";

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = Uuid)]
    workspace_id: WorkspaceId,
    #[diesel(sql_type = Binary)]
    caller: Vec<u8>,
}

fn known(conn: &mut PgConnection, seen: &Seen) -> Result<HashSet<CallerId>> {
    let (workspaces, callers): (Vec<WorkspaceId>, Vec<&[u8]>) = seen
        .keys()
        .map(|(workspace, caller)| (*workspace, caller.as_slice()))
        .unzip();
    let found: Vec<Known> = sql_query(KNOWN)
        .bind::<Array<Uuid>, _>(workspaces)
        .bind::<Array<Binary>, _>(callers)
        .load(conn)?;
    Ok(found
        .into_iter()
        .filter_map(|known| Some((known.workspace_id, known.caller.try_into().ok()?)))
        .collect())
}

/// Until the transaction has ended nobody else adds callers to these keys: two servers would both have room for the
/// last one. Everybody takes the locks in one order, and before any row of a caller.
const HOLD: &str = "SELECT pg_advisory_xact_lock(hash) FROM (
        SELECT DISTINCT hashtextextended('key_callers ' || id, 0) AS hash FROM unnest($1) AS id ORDER BY hash
    ) AS hashes";

/// For how many more callers each of these keys has room; all of it where a key is missing.
fn room(
    conn: &mut PgConnection,
    keys: HashSet<(WorkspaceId, KeyId)>,
) -> Result<HashMap<KeyId, usize>> {
    let (workspaces, keys): (HashSet<WorkspaceId>, Vec<KeyId>) = keys.into_iter().unzip();
    sql_query(HOLD)
        .bind::<Array<Text>, _>(&keys)
        .execute(conn)?;
    let found: Vec<(KeyId, i64)> = key_callers::table
        .filter(key_callers::workspace_id.eq_any(workspaces))
        .filter(key_callers::key_id.eq_any(&keys))
        .filter(key_callers::ip.is_not_null())
        .group_by(key_callers::key_id)
        .select((key_callers::key_id, diesel::dsl::count_star()))
        .load(conn)?;
    let left = |taken: i64| MOST_OF_A_KEY.saturating_sub(usize::try_from(taken).unwrap_or(0));
    Ok(found
        .into_iter()
        .map(|(key, taken)| (key, left(taken)))
        .collect())
}

// Like functions, but for their number of arguments.
#[diesel::declare_sql_function]
extern "SQL" {
    fn least(a: Timestamptz, b: Timestamptz) -> Timestamptz;
    #[sql_name = "greatest"]
    fn later(a: Timestamptz, b: Timestamptz) -> Timestamptz;
    #[sql_name = "greatest"]
    fn later_if_any(a: Nullable<Timestamptz>, b: Nullable<Timestamptz>) -> Nullable<Timestamptz>;
}

fn write_callers(conn: &mut PgConnection, seen: &Seen) -> Result<()> {
    let rows: Vec<_> = seen
        .iter()
        .map(|((workspace, caller), Caller { of, who, all, .. })| {
            let user_agent = who.as_ref().and_then(|who| who.user_agent.as_deref());
            (
                key_callers::workspace_id.eq(*workspace),
                key_callers::caller.eq(caller.as_slice()),
                key_callers::key_id.eq(of.1),
                key_callers::secret_version.eq(of.2),
                key_callers::ip.eq(who.as_ref().map(|who| who.ip.to_string())),
                key_callers::user_agent.eq(user_agent),
                key_callers::first_at.eq(all.first_at),
                key_callers::last_at.eq(all.last_at),
                key_callers::last_served_at.eq(all.last_served_at),
            )
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        diesel::insert_into(key_callers::table)
            .values(batch.to_vec())
            .on_conflict((key_callers::workspace_id, key_callers::caller))
            .do_update()
            .set((
                key_callers::first_at.eq(least(
                    key_callers::first_at,
                    excluded(key_callers::first_at),
                )),
                key_callers::last_at
                    .eq(later(key_callers::last_at, excluded(key_callers::last_at))),
                key_callers::last_served_at.eq(later_if_any(
                    key_callers::last_served_at,
                    excluded(key_callers::last_served_at),
                )),
            ))
            .execute(conn)?;
    }
    Ok(())
}

fn write_days(conn: &mut PgConnection, seen: &Seen) -> Result<()> {
    let rows: Vec<_> = seen
        .iter()
        .flat_map(|(id, caller)| caller.days.iter().map(move |(day, tally)| (id, day, tally)))
        .map(|((workspace, caller), day, tally)| {
            (
                key_caller_days::workspace_id.eq(*workspace),
                key_caller_days::caller.eq(caller.as_slice()),
                key_caller_days::day.eq(*day),
                key_caller_days::served.eq(tally.served),
                key_caller_days::refused.eq(tally.refused),
            )
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        diesel::insert_into(key_caller_days::table)
            .values(batch.to_vec())
            .on_conflict((
                key_caller_days::workspace_id,
                key_caller_days::caller,
                key_caller_days::day,
            ))
            .do_update()
            .set((
                key_caller_days::served
                    .eq(key_caller_days::served + excluded(key_caller_days::served)),
                key_caller_days::refused
                    .eq(key_caller_days::refused + excluded(key_caller_days::refused)),
            ))
            .execute(conn)?;
    }
    Ok(())
}
