use actix_web::{HttpResponse, HttpResponseBuilder, web::Bytes};
use chrono::NaiveDate;

use super::{UsageFilter, Used};
use crate::{
    actor::Actor,
    audit::Standing,
    clock::Clock,
    db::Db,
    error::Result,
    ids::KeyId,
    keys::store,
    policy::permit,
    web::{
        csv,
        export::{BATCH, Source, What, streamed},
        paging::Cursor,
    },
};

/// Which days of keys become a file.
pub struct Export {
    pub db: Db,
    pub clock: Clock,
    pub actor: Actor,
    pub standing: Standing,
    pub filter: UsageFilter,
    /// Where it begins.
    pub after: Option<Cursor<KeyId, NaiveDate>>,
}

impl Export {
    /// The answer with the whole file.
    ///
    /// # Errors
    /// Nothing could be read.
    pub async fn into_answer(self, answer: HttpResponseBuilder) -> Result<HttpResponse> {
        let what = What {
            name: "usage",
            request: self.actor.source.request,
            content_type: csv::CONTENT_TYPE,
        };
        streamed(what, answer, self).await
    }
}

impl Source for Export {
    type Row = Used;

    async fn batch(&self) -> Result<Vec<Used>> {
        let (actor, filter) = (self.actor.clone(), self.filter.clone());
        let (after, standing) = (self.after.clone(), self.standing);
        let now = self.clock.now();
        let read = self.db.run(move |conn| {
            let permit = permit(&(standing.0)(conn, &actor, now)?)?;
            store::usage(conn, &permit, &filter, after.as_ref(), BATCH)
        });
        read.await
    }

    fn go_on_after(&mut self, last: &Used) {
        self.after = Some(last.place());
    }

    fn write(&self, rows: Vec<Used>, is_first: bool) -> Result<Bytes> {
        lines(rows, is_first)
    }
}

const COLUMNS: [&str; 5] = ["day", "key_id", "key_label", "calls", "errors"];

fn lines(rows: Vec<Used>, with_names: bool) -> Result<Bytes> {
    let cells = |used: Used| {
        [
            Some(used.day.to_string()),
            Some(used.key.to_string()),
            Some(used.label),
            Some(used.calls.to_string()),
            Some(used.errors.to_string()),
        ]
    };
    csv::lines(with_names.then_some(COLUMNS), rows.into_iter().map(cells))
}
