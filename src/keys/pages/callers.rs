//! *Used from*: the addresses and programs that call with a key.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{OfKey, list_path};
use crate::{
    actor::Actor,
    db::Db,
    error::Error,
    keys::{
        store::{self, Caller},
        views::{CallerRow, Callers, CallersPage},
    },
    policy::{ListKeys, permit},
    web::{
        Now, Page, PageResult, Path, Query, client, time,
        time::{Zone, counted},
        ui::{Pager, Shell},
    },
};

/// On the key's own page.
pub const FIRST: i64 = 10;

const A_PAGE: i64 = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallersQuery {
    #[serde(default = "first")]
    page: i64,
}

fn first() -> i64 {
    1
}

pub async fn list(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Query(query): Query<CallersQuery>,
) -> PageResult {
    let page = query.page;
    let skip = skipped(page).ok_or(Error::NotFound)?;
    let at = (shell.zone, now);
    let (key, found, number) = db
        .run(move |conn| {
            let permit = permit::<ListKeys>(&actor)?;
            let key = store::find(conn, &permit, of.id, at)?.key;
            let found = store::callers(conn, &permit, (of.id, None), (skip, A_PAGE), now)?;
            Ok((key, found, store::count_callers(conn, &permit, of.id)?))
        })
        .await?;
    if found.is_empty() && page > 1 {
        return Err(Error::NotFound.into());
    }
    let list_href = list_path(&shell);
    let own = format!("{list_href}/{}", key.id);
    let to = |page: i64| format!("{own}/callers?page={page}");
    let is_last = skip + A_PAGE >= number;
    let shown = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let label = match is_last && page == 1 {
        true => counted(number, "caller"),
        false => format!("{shown} of {}", counted(number, "caller")),
    };
    Page(CallersPage {
        pages: Pager::by_page(
            label,
            (page > 1).then(|| to(page - 1)),
            (!is_last).then(|| to(page + 1)),
        ),
        callers: table(&key.label, found, at),
        label: key.label,
        page: own,
        list_href,
        shell: shell.titled("Used from", "api"),
    })
    .ok()
}

/// None: there is no such page.
fn skipped(page: i64) -> Option<i64> {
    (1..=1_000).contains(&page).then(|| (page - 1) * A_PAGE)
}

pub fn table(label: &str, callers: Vec<Caller>, (zone, now): (Zone, DateTime<Utc>)) -> Callers {
    let tells_secret = callers.iter().any(|caller| caller.version > 1);
    let rows = callers.into_iter().map(|caller| row(caller, zone, now));
    Callers {
        label: label.to_owned(),
        rows: rows.collect(),
        tells_secret,
    }
}

fn row(caller: Caller, zone: Zone, now: DateTime<Utc>) -> CallerRow {
    let program = match (&caller.ip, &caller.user_agent) {
        (None, _) => "Many programs".to_owned(),
        (Some(_), None) => "Does not say".to_owned(),
        (Some(_), Some(user_agent)) => named(user_agent),
    };
    CallerRow {
        ip: caller.ip.unwrap_or_default(),
        program,
        user_agent: caller.user_agent.unwrap_or_default(),
        secret: format!("secret {}", caller.version),
        first: zone.relative(caller.first_at, now),
        last: zone.relative(caller.last_at, now),
        served: time::grouped(caller.served),
        refused: match caller.refused {
            0 => String::new(),
            n => format!("{} refused", time::grouped(n)),
        },
    }
}

/// A browser by its name and what it runs on; another program as it calls itself, cut.
fn named(user_agent: &str) -> String {
    let device = client::device(Some(user_agent));
    match device.starts_with("Unknown program") {
        false => device,
        true => user_agent.chars().take(60).collect(),
    }
}

/// The first of them, for the key's own page, and where all are; none where these are all.
pub fn first_of(own: &str, callers: &mut Vec<Caller>) -> Option<String> {
    let take = usize::try_from(FIRST).unwrap_or(usize::MAX);
    let is_cut = callers.len() > take;
    callers.truncate(take);
    is_cut.then(|| format!("{own}/callers"))
}
