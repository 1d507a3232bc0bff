//! Incidents: what is done about keys that were revoked as compromised.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid},
};
use serde_json::Value;

use super::reach::reached;
use crate::{
    error::{Error, Result},
    ids::{KeyId, MemberId},
    keys::model::{Incident, Key, Step, Tick, Ticks},
    people,
    policy::{HandleIncidents, ManageKeys, Permit},
    schema::{key_incident_ticks as ticks, key_incidents as incidents, keys},
};

/// Of keys that have none yet; whoever acts has found them compromised.
pub fn open_incidents(
    conn: &mut PgConnection,
    permit: &Permit<ManageKeys>,
    ids: &BTreeSet<KeyId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let rows: Vec<_> = ids
        .iter()
        .map(|id| {
            (
                incidents::workspace_id.eq(permit.workspace()),
                incidents::key_id.eq(id),
                incidents::opened_at.eq(now),
                incidents::opened_by_member_id.eq(permit.actor().member_id()),
            )
        })
        .collect();
    diesel::insert_into(incidents::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// What is noted of it, and what is ticked. None: nothing yet.
pub fn incident(
    conn: &mut PgConnection,
    permit: &Permit<HandleIncidents>,
    id: KeyId,
) -> Result<Option<(Incident, Ticks)>> {
    let found = incidents::table
        .find((permit.workspace(), id))
        .select(Incident::as_select())
        .first(conn)
        .optional()?;
    match found {
        None => Ok(None),
        Some(incident) => Ok(Some((incident, ticks_of(conn, permit, id)?))),
    }
}

pub fn key_of_incident(
    conn: &mut PgConnection,
    permit: &Permit<HandleIncidents>,
    id: KeyId,
) -> Result<Key> {
    Ok(keys::table
        .filter(reached(permit))
        .filter(keys::id.eq(id))
        .select(Key::as_select())
        .first(conn)?)
}

/// The key, its incident and what is ticked of it, held until the caller's transaction ends. None: the key was not
/// revoked as compromised.
pub fn hold_incident(
    conn: &mut PgConnection,
    permit: &Permit<HandleIncidents>,
    id: KeyId,
) -> Result<(Key, Option<(Incident, Ticks)>)> {
    people::take_rights(conn, permit)?;
    let key = key_of_incident(conn, permit, id)?;
    let Some(begun) = Incident::of(&key) else {
        return Ok((key, None));
    };
    diesel::insert_into(incidents::table)
        .values((
            incidents::workspace_id.eq(permit.workspace()),
            incidents::key_id.eq(id),
            incidents::opened_at.eq(begun.opened_at),
            incidents::opened_by_member_id.eq(begun.opened_by_member_id),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    let incident = incidents::table
        .find((permit.workspace(), id))
        .select(Incident::as_select())
        .for_no_key_update()
        .first(conn)?;
    let ticks = ticks_of(conn, permit, id)?;
    Ok((key, Some((incident, ticks))))
}

fn ticks_of(conn: &mut PgConnection, permit: &Permit<HandleIncidents>, id: KeyId) -> Result<Ticks> {
    let found = ticks::table
        .filter(ticks::workspace_id.eq(permit.workspace()))
        .filter(ticks::key_id.eq(id))
        .order((ticks::step, ticks::place))
        .select(Tick::as_select())
        .load(conn)?;
    Ok(Ticks(found))
}

/// The caller holds the incident. `place`: empty for the step itself. What is ticked stays as it is.
pub fn tick(
    conn: &mut PgConnection,
    permit: &Permit<HandleIncidents>,
    id: KeyId,
    (step, places): (Step, &[&str]),
    now: DateTime<Utc>,
) -> Result<()> {
    let member = permit.actor().member_id().ok_or(Error::NotFound)?;
    let rows: Vec<_> = places
        .iter()
        .map(|place| {
            (
                ticks::workspace_id.eq(permit.workspace()),
                ticks::key_id.eq(id),
                ticks::step.eq(step.name()),
                ticks::place.eq(*place),
                ticks::done_at.eq(now),
                ticks::done_by_member_id.eq(member),
            )
        })
        .collect();
    diesel::insert_into(ticks::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

pub fn untick(
    conn: &mut PgConnection,
    permit: &Permit<HandleIncidents>,
    id: KeyId,
    (step, places): (Step, &[&str]),
) -> Result<()> {
    diesel::delete(ticks::table)
        .filter(ticks::workspace_id.eq(permit.workspace()))
        .filter(ticks::key_id.eq(id))
        .filter(ticks::step.eq(step.name()))
        .filter(ticks::place.eq_any(places))
        .execute(conn)?;
    Ok(())
}

/// The texts as they are to be; the caller holds the incident.
pub fn write_notes(
    conn: &mut PgConnection,
    permit: &Permit<HandleIncidents>,
    id: KeyId,
    [cause, effect, told]: [&str; 3],
) -> Result<()> {
    diesel::update(incidents::table.find((permit.workspace(), id)))
        .set((
            incidents::cause.eq(cause),
            incidents::effect.eq(effect),
            incidents::told.eq(told),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn set_replacement(
    conn: &mut PgConnection,
    permit: &Permit<HandleIncidents>,
    id: KeyId,
    replacement: Option<KeyId>,
) -> Result<()> {
    diesel::update(incidents::table.find((permit.workspace(), id)))
        .set(incidents::replacement_key_id.eq(replacement))
        .execute(conn)?;
    Ok(())
}

/// The key that was made in the place of the compromised one.
pub fn replacement(
    conn: &mut PgConnection,
    permit: &Permit<HandleIncidents>,
    incident: &Incident,
) -> Result<Option<Key>> {
    let Some(id) = incident.replacement_key_id else {
        return Ok(None);
    };
    Ok(keys::table
        .filter(reached(permit))
        .filter(keys::id.eq(id))
        .select(Key::as_select())
        .first(conn)
        .optional()?)
}

pub fn close_incident(
    conn: &mut PgConnection,
    permit: &Permit<HandleIncidents>,
    id: KeyId,
    record: &Value,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(incidents::table.find((permit.workspace(), id)))
        .set((
            incidents::closed_at.eq(now),
            incidents::closed_by_member_id.eq(permit.actor().member_id()),
            incidents::record.eq(record),
        ))
        .execute(conn)?;
    Ok(())
}

/// An incident that somebody has to go on with.
#[derive(QueryableByName)]
pub struct OpenIncident {
    #[diesel(sql_type = Text)]
    pub key: KeyId,
    #[diesel(sql_type = Text)]
    pub label: String,
    #[diesel(sql_type = Timestamptz)]
    pub opened_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Uuid>)]
    pub opened_by: Option<MemberId>,
    /// Of its steps, without the first and the last.
    #[diesel(sql_type = BigInt)]
    pub ticked: i64,
}

/// The newest that are open.
pub fn open_ones(
    conn: &mut PgConnection,
    permit: &Permit<HandleIncidents>,
    most: i64,
) -> Result<Vec<OpenIncident>> {
    let found = sql_query(
        "SELECT keys.id AS key, label, opened_at, opened_by_member_id AS opened_by,
                (SELECT count(*) FROM key_incident_ticks AS ticks
                 WHERE ticks.workspace_id = incidents.workspace_id AND ticks.key_id = incidents.key_id AND place = '') AS ticked
         FROM key_incidents AS incidents
         JOIN keys ON keys.workspace_id = incidents.workspace_id AND keys.id = incidents.key_id
         WHERE incidents.workspace_id = $1 AND closed_at IS NULL
         ORDER BY opened_at DESC, incidents.key_id
         LIMIT $2",
    );
    Ok(found
        .bind::<Uuid, _>(permit.workspace())
        .bind::<BigInt, _>(most)
        .load(conn)?)
}
