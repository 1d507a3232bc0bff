//! The list, alone and behind every dialog.

mod address;
mod view;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use self::address::address;
pub use self::address::{ListQuery, query_of};
use super::{
    facts::{facts, is_soon, not_in_force, owner},
    foot,
    incident::{self, Open},
    limits, list_path, menu,
    rotate::shown::note,
    status, tag, type_of,
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, Result},
    ids::{KeyId, MemberId},
    keys::{
        actions,
        model::{Place, Run, Wanted},
        store::{self, Counts, Found, Listed},
        views::{Card, IndexPage},
    },
    notices,
    policy::{ListKeys, permit},
    web::{
        Now, Page, PageResult, Query,
        paging::{Slice, Stretch},
        see_other,
        time::Zone,
        ui::Shell,
    },
};

/// Permissions that a card names before it only counts them.
const CHIPS: usize = 3;

pub async fn index(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Query(query): Query<ListQuery>,
) -> PageResult {
    let (wanted, stretch) = query.parse()?;
    let here = address(&list_path(&shell), &wanted);
    if query.is_wordy(&wanted) {
        return see_other(&here);
    }
    let is_first = stretch == Stretch::Newest;
    let zone = shell.zone;
    let read = db
        .run(move |conn| read(conn, &actor, wanted, &stretch, (zone, now)))
        .await?;
    // The keys of this page are gone from it; those of the others are not.
    if read.slice.rows.is_empty() && !is_first {
        return see_other(&here);
    }
    let selects_all = query.selects_all();
    let back = match selects_all {
        true => here,
        false => shell.path.clone(),
    };
    let read = Read {
        selects_all,
        ..read
    };
    let list = read.view(&shell, &back, now);
    Page(IndexPage {
        shell: match shell.is_own {
            true => shell.titled("API keys · Your account", "api"),
            false => shell.titled("API keys", "api"),
        },
        list,
    })
    .ok()
}

/// What one page of the list is made of.
pub struct Read {
    wanted: Wanted,
    slice: Slice<Listed>,
    counts: Counts,
    /// There is a key, whatever is asked for.
    any: bool,
    /// Not only those of the page are selected.
    selects_all: bool,
    run: Option<Run>,
    notices: notices::Open,
    /// Somebody is shown their own.
    is_own: bool,
    /// Whoever looks may make one here.
    can_make: bool,
    /// Members who have personal keys, of many the first.
    owners: Vec<(MemberId, String)>,
    incidents: Open,
}

pub fn read(
    conn: &mut PgConnection,
    actor: &Actor,
    wanted: Wanted,
    stretch: &Stretch<KeyId, Place>,
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<Read> {
    let permit = permit::<ListKeys>(actor)?;
    let is_own = permit.owner().is_some();
    let all = store::count(conn, &permit, now)?;
    let found = match wanted.is_narrow() {
        true => store::narrow(conn, &permit, &wanted, &all, now)?,
        false => Found::all(all),
    };
    Ok(Read {
        slice: store::list(conn, &permit, (&wanted, &found), stretch, (zone, now))?,
        owners: match is_own {
            true => Vec::new(),
            false => store::owners(conn, &permit, wanted.owner)?,
        },
        can_make: match actions::check_may_make(conn, actor) {
            Ok(()) => true,
            Err(Error::Forbidden(_)) => false,
            Err(other) => return Err(other),
        },
        is_own,
        wanted,
        counts: found.counts,
        any: all.total() > 0,
        selects_all: false,
        run: match is_own {
            true => None,
            false => store::running(conn, &permit)?,
        },
        notices: match is_own {
            true => notices::own(conn, actor, "key", None)?,
            false => notices::open(conn, actor, "key", None)?,
        },
        incidents: match is_own {
            true => Open::default(),
            false => incident::read_open(conn, actor)?,
        },
    })
}

/// The newest keys, as the dialogs show them behind themselves.
pub fn read_newest(
    conn: &mut PgConnection,
    actor: &Actor,
    at: (Zone, DateTime<Utc>),
) -> Result<Read> {
    read(conn, actor, Wanted::default(), &Stretch::Newest, at)
}

fn card(listed: &Listed, shell: &Shell, back: &str, now: DateTime<Utc>) -> Card {
    let key = &listed.key;
    let state = key.state(now);
    let page = format!("{}/{}", list_path(shell), key.id);
    Card {
        id: key.id.to_string(),
        label: key.label.clone(),
        state: state.listed().name(),
        status: status(state),
        tag: tag(key, state).whole(listed.value.as_deref()),
        kind: match key.is_recoverable() {
            true => "Secret, recoverable",
            false => type_of(key.kind),
        },
        limits: limits::in_words(&key.limits).join(", "),
        chips: key
            .permissions
            .iter()
            .take(CHIPS)
            .map(|p| p.describe().name)
            .collect(),
        more: key.permissions.len().saturating_sub(CHIPS),
        facts: facts(listed, shell.zone, now),
        owner: owner(listed, shell),
        not_in_force: not_in_force(listed, shell, CHIPS),
        soon: key.revoked_at.is_none() && key.expires_at.is_some_and(|end| is_soon(end, now)),
        off: state.refusal().is_some(),
        foot: foot(listed, shell, back, page.clone(), now),
        rotating: note(listed, shell, back, format!("{page}#rotation"), now),
        menu: menu(listed, shell, back, now),
        page,
    }
}
