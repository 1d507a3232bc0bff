//! The log is kept in months: each a table of its own, made before it begins and dropped whole.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text, Timestamptz},
};

use crate::{error::Result, policy::Unscoped};

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Makes the partitions of this month and the next, where they are missing.
///
/// To be called before anything is recorded, and now and then: what has no month yet lies in the default partition
/// and is moved when its month is made.
pub fn prepare_months(conn: &mut PgConnection, _: Unscoped, now: DateTime<Utc>) -> Result<()> {
    let this = first_of_month(now.date_naive());
    for first in [this, this + Months::new(1)] {
        let name = first.format("audit_events_%Y_%m").to_string();
        if !exists(conn, &name)? {
            make_month(conn, &name, first)?;
        }
    }
    Ok(())
}

/// The months that ended before `limit`, oldest first.
pub fn months_before(
    conn: &mut PgConnection,
    _: Unscoped,
    limit: DateTime<Utc>,
) -> Result<Vec<String>> {
    let all: Vec<Name> = sql_query(
        "SELECT relname::text AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid
         WHERE inhparent = 'audit_events'::regclass ORDER BY 1",
    )
    .load(conn)?;
    Ok(all
        .into_iter()
        .map(|row| row.name)
        .filter(|name| end_of(name).is_some_and(|end| end <= limit))
        .collect())
}

/// The first moment after the month that a partition is for. None: it is for none, or was not made by us.
fn end_of(name: &str) -> Option<DateTime<Utc>> {
    let month = name.strip_prefix("audit_events_")?;
    let first = NaiveDate::parse_from_str(&format!("{month}_01"), "%Y_%m_%d").ok()?;
    let next = first.checked_add_months(Months::new(1))?;
    Some(next.and_time(chrono::NaiveTime::MIN).and_utc())
}

/// Drops a month, a name that [`months_before`] gave. False: another server has done it.
///
/// # Errors
/// `Busy`: somebody reads the log just now. Whoever comes after this waits behind it, so it gives up soon.
pub fn drop_month(conn: &mut PgConnection, _: Unscoped, name: &str) -> Result<bool> {
    conn.batch_execute(
        "SET LOCAL lock_timeout = '200ms'; LOCK TABLE ONLY audit_events IN ACCESS EXCLUSIVE MODE",
    )?;
    let is_there = exists(conn, name)?;
    if is_there {
        conn.batch_execute(&format!("DROP TABLE {name}"))?;
    }
    Ok(is_there)
}

/// Deletes entries from before `limit` that lie in no month, at most `most`, and says how many. What another server
/// deletes at this moment is left to it.
pub fn forget_strays(
    conn: &mut PgConnection,
    _: Unscoped,
    limit: DateTime<Utc>,
    most: i64,
) -> Result<usize> {
    Ok(sql_query(
        "DELETE FROM audit_events_other WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM audit_events_other WHERE at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))",
    )
    .bind::<Timestamptz, _>(limit)
    .bind::<BigInt, _>(most)
    .execute(conn)?)
}

fn exists(conn: &mut PgConnection, table: &str) -> Result<bool> {
    Ok(diesel::select(to_regclass(table).is_not_null()).get_result(conn)?)
}

fn make_month(conn: &mut PgConnection, name: &str, first: NaiveDate) -> Result<()> {
    // Two servers may start at once: the second waits here and finds it made. The tables in the order in which
    // everybody else writes them: a partition's foreign key locks the workspaces too.
    conn.batch_execute(
        "LOCK TABLE workspaces IN SHARE ROW EXCLUSIVE MODE;
         LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE",
    )?;
    if exists(conn, name)? {
        return Ok(());
    }
    let next = first + Months::new(1);
    let (from, to) = (
        format!("'{first} 00:00:00+00'"),
        format!("'{next} 00:00:00+00'"),
    );
    conn.batch_execute(&format!(
        "CREATE TEMPORARY TABLE audit_events_moving ON COMMIT DROP AS
             SELECT * FROM audit_events_other WHERE at >= {from} AND at < {to};
         DELETE FROM audit_events_other WHERE at >= {from} AND at < {to};
         CREATE TABLE {name} PARTITION OF audit_events FOR VALUES FROM ({from}) TO ({to});
         INSERT INTO audit_events SELECT * FROM audit_events_moving;
         DROP TABLE audit_events_moving"
    ))?;
    Ok(())
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn to_regclass(
        name: diesel::sql_types::Text,
    ) -> diesel::sql_types::Nullable<diesel::sql_types::Oid>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let end = |name| end_of(name).map(|end| end.to_string());
        assert_eq!(
            end("audit_events_2026_11").as_deref(),
            Some("2026-12-01 00:00:00 UTC")
        );
        assert_eq!(
            end("audit_events_2026_12").as_deref(),
            Some("2027-01-01 00:00:00 UTC")
        );
        for other in [
            "audit_events_other",
            "audit_events_2026_13",
            "audit_events",
            "other_2026_11",
        ] {
            assert_eq!(end(other), None, "{other}");
        }
    }
}
