//! An [`Error`] on its way out: the status here, the body in `finish`, which knows who reads it.

use std::{fmt, rc::Rc};

use actix_web::{HttpResponse, ResponseError, http::StatusCode};

use super::problem;
use crate::error::Error;

/// What handlers and extractors fail with. `?` makes one of every [`Error`].
#[derive(Debug, Clone)]
pub struct Fault(pub(super) Rc<Error>);

impl Fault {
    /// Said by a guard, which must not fail: an `Err` of a middleware passes by the headers.
    pub fn into_response(self) -> HttpResponse {
        self.error_response()
    }
    pub fn error(&self) -> &Error {
        &self.0
    }
}

impl<E: Into<Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self(Rc::new(error.into()))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        problem::of(&self.0).status()
    }
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        response.extensions_mut().insert(self.clone());
        response
    }
}
