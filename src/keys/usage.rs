//! How often keys were called, as programs see it: under `/v1`.

mod export;

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody, http::Method, web::Data};
use chrono::{DateTime, Days, NaiveDate, Utc};
use schemars::{JsonSchema, json_schema};
use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    actor::Actor,
    audit::Standing,
    db::ApiDb,
    error::{Error, FieldError},
    ids::{KeyId, WorkspaceId},
    policy::permit,
    web::{
        Fault, Query, Site,
        api::{Answers, Draft},
        csv,
        list::{List, Part},
        paging::{Cursor, OfList},
        time,
    },
};

/// As many days are told of, today among them, where nothing is said.
const USUAL_DAYS: u64 = 28;

/// Which days of which keys; all that is given holds together.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsageQuery {
    /// The id of a key: its days alone.
    #[schemars(with = "Option<KeyId>")]
    key: Option<String>,
    /// The first day (UTC). 27 days before the last one unless given.
    #[schemars(with = "Option<NaiveDate>", example = &"2026-11-01")]
    from: Option<String>,
    /// The last day (UTC). Today unless given.
    #[schemars(with = "Option<NaiveDate>", example = &"2026-11-30")]
    to: Option<String>,
    /// `csv`: everything that matches in one answer, without `limit` and `cursor`.
    #[schemars(with = "Option<Format>")]
    format: Option<String>,
    /// 1 to 100; 50 unless given.
    #[schemars(with = "Option<u8>", range(min = 1, max = 100))]
    limit: Option<String>,
    /// The `next_cursor` of the part before.
    cursor: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
#[expect(dead_code, reason = "only the document reads it")]
enum Format {
    Csv,
}

/// The calls of one key on one day.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DayOfKey {
    key: CalledKey,
    /// Of UTC.
    #[schemars(example = &"2026-11-20")]
    day: NaiveDate,
    /// Calls that were served.
    #[schemars(example = &1204)]
    calls: i64,
    /// Calls that were refused or failed.
    #[schemars(example = &3)]
    errors: i64,
}

/// The key that was called.
#[derive(Debug, Serialize, JsonSchema)]
struct CalledKey {
    id: KeyId,
    /// Its name at this moment.
    #[schemars(example = &"production-server")]
    label: String,
}

/// A row, as it is read.
pub struct Used {
    pub key: KeyId,
    pub label: String,
    pub day: NaiveDate,
    pub calls: i64,
    pub errors: i64,
}

impl Used {
    fn place(&self) -> Cursor<KeyId, NaiveDate> {
        Cursor {
            at: self.day,
            id: self.key,
        }
    }

    fn shown(self) -> DayOfKey {
        DayOfKey {
            key: CalledKey {
                id: self.key,
                label: self.label,
            },
            day: self.day,
            calls: self.calls,
            errors: self.errors,
        }
    }
}

/// Both days are among those that are wanted.
#[derive(Debug, Clone)]
pub(super) struct UsageFilter {
    pub key: Option<KeyId>,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

pub async fn index(
    actor: Actor,
    method: Method,
    (db, site, standing): (Data<ApiDb>, Data<Site>, Data<Standing>),
    Query(query): Query<UsageQuery>,
) -> Result<Usage, Fault> {
    let workspace = actor.workspace;
    let (filter, part) = query.parse(workspace, site.clock.now())?;
    let mut answer = HttpResponse::Ok();
    Ok(Usage(match part {
        Some(part) => {
            let limit = part.limit;
            let rows = db.0.run(move |conn| {
                let permit = permit(&actor)?;
                store::usage(conn, &permit, &filter, part.after.as_ref(), limit + 1)
            });
            let list = List::of(rows.await?, limit, &of(workspace), Used::place, Used::shown);
            answer.json(list)
        }
        // What is only asked about is not read.
        None if method == Method::HEAD => answer.content_type(csv::CONTENT_TYPE).finish(),
        None => {
            let export = export::Export {
                db: db.0.clone(),
                clock: site.clock.clone(),
                standing: *standing.as_ref(),
                actor,
                filter,
                after: None,
            };
            export.into_answer(answer).await?
        }
    }))
}

/// A part of the list, or all of it as a stream.
pub struct Usage(HttpResponse);

impl Responder for Usage {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0
    }
}

impl Answers for Usage {
    fn tell(draft: &mut Draft<'_>) {
        draft.answer::<List<DayOfKey>>(200);
        let lines = "With `format=csv`: a line of names, then one for each day of a key.";
        draft.content(200, "text/csv", json_schema!({ "type": "string" }), lines);
    }
}

fn of(workspace: WorkspaceId) -> OfList {
    OfList::new(workspace, "usage")
}

const WHOLE: &str = "Leave it out where format is given: the answer has everything";

impl UsageQuery {
    /// No part: all of it, as a file.
    fn parse(
        &self,
        workspace: WorkspaceId,
        now: DateTime<Utc>,
    ) -> Result<(UsageFilter, Option<Part<KeyId, NaiveDate>>), Error> {
        let mut mistakes = Vec::new();
        let key = self.key.as_deref().and_then(|text| {
            let key = text.parse().ok();
            if key.is_none() {
                let why = "Give the id of a key, 12 letters and digits";
                mistakes.push(FieldError::new("key", why));
            }
            key
        });
        let mut day = |field: &'static str, given: &Option<String>| {
            let text = given.as_deref()?;
            let day = text.parse().ok().filter(|day| time::is_sane(*day));
            if day.is_none() {
                mistakes.push(FieldError::new(field, "Give a day such as 2026-11-20"));
            }
            day
        };
        let (from, to) = (day("from", &self.from), day("to", &self.to));
        let to = to.unwrap_or_else(|| now.date_naive());
        let usual = to.checked_sub_days(Days::new(USUAL_DAYS - 1));
        let from = from.or(usual).unwrap_or(to);
        if from > to && mistakes.is_empty() {
            let why = "Give a day that is not after the last one";
            mistakes.push(FieldError::new("from", why));
        }
        let is_whole = self.format.is_some();
        if self.format.as_deref().is_some_and(|name| name != "csv") {
            let why = "Give csv, or leave it out";
            mistakes.push(FieldError::new("format", why));
        }
        for (field, given) in [("limit", &self.limit), ("cursor", &self.cursor)] {
            if is_whole && given.is_some() {
                mistakes.push(FieldError::new(field, WHOLE));
            }
        }
        let (limit, cursor) = match is_whole {
            true => (None, None),
            false => (self.limit.as_deref(), self.cursor.as_deref()),
        };
        let part = Part::parse(limit, cursor, &of(workspace), &mut mistakes);
        match mistakes.is_empty() {
            true => Ok((UsageFilter { key, from, to }, (!is_whole).then_some(part))),
            false => Err(Error::Invalid(mistakes)),
        }
    }
}
