//! The log as a file, however long: written as it is read, a few hundred entries at a time, so that neither memory nor
//! a connection is held for it. What breaks off in the middle does not end as a whole file does.

use std::time::Duration;

use actix_web::{HttpResponse, HttpResponseBuilder, web::Bytes};
use chrono::SecondsFormat;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use tokio::time::sleep;

use super::{directory::Standing, event::AuditEvent, filter::Filter, model::Event, store};
use crate::{
    actor::Actor,
    clock::Clock,
    db::Db,
    error::{Error, Result},
    ids::AuditEventId,
    policy::permit,
    web::paging::Stretch,
};

/// Entries in one transaction.
const BATCH: usize = 500;

/// The database may be busy for a moment; so long is waited before it is asked again.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(4),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Format {
    Csv,
    Ndjson,
}

impl Format {
    pub fn named(name: &str) -> Option<Self> {
        [Self::Csv, Self::Ndjson]
            .into_iter()
            .find(|format| format.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Ndjson => "application/x-ndjson",
        }
    }
}

/// Which entries become a file.
pub struct Export {
    pub db: Db,
    pub clock: Clock,
    pub actor: Actor,
    pub standing: Standing,
    pub filter: Filter,
    /// Where it begins; from there it goes back in time.
    pub stretch: Stretch<AuditEventId>,
    pub format: Format,
}

impl Export {
    /// The answer with the whole file.
    ///
    /// # Errors
    /// Nothing could be read; once something was, it is too late to say so, and the answer ends in the middle.
    pub async fn into_answer(self, mut answer: HttpResponseBuilder) -> Result<HttpResponse> {
        let request = self.actor.source.request;
        let content_type = self.format.content_type();
        let mut chunks = Box::pin(self.chunks());
        let first = chunks.try_next().await?;
        let rest = chunks.inspect_err(move |error| {
            let id = request.map(|id| id.to_string()).unwrap_or_default();
            let why = match error {
                Error::Internal(cause) => format!("{cause:#}"),
                other => other.to_string(),
            };
            log::warn!("request={id} the export of the audit log broke off: {why}");
        });
        let whole = stream::iter(first.map(Ok)).chain(rest);
        Ok(answer.content_type(content_type).streaming(whole))
    }

    fn chunks(self) -> impl Stream<Item = Result<Bytes>> + 'static {
        let state = Some((self, true));
        stream::try_unfold(state, |state| async move {
            let Some((mut export, is_first)) = state else {
                return Ok(None);
            };
            // Who has nothing yet is told at once that the database is busy.
            let patience = if is_first { &[][..] } else { &PAUSES };
            let rows = export.batch(patience).await?;
            let next = rows.last().filter(|_| rows.len() == BATCH);
            let next = next.map(Event::place);
            let chunk = match export.format {
                Format::Csv => csv(rows, is_first)?,
                Format::Ndjson => ndjson(rows)?,
            };
            let state = next.map(|cursor| {
                export.stretch = Stretch::OlderThan(cursor);
                (export, false)
            });
            Ok(Some((chunk, state)))
        })
    }

    /// In a transaction of its own. Whoever may no longer read the log, or has been ended, gets no more of it.
    async fn batch(&self, patience: &[Duration]) -> Result<Vec<Event>> {
        let mut pauses = patience.iter();
        loop {
            let (actor, filter) = (self.actor.clone(), self.filter.clone());
            let (stretch, standing) = (self.stretch.clone(), self.standing);
            let now = self.clock.now();
            let read = self.db.run(move |conn| {
                let permit = permit(&(standing.0)(conn, &actor, now)?)?;
                store::page(conn, &permit, &filter, &stretch, BATCH)
            });
            match (read.await, pauses.next()) {
                (Err(Error::Busy(_)), Some(pause)) => sleep(*pause).await,
                (done, _) => return done,
            }
        }
    }
}

const COLUMNS: [&str; 15] = [
    "at",
    "id",
    "actor_type",
    "actor_id",
    "actor_label",
    "action",
    "subject_type",
    "subject_id",
    "subject_label",
    "before",
    "after",
    "ip",
    "user_agent",
    "request_id",
    "refused",
];

fn csv(rows: Vec<Event>, with_header: bool) -> Result<Bytes> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let internal = |error: csv::Error| Error::Internal(error.into());
    if with_header {
        writer.write_record(COLUMNS).map_err(internal)?;
    }
    for event in rows {
        let json = |side: Option<serde_json::Value>| side.map(|v| v.to_string());
        let cells = [
            Some(event.at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Some(event.id.to_string()),
            Some(event.actor_kind),
            event.actor_id,
            Some(event.actor_label),
            Some(event.action),
            Some(event.subject_kind),
            Some(event.subject_id),
            Some(event.subject_label),
            json(event.before),
            json(event.after),
            event.ip,
            event.user_agent,
            event.request_id,
            Some(event.refused.to_string()),
        ];
        let cells = cells.map(|cell| harmless(cell.unwrap_or_default()));
        writer.write_record(cells).map_err(internal)?;
    }
    let bytes = writer.into_inner();
    bytes
        .map(Bytes::from)
        .map_err(|e| Error::Internal(e.into_error().into()))
}

/// What a spreadsheet would take for a formula gets a mark in front that makes it a text: also where it begins after what
/// some of them separate cells by.
fn harmless(cell: String) -> String {
    if cell.split(SEPARATORS).all(|part| !is_formula(part)) {
        return cell;
    }
    cell.split_inclusive(SEPARATORS)
        .map(|part| match is_formula(part) {
            true => format!("'{part}"),
            false => part.to_owned(),
        })
        .collect()
}

const SEPARATORS: [char; 3] = [';', '\t', '|'];

fn is_formula(part: &str) -> bool {
    let first = part.trim_start_matches([' ', '\u{a0}']).chars().next();
    matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    )
}

fn ndjson(rows: Vec<Event>) -> Result<Bytes> {
    let mut lines = Vec::new();
    for event in rows {
        serde_json::to_writer(&mut lines, &AuditEvent::of(event))
            .map_err(|e| Error::Internal(e.into()))?;
        lines.push(b'\n');
    }
    Ok(lines.into())
}
