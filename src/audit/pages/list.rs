//! The log, newest first, as narrow as its address says.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::{
    bar::{MOST_PEOPLE, bar},
    typed::Typed,
};
use crate::{
    actor::Actor,
    audit::{
        Directory, MembersWanted, Retention,
        directory::KnownMember,
        filter::Filter,
        model::Event,
        places::Places,
        store,
        views::{AuditPage, Day, EmptyLog, Entry, Export},
    },
    db::Db,
    error::{Error, FieldError, Result},
    ids::AuditEventId,
    policy::permit,
    web::{
        Now, Page, PageResult, Query,
        paging::{Slice, Stretch},
        see_other,
        time::Zone,
        ui::{ErrorSummary, Pager, Shell},
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    person: Option<String>,
    key: Option<String>,
    action: Option<String>,
    from: Option<String>,
    to: Option<String>,
    refused: Option<String>,
    /// Narrows the people that are offered, where they are many.
    find: Option<String>,
    before: Option<String>,
    after: Option<String>,
}

/// How many entries a page shows.
const PAGE: usize = 20;

pub async fn index(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    directory: Data<Directory>,
    retention: Data<Retention>,
    Now(now): Now,
    Query(query): Query<AuditQuery>,
) -> PageResult {
    let stretch =
        Stretch::parse(query.before.as_deref(), query.after.as_deref()).ok_or(Error::NotFound)?;
    let is_first = stretch == Stretch::Newest;
    let asked = Asked::of(query);
    let home = Places::of(shell.workspace.as_ref());
    // What a form sends without saying anything is not part of an address, and a key's secret even less.
    if asked.is_wordy {
        return see_other(&asked.address(home.log()));
    }
    let filter = asked.typed.parse(shell.zone);
    let (find, wanted) = (asked.find.clone(), filter.clone().ok());
    let (people, slice) = db
        .run(move |conn| read(conn, &actor, &directory, (&find, wanted), &stretch))
        .await?;
    // The entries of this page are gone from the log; those of the others may not be.
    if slice.rows.is_empty() && !is_first {
        return see_other(&asked.address(home.log()));
    }
    let mistakes = filter.err().unwrap_or_default();
    let kept = (*retention.as_ref(), now);
    let page = Page(asked.page(shell, people, &mistakes, slice, kept));
    match mistakes.is_empty() {
        true => page.ok(),
        false => page.unprocessable(),
    }
}

/// Who is offered, and one page of entries; none of these where the filter is wrong.
fn read(
    conn: &mut PgConnection,
    actor: &Actor,
    directory: &Directory,
    (find, filter): (&str, Option<Filter>),
    stretch: &Stretch<AuditEventId>,
) -> Result<(Vec<KnownMember>, Slice<Event>)> {
    let permit = permit(actor)?;
    let people = MembersWanted {
        like: find,
        chosen: filter.as_ref().and_then(|filter| filter.person),
        most: MOST_PEOPLE as i64 + 1,
    };
    let people = (directory.0)(conn, &permit, &people)?;
    let rows = match &filter {
        Some(filter) => store::page(conn, &permit, filter, stretch, PAGE + 1)?,
        None => Vec::new(),
    };
    Ok((people, Slice::of(rows, stretch, PAGE)))
}

/// What an address asks for.
struct Asked {
    typed: Typed,
    find: String,
    /// It can be said shorter.
    is_wordy: bool,
}

impl Asked {
    fn of(query: AuditQuery) -> Self {
        let given = [
            query.person,
            query.key,
            query.action,
            query.from,
            query.to,
            query.refused,
        ];
        let said: Vec<String> = given.iter().flatten().cloned().collect();
        let typed = Typed::of(given);
        let kept: Vec<String> = typed.fields().into_iter().map(|(_, value)| value).collect();
        Self {
            is_wordy: said != kept || query.find.as_deref() == Some(""),
            find: query.find.unwrap_or_default(),
            typed,
        }
    }

    fn address(&self, path: &str) -> String {
        match self.find.as_str() {
            "" => self.typed.address(path, &[]),
            find => self.typed.address(path, &[("find", find)]),
        }
    }

    fn page(
        &self,
        shell: Shell,
        people: Vec<KnownMember>,
        mistakes: &[FieldError],
        slice: Slice<Event>,
        (retention, now): (Retention, DateTime<Utc>),
    ) -> AuditPage {
        let (home, zone) = (shell.workspace.as_ref(), shell.zone);
        let places = Places::of(home);
        let chosen = people
            .iter()
            .find(|p| p.id.to_string() == self.typed.person);
        let chosen = chosen.map(|person| person.name.clone());
        let is_empty = slice.rows.is_empty();
        let log = places.log();
        AuditPage {
            workspace: home.map(|w| w.name.clone()).unwrap_or_default(),
            lede: format!(
                "Entries are kept for {} and cannot be edited. Times are {}.",
                retention.said(),
                zone.name()
            ),
            summary: ErrorSummary::of(mistakes),
            bar: bar(log, &self.typed, &self.find, people, mistakes, (zone, now)),
            empty: (is_empty && mistakes.is_empty()).then(|| self.empty(log, chosen, zone)),
            export: (!is_empty).then(|| Export {
                action: format!("{log}/exports"),
                fields: self.typed.fields(),
            }),
            pager: self.pager(log, &slice),
            days: by_day(slice.rows, &places, zone, now),
            shell: shell.titled("Audit log", "audit"),
        }
    }

    fn empty(&self, log: &str, person: Option<String>, zone: Zone) -> EmptyLog {
        match self.typed.is_empty() {
            true => EmptyLog {
                title: "Nothing here yet",
                text: "Every change and every sign-in leaves an entry here: who, what, when and from where."
                    .to_owned(),
                clear: None,
            },
            false => EmptyLog {
                title: "No entries match",
                text: self.typed.nothing(person.as_deref(), zone),
                clear: Some(log.to_owned()),
            },
        }
    }

    fn pager(&self, log: &str, slice: &Slice<Event>) -> Pager {
        let link = |direction, event: &Event| {
            let place = event.place().encode();
            self.typed.address(log, &[(direction, &place)])
        };
        let first = slice.rows.first().filter(|_| slice.newer);
        let last = slice.rows.last().filter(|_| slice.older);
        let label = match (slice.newer, slice.older) {
            (false, false) if slice.rows.len() == 1 => "1 entry".to_owned(),
            (false, false) => format!("{} entries", slice.rows.len()),
            (false, true) => format!("The newest {} entries", slice.rows.len()),
            (true, true) => format!("{} entries", slice.rows.len()),
            (true, false) => format!("The oldest {} entries", slice.rows.len()),
        };
        let (newer, older) = (
            first.map(|e| link("after", e)),
            last.map(|e| link("before", e)),
        );
        Pager::by_time(label, newer, older)
    }
}

/// The rows come newest first, so those of a day stand together.
fn by_day(events: Vec<Event>, places: &Places, zone: Zone, now: DateTime<Utc>) -> Vec<Day> {
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
            day.entries.push(Entry::of(event, zone, places));
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
