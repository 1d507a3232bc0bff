//! Reads a body within a size and at a pace: a trickle must not hold a connection for ever.

use std::time::Duration;

use actix_web::{
    dev::Payload,
    error::PayloadError,
    web::{Bytes, BytesMut},
};
use futures_util::{StreamExt, future::ready, stream};
use tokio::time::{Instant, timeout};

use crate::error::{Error, Result};

/// What a form may weigh, in bytes.
pub const FORM_LIMIT: usize = 64 * 1024;

/// For the first byte, and again for each so many that came.
pub const PATIENCE: Duration = Duration::from_secs(10);
pub const BYTES_PER_PATIENCE: usize = 16 * 1024;

/// So long the rest of a body is read that nobody wants: browsers look for an answer once they have sent everything.
pub const OVER: Duration = Duration::from_secs(60);

/// The first `most` bytes and some more, or all where there are less. They stay in place for whoever reads the body.
pub async fn peek(payload: &mut Payload, most: usize) -> Result<Bytes> {
    let mut first = BytesMut::new();
    let reading = async {
        while first.len() < most {
            match payload.next().await {
                None => break,
                Some(chunk) => first.extend_from_slice(&chunk?),
            }
        }
        Ok::<_, PayloadError>(())
    };
    timeout(PATIENCE, reading)
        .await
        .map_err(|_| Error::TooSlow)?
        .map_err(|_| Error::Unreadable("The body broke off."))?;
    let first = first.freeze();
    let rest = std::mem::replace(payload, Payload::None);
    let both = stream::once(ready(Ok(first.clone()))).chain(rest);
    *payload = Payload::Stream {
        payload: Box::pin(both),
    };
    Ok(first)
}

/// Nobody wants it.
pub async fn pass_over(payload: &mut Payload) {
    let all = async { while let Some(Ok(_)) = payload.next().await {} };
    timeout(OVER, all).await.ok();
}

pub async fn read(payload: &mut Payload, limit: usize) -> Result<Bytes> {
    let began = Instant::now();
    let mut body = BytesMut::new();
    loop {
        let earned = PATIENCE * (1 + u32::try_from(body.len() / BYTES_PER_PATIENCE).unwrap_or(0));
        let left = earned.saturating_sub(began.elapsed());
        let chunk = timeout(left, payload.next())
            .await
            .map_err(|_| Error::TooSlow)?;
        match chunk {
            None => return Ok(body.freeze()),
            Some(Ok(chunk)) if body.len() + chunk.len() > limit => return Err(Error::TooLarge),
            Some(Ok(chunk)) => body.extend_from_slice(&chunk),
            Some(Err(PayloadError::Overflow)) => return Err(Error::TooLarge),
            Some(Err(_)) => return Err(Error::Unreadable("The body broke off.")),
        }
    }
}
