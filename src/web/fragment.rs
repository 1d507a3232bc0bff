//! Part of a page, for a script that asks for it.

use std::{
    convert::Infallible,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

/// True: a script asks, and wants only what it will put into the page.
#[derive(Debug, Clone, Copy)]
pub struct Fragment(pub bool);

impl FromRequest for Fragment {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let asked = req.headers().get("hx-request");
        ready(Ok(Self(asked.is_some_and(|value| value == "true"))))
    }
}
