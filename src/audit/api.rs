//! The audit log, as programs see it: under `/v1`.

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, http::Method, web::Data};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use schemars::{JsonSchema, json_schema};
use serde::Deserialize;

use super::{
    actions,
    directory::Standing,
    event::AuditEvent,
    export::{Export, Format},
    filter::{Filter, is_action},
    model::Event,
    store,
};
use crate::{
    actor::Actor,
    db::ApiDb,
    error::{self, Error, FieldError},
    ids::{AuditEventId, KeyId, MemberId, WorkspaceId},
    policy::permit,
    web::{
        Fault, Query, Site,
        api::{Answers, Draft},
        list::{List, Part},
        paging::{OfList, Stretch},
        time,
    },
};

/// Which entries are wanted; all that is given holds together.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditEventsQuery {
    /// The id of a member, of now or of before: what they did.
    #[schemars(with = "Option<MemberId>")]
    person: Option<String>,
    /// The id of a key: what it did, and what was done to it.
    #[schemars(with = "Option<KeyId>")]
    key: Option<String>,
    /// `noun.past_participle`, such as `key.revoked`.
    #[schemars(example = &"key.revoked")]
    action: Option<String>,
    /// RFC 3339: of this moment or later.
    #[schemars(with = "Option<DateTime<Utc>>", example = &"2026-11-01T00:00:00Z")]
    from: Option<String>,
    /// RFC 3339: before this moment.
    #[schemars(with = "Option<DateTime<Utc>>", example = &"2026-12-01T00:00:00Z")]
    to: Option<String>,
    /// `true`: only what was refused; `false`: only what was not.
    #[schemars(with = "Option<bool>")]
    refused: Option<String>,
    /// `csv` or `ndjson`: everything that matches, newest first, in one answer, without `limit` and `cursor`.
    #[schemars(with = "Option<Format>")]
    format: Option<String>,
    /// 1 to 100; 50 unless given.
    #[schemars(with = "Option<u8>", range(min = 1, max = 100))]
    limit: Option<String>,
    /// The `next_cursor` of the part before.
    cursor: Option<String>,
}

pub async fn index(
    actor: Actor,
    method: Method,
    (db, site, standing): (Data<ApiDb>, Data<Site>, Data<Standing>),
    Query(query): Query<AuditEventsQuery>,
) -> Result<AuditEvents, Fault> {
    let workspace = actor.workspace;
    let asked = query.parse(workspace).map_err(Error::Invalid)?;
    let mut answer = HttpResponse::Ok();
    Ok(AuditEvents(match asked.format {
        None => {
            let rows = db.0.run(move |conn| asked.read(conn, &actor)).await?;
            answer.json(list(rows, workspace))
        }
        // What is only asked about is not read.
        Some(format) if method == Method::HEAD => {
            answer.content_type(format.content_type()).finish()
        }
        Some(format) => {
            let now = site.clock.now();
            // Who takes the log away is in the log.
            let (asked, by) = (asked.filter, actor.clone());
            let noted = db.0.run(move |conn| {
                let place = actions::export(conn, &by, (&asked, format), now)?;
                Ok((asked, place))
            });
            let (filter, place) = noted.await?;
            let export = Export {
                db: db.0.clone(),
                clock: site.clock.clone(),
                standing: *standing.as_ref(),
                actor,
                stretch: Stretch::OlderThan(place),
                filter,
                format,
            };
            export.into_answer(answer).await?
        }
    }))
}

/// A part of the list, or all of it as a stream.
pub struct AuditEvents(HttpResponse);

impl Responder for AuditEvents {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0
    }
}

impl Answers for AuditEvents {
    fn tell(draft: &mut Draft<'_>) {
        draft.answer::<List<AuditEvent>>(200);
        let text = || json_schema!({ "type": "string" });
        let lines = "With `format=csv`: a line of names, then one for each entry.";
        draft.content(200, "text/csv", text(), lines);
        let objects = "With `format=ndjson`: an `AuditEvent` on each line.";
        draft.content(200, "application/x-ndjson", text(), objects);
    }
}

fn list((rows, limit): (Vec<Event>, usize), workspace: WorkspaceId) -> List<AuditEvent> {
    List::of(rows, limit, &of(workspace), Event::place, AuditEvent::of)
}

fn of(workspace: WorkspaceId) -> OfList {
    OfList::new(workspace, "audit-events")
}

/// What a query means.
struct Asked {
    filter: Filter,
    part: Part<AuditEventId>,
    format: Option<Format>,
}

impl Asked {
    fn stretch(&self) -> Stretch<AuditEventId> {
        match &self.part.after {
            Some(place) => Stretch::OlderThan(place.clone()),
            None => Stretch::Newest,
        }
    }

    /// One more than are to be shown, and how many those are.
    fn read(&self, conn: &mut PgConnection, actor: &Actor) -> error::Result<(Vec<Event>, usize)> {
        let limit = self.part.limit;
        let permit = permit(actor)?;
        let rows = store::page(conn, &permit, &self.filter, &self.stretch(), limit + 1)?;
        Ok((rows, limit))
    }
}

impl AuditEventsQuery {
    fn parse(&self, workspace: WorkspaceId) -> Result<Asked, Vec<FieldError>> {
        let mut mistakes = Vec::new();
        let mut wrong = |field, why: &str| mistakes.push(FieldError::new(field, why));
        let filter = Filter {
            person: read(
                &self.person,
                |t| t.parse().ok(),
                || wrong("person", "Give the id of a member"),
            ),
            key: read(
                &self.key,
                |t| t.parse().ok(),
                || wrong("key", "Give the id of a key, 12 letters and digits"),
            ),
            action: read(
                &self.action,
                |text| is_action(text).then(|| text.to_owned()),
                || wrong("action", "Give an action such as key.revoked"),
            ),
            from: read(&self.from, moment, || wrong("from", TIME)),
            to: read(&self.to, moment, || wrong("to", TIME)),
            refused: read(
                &self.refused,
                |t| t.parse().ok(),
                || wrong("refused", "Give true or false"),
            ),
        };
        let format = read(&self.format, Format::named, || {
            wrong("format", "Give csv or ndjson, or leave it out")
        });
        if self.format.is_some() && self.limit.is_some() {
            wrong("limit", WHOLE);
        }
        if self.format.is_some() && self.cursor.is_some() {
            wrong("cursor", WHOLE);
        }
        let (limit, cursor) = match self.format {
            None => (self.limit.as_deref(), self.cursor.as_deref()),
            Some(_) => (None, None),
        };
        let part = Part::parse(limit, cursor, &of(workspace), &mut mistakes);
        match mistakes.is_empty() {
            true => Ok(Asked {
                filter,
                part,
                format,
            }),
            false => Err(mistakes),
        }
    }
}

const TIME: &str = "Give a time such as 2026-11-20T00:00:00Z";
const WHOLE: &str = "Leave it out where format is given: the answer has everything";

fn read<T>(
    given: &Option<String>,
    parse: impl Fn(&str) -> Option<T>,
    refuse: impl FnOnce(),
) -> Option<T> {
    let text = given.as_deref()?;
    let parsed = parse(text);
    if parsed.is_none() {
        refuse();
    }
    parsed
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    time::sane(DateTime::parse_from_rfc3339(text).ok()?.to_utc())
}
