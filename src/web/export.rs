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

/// The answer with the whole file.
///
/// # Errors
/// Nothing could be read; once something was, it is too late to say so, and the answer ends in the middle.
pub async fn streamed(
    what: What,
    mut answer: HttpResponseBuilder,
    chunks: impl Stream<Item = Result<Bytes>> + 'static,
) -> Result<HttpResponse> {
    let mut chunks = Box::pin(chunks);
    let first = chunks.try_next().await?;
    let rest = chunks.inspect_err(move |error| {
        let id = what.request.map(|id| id.to_string()).unwrap_or_default();
        let why = match error {
            Error::Internal(cause) => format!("{cause:#}"),
            other => other.to_string(),
        };
        log::warn!("request={id} the export of {} broke off: {why}", what.name);
    });
    let whole = stream::iter(first.map(Ok)).chain(rest);
    Ok(answer.content_type(what.content_type).streaming(whole))
}

/// Asks a busy database again, but at the beginning: who has nothing yet is told at once.
pub async fn patiently<T, F: Future<Output = Result<T>>>(
    is_first: bool,
    read: impl Fn() -> F,
) -> Result<T> {
    let mut pauses = if is_first { &[][..] } else { &PAUSES }.iter();
    loop {
        match (read().await, pauses.next()) {
            (Err(Error::Busy(_)), Some(pause)) => sleep(*pause).await,
            (done, _) => return done,
        }
    }
}
