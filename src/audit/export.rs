//! The log as a file, however long.

use actix_web::{HttpResponse, HttpResponseBuilder, web::Bytes};
use chrono::SecondsFormat;
use serde::Deserialize;

use super::{directory::Standing, event::AuditEvent, filter::Filter, model::Event, store};
use crate::{
    actor::Actor,
    clock::Clock,
    db::Db,
    error::{Error, Result},
    ids::AuditEventId,
    policy::permit,
    web::{
        csv,
        export::{BATCH, Source, What, streamed},
        paging::Stretch,
    },
};

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
            Self::Csv => csv::CONTENT_TYPE,
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
    pub async fn into_answer(self, answer: HttpResponseBuilder) -> Result<HttpResponse> {
        let what = What {
            name: "the audit log",
            request: self.actor.source.request,
            content_type: self.format.content_type(),
        };
        streamed(what, answer, self).await
    }
}

impl Source for Export {
    type Row = Event;

    async fn batch(&self) -> Result<Vec<Event>> {
        let (actor, filter) = (self.actor.clone(), self.filter.clone());
        let (stretch, standing) = (self.stretch.clone(), self.standing);
        let now = self.clock.now();
        let read = self.db.run(move |conn| {
            let permit = permit(&(standing.0)(conn, &actor, now)?)?;
            store::page(conn, &permit, &filter, &stretch, BATCH)
        });
        read.await
    }

    fn go_on_after(&mut self, last: &Event) {
        self.stretch = Stretch::OlderThan(last.place());
    }

    fn write(&self, rows: Vec<Event>, is_first: bool) -> Result<Bytes> {
        match self.format {
            Format::Csv => lines(rows, is_first),
            Format::Ndjson => ndjson(rows),
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

fn lines(rows: Vec<Event>, with_names: bool) -> Result<Bytes> {
    let json = |side: Option<serde_json::Value>| side.map(|v| v.to_string());
    let cells = |event: Event| {
        [
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
        ]
    };
    csv::lines(with_names.then_some(COLUMNS), rows.into_iter().map(cells))
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
