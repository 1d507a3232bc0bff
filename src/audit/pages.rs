//! The screen of the audit log.

use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::{
    model::Event,
    store,
    views::{AuditPage, Day},
};
use crate::{
    actor::Actor,
    db::Db,
    error::Error,
    ids::AuditEventId,
    policy::permit,
    web::{
        Now, Page, PageResult, Query,
        paging::{Cursor, Slice, Stretch},
        time,
        ui::{Pager, Shell},
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    before: Option<String>,
    after: Option<String>,
}

pub async fn index(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Query(query): Query<AuditQuery>,
) -> PageResult {
    let stretch =
        Stretch::parse(query.before.as_deref(), query.after.as_deref()).ok_or(Error::NotFound)?;
    let slice = db
        .run(move |conn| store::page(conn, &permit(&actor)?, &stretch))
        .await?;
    let home = shell.workspace.as_ref();
    let pager = pager(home.map_or("", |w| w.audit.as_str()), &slice);
    Page(AuditPage {
        workspace: home.map(|w| w.name.clone()).unwrap_or_default(),
        lede: "Entries cannot be edited. Times are UTC.".to_owned(),
        days: by_day(slice.rows, now),
        pager,
        shell: shell.titled("Audit log", "audit"),
    })
    .ok()
}

fn pager(path: &str, slice: &Slice<Event>) -> Pager {
    let cursor = |event: &Event| -> String {
        Cursor::<AuditEventId> {
            at: event.at,
            id: event.id,
        }
        .encode()
    };
    let first = slice.rows.first().filter(|_| slice.newer);
    let last = slice.rows.last().filter(|_| slice.older);
    Pager {
        label: match (slice.newer, slice.older) {
            (false, false) if slice.rows.len() == 1 => "1 entry".to_owned(),
            (false, false) => format!("{} entries", slice.rows.len()),
            (false, true) => format!("The newest {} entries", slice.rows.len()),
            (true, true) => format!("{} entries", slice.rows.len()),
            (true, false) => format!("The oldest {} entries", slice.rows.len()),
        },
        newer: first.map(|e| format!("{path}?after={}", cursor(e))),
        older: last.map(|e| format!("{path}?before={}", cursor(e))),
    }
}

/// The rows come newest first, so those of a day stand together.
fn by_day(events: Vec<Event>, now: DateTime<Utc>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for event in events {
        let title = day_title(event.at, now);
        if days.last().is_none_or(|day| day.title != title) {
            days.push(Day {
                title,
                entries: Vec::new(),
            });
        }
        if let Some(day) = days.last_mut() {
            day.entries.push(event.into());
        }
    }
    days
}

fn day_title(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let day = time::long_day(at);
    if at.date_naive() == now.date_naive() {
        format!("Today, {day}")
    } else if at.date_naive() == (now - TimeDelta::days(1)).date_naive() {
        format!("Yesterday, {day}")
    } else {
        day
    }
}
