//! Your account → Activity: what happened to it, for nobody else.

use actix_web::web::Data;
use serde::Deserialize;

use crate::{
    actor::Person,
    auth::views::{ActivityPage, ActivityRow},
    db::Db,
    error::Error,
    ids::AccountEventId,
    people::{self, AccountEvent},
    web::{
        Now, Page, PageResult, Query,
        paging::{Cursor, Slice, Stretch},
        see_other, time,
        ui::{Pager, Shell},
    },
};

const PATH: &str = "/account/activity";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityQuery {
    before: Option<String>,
    after: Option<String>,
}

pub async fn activity(
    person: Person,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Query(query): Query<ActivityQuery>,
) -> PageResult {
    let stretch =
        Stretch::parse(query.before.as_deref(), query.after.as_deref()).ok_or(Error::NotFound)?;
    let is_first = stretch == Stretch::Newest;
    let slice = db
        .run(move |conn| people::events(conn, &person, &stretch))
        .await?;
    if slice.rows.is_empty() && !is_first {
        return see_other(PATH);
    }
    Page(ActivityPage {
        zone: shell.zone.name(),
        pager: pager(&slice),
        rows: slice
            .rows
            .into_iter()
            .map(|event| ActivityRow::of(event, shell.zone, now))
            .collect(),
        shell: shell.titled("Activity · Your account", "activity"),
    })
    .ok()
}

fn pager(slice: &Slice<AccountEvent>) -> Pager {
    let cursor = |event: &AccountEvent| {
        let (at, id) = (event.at, event.id);
        Cursor::<AccountEventId> { at, id }.encode()
    };
    let first = slice.rows.first().filter(|_| slice.newer);
    let last = slice.rows.last().filter(|_| slice.older);
    let end = match (slice.newer, slice.older) {
        (false, true) => "The newest ",
        (true, false) => "The oldest ",
        _ => "",
    };
    let shown = i64::try_from(slice.rows.len()).unwrap_or(i64::MAX);
    Pager::by_time(
        format!("{end}{}", time::counted(shown, "event")),
        first.map(|event| format!("{PATH}?after={}", cursor(event))),
        last.map(|event| format!("{PATH}?before={}", cursor(event))),
    )
}
