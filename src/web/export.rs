//! A list as a file, however long: written as it is read, a few hundred rows at a time, so that neither memory nor a
//! connection is held for it. What breaks off in the middle does not end as a whole file does.

use std::time::Duration;

use actix_web::{HttpResponse, HttpResponseBuilder, web::Bytes};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use tokio::time::sleep;

use crate::{
    error::{Error, Result},
    ids::RequestId,
};

/// Rows in one transaction.
pub const BATCH: usize = 500;

/// The database may be busy for a moment; so long is waited before it is asked again.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(4),
];

/// Which file, for the log.
pub struct What {
    /// "the audit log"
    pub name: &'static str,
    pub request: Option<RequestId>,
    pub content_type: &'static str,
}

/// Where the rows of a file come from, and how they are written.
pub trait Source: 'static {
    type Row;

    /// At most [`BATCH`] rows from where it stands, in a transaction of their own. Whoever may no longer read them, or has
    /// been ended, gets no more.
    fn batch(&self) -> impl Future<Output = Result<Vec<Self::Row>>>;

    /// It stands after this row.
    fn go_on_after(&mut self, last: &Self::Row);

    /// `is_first`: with what a file of its format begins with.
    fn write(&self, rows: Vec<Self::Row>, is_first: bool) -> Result<Bytes>;
}

/// The answer with the whole file.
///
/// # Errors
/// Nothing could be read; once something was, it is too late to say so, and the answer ends in the middle.
pub async fn streamed(
    what: What,
    mut answer: HttpResponseBuilder,
    source: impl Source,
) -> Result<HttpResponse> {
    let mut chunks = Box::pin(chunks(source));
    let first = chunks.try_next().await?;
    let rest = chunks.inspect_err(move |error| {
        let id = what.request.map(|id| id.to_string()).unwrap_or_default();
        let why = error.in_full();
        log::warn!("request={id} the export of {} broke off: {why}", what.name);
    });
    let whole = stream::iter(first.map(Ok)).chain(rest);
    Ok(answer.content_type(what.content_type).streaming(whole))
}

fn chunks(source: impl Source) -> impl Stream<Item = Result<Bytes>> + 'static {
    let state = Some((source, true));
    stream::try_unfold(state, |state| async move {
        let Some((mut source, is_first)) = state else {
            return Ok(None);
        };
        let rows = patiently(is_first, &source).await?;
        let is_last = rows.len() < BATCH;
        if let Some(last) = rows.last() {
            source.go_on_after(last);
        }
        let chunk = source.write(rows, is_first)?;
        Ok(Some((chunk, (!is_last).then_some((source, false)))))
    })
}

/// Asks a busy database again, but at the beginning: who has nothing yet is told at once.
async fn patiently<S: Source>(is_first: bool, source: &S) -> Result<Vec<S::Row>> {
    let mut pauses = if is_first { &[][..] } else { &PAUSES }.iter();
    loop {
        match (source.batch().await, pauses.next()) {
            (Err(Error::Busy(_)), Some(pause)) => sleep(*pause).await,
            (done, _) => return done,
        }
    }
}
