//! What is too old is forgotten, while counts go on.

use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Date, Timestamptz},
};

use crate::{error::Result, policy::Unscoped, web::time::Zone};

const BATCH: i64 = 1_000;

/// Whatever is being counted at this moment is left for the next time: nobody waits for anybody.
const FORGET: &str = "
    WITH old AS (
        SELECT workspace_id, caller, day, last_at FROM key_caller_days JOIN key_callers USING (workspace_id, caller)
        WHERE day < $1 LIMIT $3 FOR UPDATE SKIP LOCKED
    ), days AS (
        DELETE FROM key_caller_days USING old
        WHERE (key_caller_days.workspace_id, key_caller_days.caller, key_caller_days.day)
            = (old.workspace_id, old.caller, old.day)
    ), callers AS (
        DELETE FROM key_callers USING old
        WHERE (key_callers.workspace_id, key_callers.caller) = (old.workspace_id, old.caller) AND old.last_at < $2
    ) SELECT count(*) AS n FROM old";

#[derive(QueryableByName)]
struct Forgotten {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Forgets some of what is older than `first`, and says how much; to be called until it says 0.
pub fn forget_callers(conn: &mut PgConnection, _: Unscoped, first: NaiveDate) -> Result<i64> {
    let forgotten: Forgotten = sql_query(FORGET)
        .bind::<Date, _>(first)
        .bind::<Timestamptz, _>(Zone::UTC.start_of(first))
        .bind::<BigInt, _>(BATCH)
        .get_result(conn)?;
    Ok(forgotten.n)
}
