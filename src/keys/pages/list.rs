//! The list, alone and behind every dialog.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::{facts::facts, foot, list_path, menu, status, tag};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, Result},
    ids::KeyId,
    keys::{
        model::State,
        store::{self, Counts, Filter, Listed},
        views::{Card, EmptyList, IndexPage, KeyList, StatusFilter},
    },
    policy::permit,
    web::{
        Now, Page, PageResult, Query,
        paging::{Cursor, Slice, Stretch},
        see_other,
        time::{self, Zone},
        ui::{Pager, Shell},
    },
};

/// Permissions that a card names before it only counts them.
const CHIPS: usize = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    status: Option<String>,
    before: Option<String>,
    after: Option<String>,
}

pub async fn index(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Query(query): Query<ListQuery>,
) -> PageResult {
    let filter = filter(query.status.as_deref())?;
    let stretch =
        Stretch::parse(query.before.as_deref(), query.after.as_deref()).ok_or(Error::NotFound)?;
    let is_first = stretch == Stretch::Newest;
    let zone = shell.zone;
    let read = db
        .run(move |conn| read(conn, &actor, filter, &stretch, (zone, now)))
        .await?;
    // The keys of this page are gone from it; those of the others are not.
    if read.slice.rows.is_empty() && !is_first {
        return see_other(&address(&list_path(&shell), filter));
    }
    let back = shell.path.clone();
    let list = read.view(&shell, &back, now);
    Page(IndexPage {
        shell: shell.titled("API keys", "api"),
        list,
    })
    .ok()
}

fn filter(status: Option<&str>) -> Result<Filter> {
    match status {
        None | Some("") => Ok(Filter::Kept),
        Some(name) => [
            State::Active,
            State::Deactivated,
            State::Expired,
            State::Revoked,
        ]
        .into_iter()
        .find(|state| state.name() == name)
        .map(Filter::In)
        .ok_or(Error::NotFound),
    }
}

/// What one page of the list is made of.
pub struct Read {
    slice: Slice<Listed>,
    counts: Counts,
    filter: Filter,
}

pub fn read(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: Filter,
    stretch: &Stretch<KeyId>,
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<Read> {
    let permit = permit(actor)?;
    Ok(Read {
        slice: store::list(conn, &permit, filter, stretch, (zone, now))?,
        counts: store::count(conn, &permit, now)?,
        filter,
    })
}

/// The newest keys, as the dialogs show them behind themselves.
pub fn read_newest(
    conn: &mut PgConnection,
    actor: &Actor,
    at: (Zone, DateTime<Utc>),
) -> Result<Read> {
    read(conn, actor, Filter::Kept, &Stretch::Newest, at)
}

impl Read {
    /// `back`: where a change of a card returns to.
    pub fn view(self, shell: &Shell, back: &str, now: DateTime<Utc>) -> KeyList {
        let path = list_path(shell);
        let counts = self.counts;
        let kept = counts.active + counts.deactivated + counts.expired;
        let any = kept + counts.revoked > 0;
        let link = |text, count, filter: Filter| StatusFilter {
            text,
            count,
            href: address(&path, filter),
            current: self.filter == filter,
        };
        KeyList {
            workspace: shell
                .workspace
                .as_ref()
                .map(|w| w.name.clone())
                .unwrap_or_default(),
            new: format!("{path}/new"),
            filters: match any {
                false => Vec::new(),
                true => vec![
                    link("All", kept, Filter::Kept),
                    link("Active", counts.active, Filter::In(State::Active)),
                    link(
                        "Deactivated",
                        counts.deactivated,
                        Filter::In(State::Deactivated),
                    ),
                    link("Expired", counts.expired, Filter::In(State::Expired)),
                ],
            },
            revoked: link("Revoked", counts.revoked, Filter::In(State::Revoked)),
            empty: self.slice.rows.is_empty().then(|| match self.filter {
                _ if !any => EmptyList::first(),
                Filter::In(State::Revoked) => EmptyList::revoked(path.clone()),
                Filter::In(state) => EmptyList::filtered(state.name(), path.clone()),
                Filter::Kept => EmptyList::only_revoked(),
            }),
            pager: self.pager(&path, kept),
            select: format!("{path}/selection"),
            back: back.to_owned(),
            cards: self
                .slice
                .rows
                .iter()
                .map(|listed| card(listed, shell, back, now))
                .collect(),
        }
    }

    fn pager(&self, path: &str, kept: i64) -> Pager {
        let total = match self.filter {
            Filter::Kept => kept,
            Filter::In(State::Active) => self.counts.active,
            Filter::In(State::Deactivated) => self.counts.deactivated,
            Filter::In(State::Expired) => self.counts.expired,
            Filter::In(State::Revoked) => self.counts.revoked,
        };
        let base = address(path, self.filter);
        let sign = if base.contains('?') { '&' } else { '?' };
        let cursor = |listed: &Listed| {
            Cursor {
                at: listed.key.created_at,
                id: listed.key.id,
            }
            .encode()
        };
        let first = self.slice.rows.first().filter(|_| self.slice.newer);
        let last = self.slice.rows.last().filter(|_| self.slice.older);
        Pager {
            label: match self.slice.newer || self.slice.older {
                false => time::counted(total, "key"),
                true => format!(
                    "{} of {}",
                    self.slice.rows.len(),
                    time::counted(total, "key")
                ),
            },
            newer: first.map(|l| format!("{base}{sign}after={}", cursor(l))),
            older: last.map(|l| format!("{base}{sign}before={}", cursor(l))),
        }
    }
}

fn address(path: &str, filter: Filter) -> String {
    match filter {
        Filter::Kept => path.to_owned(),
        Filter::In(state) => format!("{path}?status={}", state.name()),
    }
}

fn card(listed: &Listed, shell: &Shell, back: &str, now: DateTime<Utc>) -> Card {
    let key = &listed.key;
    let state = key.state(now);
    let page = format!("{}/{}", list_path(shell), key.id);
    Card {
        id: key.id.to_string(),
        label: key.label.clone(),
        state: state.name(),
        status: status(state),
        tag: tag(key.id, state),
        chips: key
            .permissions
            .iter()
            .take(CHIPS)
            .map(|p| p.describe().name)
            .collect(),
        more: key.permissions.len().saturating_sub(CHIPS),
        facts: facts(listed, shell.zone, now),
        off: state != State::Active,
        foot: foot(listed, shell, back, page.clone(), now),
        menu: menu(key, shell, back),
        page,
    }
}
