//! What takes no body refuses one: whoever sends fields counts on what they say.

use actix_web::{
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use serde_json::{Map, Value};

use super::{Fault, read_body};
use crate::error::{Error, FieldError, Result, field};

pub async fn no_body(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match read_body(&mut req).await.and_then(|body| check(&body)) {
        Ok(()) => Ok(next.call(req).await?.map_into_boxed_body()),
        Err(error) => Ok(req.into_response(Fault::from(error).into_response())),
    }
}

/// An object without fields says nothing, and many programs send one.
fn check(body: &[u8]) -> Result<()> {
    if body.is_empty() {
        return Ok(());
    }
    let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(body) else {
        return Err(field("body", "Nothing is taken here: send no body"));
    };
    match fields.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid(
            fields
                .into_iter()
                .map(|(name, _)| FieldError::new(name, "There is no such field"))
                .collect(),
        )),
    }
}
