//! The screen of the audit log.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    model::Event,
    store,
    views::{AuditPage, Day, Entry},
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
        time::Zone,
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
        lede: format!("Entries cannot be edited. Times are {}.", shell.zone.name()),
        days: by_day(slice.rows, shell.zone, now),
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
fn by_day(events: Vec<Event>, zone: Zone, now: DateTime<Utc>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for event in events {
        let title = day_title(event.at, zone, now);
        if days.last().is_none_or(|day| day.title != title) {
            days.push(Day {
                title,
                entries: Vec::new(),
            });
        }
        if let Some(day) = days.last_mut() {
            day.entries.push(Entry::of(event, zone));
        }
    }
    days
}

fn day_title(at: DateTime<Utc>, zone: Zone, now: DateTime<Utc>) -> String {
    let day = zone.long_day(at);
    if zone.date_of(at) == zone.date_of(now) {
        format!("Today, {day}")
    } else if Some(zone.date_of(at)) == zone.date_of(now).pred_opt() {
        format!("Yesterday, {day}")
    } else {
        day
    }
}
