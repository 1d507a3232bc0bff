//! Reads a body within a size and at a pace: a trickle must not hold a connection for ever.

use std::time::Duration;

use actix_web::{
    dev::Payload,
    error::PayloadError,
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout};

use crate::error::{Error, Result};

/// What a form may weigh, in bytes.
pub const FORM_LIMIT: usize = 64 * 1024;

/// For the first byte, and again for each so many that came.
const PATIENCE: Duration = Duration::from_secs(10);
const BYTES_PER_PATIENCE: usize = 16 * 1024;

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
