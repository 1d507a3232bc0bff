//! The only queries over `notices`.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    dsl::{case_when, count_star, not},
    helper_types::IntoBoxed,
    pg::Pg,
    prelude::*,
    sql_types::{Nullable, Timestamptz, Uuid},
    upsert::excluded,
};

use super::model::{NewRow, Notice, Row, dismissed_until};
use crate::{
    error::Result,
    ids::{MemberId, NoticeId, WorkspaceId},
    policy::{Action, OwnNotices, Permit, ReadNotices, Unscoped},
    schema::notices,
    web::paging::{Slice, Stretch},
};

/// How many notices a page shows.
const PAGE: usize = 20;

/// How long a dismissed one is kept, so that it is known again.
const REMEMBERED: TimeDelta = TimeDelta::days(90);

/// What nobody dismissed and nothing repeated for so long is no news any more.
const FORGOTTEN: TimeDelta = TimeDelta::days(400);

/// Tells something in the caller's transaction, or that it happened again. Of what has stages, the one before is gone.
pub fn raise(
    conn: &mut PgConnection,
    reason: Unscoped,
    workspace: WorkspaceId,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<()> {
    raise_all(conn, reason, workspace, std::slice::from_ref(notice), now)
}

/// The same for many of one kind, each about something else.
pub fn raise_all(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    all: &[Notice],
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(first) = all.first() else {
        return Ok(());
    };
    let rows: Vec<NewRow> = all
        .iter()
        .map(|notice| NewRow::of(workspace, notice, now))
        .collect::<Result<_>>()?;
    let over = dismissed_until(&first.kind, now);
    if over.is_none() {
        supersede(conn, workspace, &rows)?;
    }
    let is_over = || notices::dismissed_at.lt(over);
    diesel::insert_into(notices::table)
        .values(rows)
        .on_conflict((
            notices::workspace_id,
            notices::subject_kind,
            notices::subject_id,
            notices::kind,
            notices::occasion,
            notices::member_id,
        ))
        .do_update()
        .set((
            notices::facts.eq(excluded(notices::facts)),
            notices::subject_label.eq(excluded(notices::subject_label)),
            notices::last_at.eq(greatest(notices::last_at, excluded(notices::last_at))),
            notices::times.eq(notices::times + excluded(notices::times)),
            notices::dismissed_at.eq(case_when(
                is_over(),
                None::<DateTime<Utc>>.into_sql::<Nullable<Timestamptz>>(),
            )
            .otherwise(notices::dismissed_at)),
            notices::dismissed_by_member_id.eq(case_when(
                is_over(),
                None::<MemberId>.into_sql::<Nullable<Uuid>>(),
            )
            .otherwise(notices::dismissed_by_member_id)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets earlier occasions of the same kind about the same things.
fn supersede(conn: &mut PgConnection, workspace: WorkspaceId, rows: &[NewRow]) -> Result<()> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let ids: Vec<&str> = rows.iter().map(|row| row.subject_id.as_str()).collect();
    let occasions: Vec<&str> = rows.iter().map(|row| row.occasion.as_str()).collect();
    diesel::delete(notices::table)
        .filter(notices::workspace_id.eq(workspace))
        .filter(notices::subject_kind.eq(first.subject_kind))
        .filter(notices::subject_id.eq_any(ids))
        .filter(notices::kind.eq(&first.kind))
        .filter(not(notices::occasion.eq_any(occasions)))
        .execute(conn)?;
    Ok(())
}

/// What is no longer true of these things is told to nobody any more. The kinds by their names.
pub fn clear<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    about: (&str, &[String]),
    kinds: &[&str],
) -> Result<()> {
    delete(conn, permit.workspace(), about, kinds)
}

/// The same by the server itself.
pub fn withdraw(
    conn: &mut PgConnection,
    _: Unscoped,
    workspace: WorkspaceId,
    about: (&str, &[String]),
    kinds: &[&str],
) -> Result<()> {
    delete(conn, workspace, about, kinds)
}

/// What there are notices about, of a kind of things.
pub fn subjects(
    conn: &mut PgConnection,
    _: Unscoped,
    kind: &str,
) -> Result<Vec<(WorkspaceId, String)>> {
    Ok(notices::table
        .filter(notices::subject_kind.eq(kind.to_owned()))
        .filter(notices::dismissed_at.is_null())
        .select((notices::workspace_id, notices::subject_id))
        .distinct()
        .load(conn)?)
}

fn delete(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    (subject_kind, ids): (&str, &[String]),
    kinds: &[&str],
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    diesel::delete(notices::table)
        .filter(notices::workspace_id.eq(workspace))
        .filter(notices::subject_kind.eq(subject_kind))
        .filter(notices::subject_id.eq_any(ids))
        .filter(notices::kind.eq_any(kinds))
        .execute(conn)?;
    Ok(())
}

/// Of the notices that somebody is told and nobody has dismissed: those about things of a kind, or about one of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    pub kind: &'a str,
    pub id: Option<&'a str>,
}

/// What is told to whoever holds the permits: to a member what is for them, to an admin also what is for the admins.
fn open<'a>(
    own: &Permit<OwnNotices>,
    admin: Option<&Permit<ReadNotices>>,
) -> IntoBoxed<'a, notices::table, Pg> {
    let query = notices::table
        .filter(notices::workspace_id.eq(own.workspace()))
        .filter(notices::dismissed_at.is_null())
        .into_boxed();
    let for_them = notices::member_id.eq(own.actor().member_id());
    match admin {
        Some(_) => query.filter(notices::member_id.is_null().or(for_them)),
        None => query.filter(for_them),
    }
}

/// The newest of them, at most so many, and how many there are.
pub(super) fn about(
    conn: &mut PgConnection,
    own: &Permit<OwnNotices>,
    admin: Option<&Permit<ReadNotices>>,
    about: About<'_>,
    most: i64,
) -> Result<(Vec<Row>, i64)> {
    let found = || {
        let query = open(own, admin).filter(notices::subject_kind.eq(about.kind.to_owned()));
        match about.id {
            Some(id) => query.filter(notices::subject_id.eq(id.to_owned())),
            None => query,
        }
    };
    let rows = found()
        .order((notices::first_at.desc(), notices::id.desc()))
        .limit(most)
        .select(Row::as_select())
        .load(conn)?;
    Ok((rows, found().select(count_star()).first(conn)?))
}

pub(super) fn list(
    conn: &mut PgConnection,
    own: &Permit<OwnNotices>,
    admin: &Permit<ReadNotices>,
    stretch: &Stretch<NoticeId>,
) -> Result<(Slice<Row>, i64)> {
    let query = open(own, Some(admin)).limit(PAGE as i64 + 1);
    let query = match stretch {
        Stretch::Newest => query,
        Stretch::OlderThan(place) => query.filter(
            notices::first_at
                .lt(place.at)
                .or(notices::first_at.eq(place.at).and(notices::id.lt(place.id))),
        ),
        Stretch::NewerThan(place) => query.filter(
            notices::first_at
                .gt(place.at)
                .or(notices::first_at.eq(place.at).and(notices::id.gt(place.id))),
        ),
    };
    let query = match stretch {
        Stretch::NewerThan(_) => query.order((notices::first_at, notices::id)),
        _ => query.order((notices::first_at.desc(), notices::id.desc())),
    };
    let rows = query.select(Row::as_select()).load(conn)?;
    let count = open(own, Some(admin)).select(count_star()).first(conn)?;
    Ok((Slice::of(rows, stretch, PAGE), count))
}

/// For everybody it is for. None: it is not theirs, or there is none. False: somebody dismissed it before.
pub(super) fn dismiss(
    conn: &mut PgConnection,
    own: &Permit<OwnNotices>,
    admin: Option<&Permit<ReadNotices>>,
    id: NoticeId,
    now: DateTime<Utc>,
) -> Result<Option<(Row, bool)>> {
    let member = own.actor().member_id();
    let found = notices::table
        .find((own.workspace(), id))
        .select((Row::as_select(), notices::member_id, notices::dismissed_at))
        .for_update()
        .first::<(Row, Option<MemberId>, Option<DateTime<Utc>>)>(conn)
        .optional()?;
    let theirs = found.filter(|(_, whose, _)| match whose {
        Some(_) => *whose == member,
        None => admin.is_some(),
    });
    let Some((row, _, dismissed_at)) = theirs else {
        return Ok(None);
    };
    if dismissed_at.is_some() {
        return Ok(Some((row, false)));
    }
    diesel::update(notices::table.find((own.workspace(), id)))
        .set((
            notices::dismissed_at.eq(now),
            notices::dismissed_by_member_id.eq(member),
        ))
        .execute(conn)?;
    Ok(Some((row, true)))
}

/// To be called now and then: what was dismissed long ago is forgotten, and what nobody looked at for longer.
pub fn sweep(conn: &mut PgConnection, _: Unscoped, now: DateTime<Utc>) -> Result<()> {
    let was_dismissed = notices::dismissed_at
        .is_not_null()
        .and(notices::last_at.lt(now - REMEMBERED));
    diesel::delete(notices::table)
        .filter(notices::last_at.lt(now - REMEMBERED))
        .filter(was_dismissed.or(notices::last_at.lt(now - FORGOTTEN)))
        .execute(conn)?;
    Ok(())
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn greatest(a: Timestamptz, b: Timestamptz) -> Timestamptz;
}
