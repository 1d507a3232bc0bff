//! From where a key was called, whatever its secrets were.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid},
};

use crate::{
    error::Result,
    ids::KeyId,
    policy::{Action, Permit},
};

/// From where a key was called, with whatever secret of it.
#[derive(Debug, Clone, QueryableByName)]
pub struct Place {
    /// None: all those together that are beyond the first thousand.
    #[diesel(sql_type = Nullable<Text>)]
    pub ip: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub user_agent: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub first_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub last_at: DateTime<Utc>,
    /// None: every call was refused.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub last_served_at: Option<DateTime<Utc>>,
    /// As long as they are kept, which is 90 days.
    #[diesel(sql_type = BigInt)]
    pub served: i64,
    #[diesel(sql_type = BigInt)]
    pub refused: i64,
}

impl Place {
    /// What a form and a tick call it.
    pub fn name(&self) -> String {
        let of = |text: &Option<String>| text.clone().unwrap_or_default();
        match self.ip {
            None => "other addresses".to_owned(),
            Some(_) => format!("{} {}", of(&self.ip), of(&self.user_agent))
                .trim_end()
                .to_owned(),
        }
    }
}

/// All places, at most a thousand of each secret, whoever called last first.
pub fn places<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    id: KeyId,
) -> Result<Vec<Place>> {
    let found = sql_query(
        "SELECT ip, user_agent, min(first_at) AS first_at, max(last_at) AS last_at, max(last_served_at) AS last_served_at,
                coalesce(sum(calls.served), 0)::bigint AS served, coalesce(sum(calls.refused), 0)::bigint AS refused
         FROM key_callers AS callers
         CROSS JOIN LATERAL (
             SELECT sum(days.served) AS served, sum(days.refused) AS refused FROM key_caller_days AS days
             WHERE days.workspace_id = callers.workspace_id AND days.caller = callers.caller) AS calls
         WHERE workspace_id = $1 AND key_id = $2
         GROUP BY ip, user_agent
         ORDER BY max(last_at) DESC, ip, user_agent",
    );
    Ok(found
        .bind::<Uuid, _>(permit.workspace())
        .bind::<Text, _>(id)
        .load(conn)?)
}
