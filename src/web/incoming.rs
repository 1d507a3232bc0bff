//! Bodies that are never whole in memory, at a pace: as one stream, or as the parts of a form.

mod file_name;
mod parts;

use std::{
    future::{Ready, ready},
    io,
    pin::Pin,
    task::{Context, Poll, ready as polled},
    time::Duration,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH},
    web::Bytes,
};
use futures_util::{Stream, StreamExt};
use schemars::{JsonSchema, json_schema};
use tokio::time::{Instant, Sleep, sleep};

use super::{
    Fault,
    api::{Draft, Takes},
    body::{BYTES_PER_PATIENCE, PATIENCE},
};
use crate::error::{Error, Result};
pub use parts::{AROUND, Part, Parts};

/// So many times the patience may pass in waiting before all that came so far has to be enough, too.
const GRACE: u32 = 6;
/// So many times as fast it has to be then: 16 KiB a second.
const STEADY: u32 = 10;

/// Fails where the next bytes are too long in coming, or where all together come too slowly: a trickle must not hold for
/// weeks what others wait for. Only waiting counts: not what is done with what came.
struct Paced {
    payload: Payload,
    patience: Duration,
    /// What is left of it for so many bytes.
    left: Duration,
    bytes: usize,
    waited: Duration,
    all: u64,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Paced {
    fn new(payload: Payload, patience: Duration) -> Self {
        Self {
            payload,
            patience,
            left: patience,
            bytes: 0,
            waited: Duration::ZERO,
            all: 0,
            waiting: None,
        }
    }

    fn note(&mut self, bytes: usize) {
        if let Some((since, _)) = self.waiting.take() {
            let waited = since.elapsed();
            self.left = self.left.saturating_sub(waited);
            self.waited += waited;
        }
        self.bytes += bytes;
        self.all += bytes as u64;
        if self.bytes >= BYTES_PER_PATIENCE {
            (self.bytes, self.left) = (0, self.patience);
        }
    }

    fn is_trickle(&self) -> bool {
        let pieces = u32::try_from(self.all / BYTES_PER_PATIENCE as u64).unwrap_or(u32::MAX);
        let earned = (self.patience / STEADY).saturating_mul(pieces);
        self.waited > (self.patience * GRACE).max(earned)
    }
}

fn late() -> PayloadError {
    PayloadError::Io(io::Error::from(io::ErrorKind::TimedOut))
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(next) = Pin::new(&mut self.payload).poll_next(cx) {
            self.note(next.as_ref().map_or(0, |bytes| {
                bytes.as_ref().map_or(0, actix_web::web::Bytes::len)
            }));
            return Poll::Ready(match next {
                Some(Ok(_)) if self.is_trickle() => Some(Err(late())),
                next => next,
            });
        }
        let left = self.left;
        let (_, end) = self
            .waiting
            .get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
        polled!(end.as_mut().poll(cx));
        Poll::Ready(Some(Err(late())))
    }
}

/// A body as it comes, of whatever media type but a form.
pub struct Incoming {
    payload: Paced,
    /// What `Content-Length` says.
    pub length: Option<u64>,
}

impl Incoming {
    /// None: that was all.
    ///
    /// # Errors
    /// `TooSlow`, or `Unreadable`: it broke off.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.payload.next().await.transpose().map_err(broken)
    }
}

impl FromRequest for Incoming {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // A form would be kept with its boundaries, and what is packed would be kept so.
        let is_form = req.content_type().starts_with("multipart/");
        ready(match is_form || is_packed(req) {
            true => Err(Error::MediaType.into()),
            false => Ok(Self {
                payload: Paced::new(payload.take(), PATIENCE),
                length: length(req),
            }),
        })
    }
}

impl Takes for Incoming {
    fn tell(draft: &mut Draft<'_>) {
        draft.body::<AnyBytes>("*/*");
        // None at all are contents, too.
        if let Some(body) = &mut draft.operation.request_body {
            body.required = false;
        }
    }
}

/// The bytes themselves, whatever they are.
struct AnyBytes;

impl JsonSchema for AnyBytes {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Bytes".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        json_schema!({ "type": "string", "format": "binary", "description": "The bytes themselves, whatever they are." })
    }
}

fn is_packed(req: &HttpRequest) -> bool {
    let packed = req.headers().get(CONTENT_ENCODING);
    packed.is_some_and(|how| !how.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn length(req: &HttpRequest) -> Option<u64> {
    let length = req.headers().get(CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

fn broken(error: PayloadError) -> Error {
    match error {
        PayloadError::Io(late) if late.kind() == io::ErrorKind::TimedOut => Error::TooSlow,
        PayloadError::Overflow => Error::TooLarge,
        _ => Error::Unreadable("The body broke off."),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    #[actix_web::test]
    async fn a_trickle_ends_and_what_is_done_meanwhile_does_not_count() {
        let trickle = |every: u64, size: usize| {
            stream::unfold((), move |()| async move {
                sleep(Duration::from_millis(every)).await;
                Some((Ok::<_, PayloadError>(Bytes::from(vec![0; size])), ()))
            })
        };
        for (every, size, is_trickle) in [
            (40, 1000, true),
            (300, 100_000, true),
            (40, 300_000, false),
            // Each in time, and all together too slow.
            (120, 17_000, true),
        ] {
            let stream: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> =
                Box::pin(trickle(every, size));
            let payload = Payload::Stream { payload: stream };
            let mut body = Incoming {
                payload: Paced::new(payload, Duration::from_millis(150)),
                length: None,
            };
            let mut ended = None;
            for _ in 0..12 {
                if let Err(error) = body.chunk().await {
                    ended = Some(error);
                    break;
                }
                sleep(Duration::from_millis(20)).await;
            }
            assert_eq!(
                matches!(ended, Some(Error::TooSlow)),
                is_trickle,
                "{every} {size}"
            );
        }
    }
}
