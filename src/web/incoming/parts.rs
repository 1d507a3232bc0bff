//! A form with files, part by part.

use std::{
    cell::Cell,
    future::{Ready, ready},
    marker::PhantomData,
    rc::Rc,
};

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest, dev::Payload, error::PayloadError, web::Bytes,
};
use futures_util::{Stream, StreamExt};
use schemars::JsonSchema;
use tokio::time::timeout;

use super::{PATIENCE, Paced, broken, file_name::file_name, is_packed, length};
use crate::{
    error::{Error, Result},
    web::{
        Fault,
        api::{Draft, Takes},
        body::OVER,
    },
};

/// What comes before, between and after the parts, at most, with what is read ahead.
pub const AROUND: u64 = 256 * 1024;

/// A form with files, part by part. `T` describes its fields.
pub struct Parts<T> {
    parts: Multipart,
    /// What `Content-Length` says of all of it.
    pub length: Option<u64>,
    /// How much may come yet that is of no part.
    around: Rc<Cell<u64>>,
    _fields: PhantomData<T>,
}

/// One part of a form.
pub struct Part {
    /// Of its field.
    pub name: String,
    /// As whoever sent it called the file; not to be trusted, and never a path.
    pub file_name: Option<String>,
    field: Field,
    around: Rc<Cell<u64>>,
}

/// Fails where more comes than `around` leaves; whoever reads of a part renews that.
fn bounded(
    payload: Paced,
    around: Rc<Cell<u64>>,
) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    payload.map(move |chunk| {
        let chunk = chunk?;
        match around.get() {
            0 => Err(PayloadError::Overflow),
            left => {
                around.set(left.saturating_sub(chunk.len() as u64));
                Ok(chunk)
            }
        }
    })
}

impl<T> Parts<T> {
    /// None: that was the last. What was not read of the one before is passed over.
    ///
    /// # Errors
    /// `TooSlow`; `TooLarge`: there is too much around the parts; `Unreadable`: it is no such form, or broke off.
    pub async fn next(&mut self) -> Result<Option<Part>> {
        let Some(field) = self.parts.next().await else {
            return Ok(None);
        };
        let field = field.map_err(unreadable)?;
        let about = field.content_disposition();
        Ok(Some(Part {
            name: about
                .and_then(|about| about.get_name())
                .unwrap_or_default()
                .to_owned(),
            file_name: file_name(&field),
            field,
            around: self.around.clone(),
        }))
    }

    /// The rest of it is not wanted.
    pub async fn pass_over(&mut self) {
        self.around.set(u64::MAX);
        let all = async { while let Ok(Some(_)) = self.next().await {} };
        timeout(OVER, all).await.ok();
    }
}

impl Part {
    /// None: that was all.
    ///
    /// # Errors
    /// As [`Parts::next`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let chunk = self.field.next().await.transpose().map_err(unreadable)?;
        self.around.set(AROUND);
        Ok(chunk)
    }

    /// All of a short one.
    ///
    /// # Errors
    /// As [`Parts::next`]; `TooLarge`: it is longer than `limit`.
    pub async fn bytes(&mut self, limit: usize) -> Result<Vec<u8>> {
        let mut all = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if all.len() + chunk.len() > limit {
                return Err(Error::TooLarge);
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all)
    }
}

impl<T> FromRequest for Parts<T> {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = req
            .content_type()
            .eq_ignore_ascii_case("multipart/form-data");
        let around = Rc::new(Cell::new(AROUND));
        ready(match is_form && !is_packed(req) {
            false => Err(Error::MediaType.into()),
            true => Ok(Self {
                parts: Multipart::new(
                    req.headers(),
                    bounded(Paced::new(payload.take(), PATIENCE), around.clone()),
                ),
                length: length(req),
                around,
                _fields: PhantomData,
            }),
        })
    }
}

impl<T: JsonSchema> Takes for Parts<T> {
    fn tell(draft: &mut Draft<'_>) {
        draft.body::<T>("multipart/form-data");
    }
}

fn unreadable(error: MultipartError) -> Error {
    match error {
        MultipartError::Payload(error) => broken(error),
        MultipartError::Incomplete => Error::Unreadable("The body broke off."),
        _ => Error::Unreadable(
            "The body is no form of parts (multipart/form-data) that can be read.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use actix_web::{http::header::CONTENT_TYPE, test::TestRequest};
    use futures_util::stream;

    use super::*;

    async fn read(body: &'static [u8]) -> Result<Vec<(String, Option<String>, Vec<u8>)>> {
        let (req, mut payload) = TestRequest::post()
            .insert_header((CONTENT_TYPE, "multipart/form-data; boundary=x"))
            .set_payload(body)
            .to_http_parts();
        let mut parts = Parts::<()>::from_request(&req, &mut payload)
            .await
            .expect("a form");
        let mut all = Vec::new();
        while let Some(mut part) = parts.next().await? {
            let bytes = part.bytes(10).await?;
            all.push((part.name.clone(), part.file_name.clone(), bytes));
        }
        Ok(all)
    }

    #[actix_web::test]
    async fn parts_come_one_after_the_other_with_the_names_of_files() {
        let read_all = read(
            b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"..\\b\\a%22.txt\"\r\n\r\nabc\r\n\
              --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"; filename*=UTF-8''B%C3%BCro\r\n\r\n\r\n\
              --x\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{}\r\n--x--\r\n",
        );
        let own = |name: &str, file: Option<&str>, bytes: &[u8]| {
            (name.to_owned(), file.map(str::to_owned), bytes.to_vec())
        };
        assert_eq!(
            read_all.await.expect("a form"),
            [
                own("file", Some("..\\b\\a\".txt"), b"abc"),
                own("file", Some("Büro"), b""),
                own("metadata", None, b"{}"),
            ]
        );
    }

    #[actix_web::test]
    async fn what_is_no_form_or_broke_off_is_said() {
        for body in [
            &b"abc"[..],
            b"",
            b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc",
            b"--x\r\nno header\r\n\r\nabc\r\n--x--",
        ] {
            let read = read(body).await;
            assert!(matches!(read, Err(Error::Unreadable(_))), "{read:?}");
        }
        let long =
            b"--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabcdefghijk\r\n--x--\r\n";
        assert!(matches!(read(long).await, Err(Error::TooLarge)));
    }

    #[actix_web::test]
    async fn what_is_around_the_parts_has_an_end() {
        let preamble = Bytes::from_static(&[b'\n'; 1024]);
        let lines = stream::repeat_with(move || Ok::<_, PayloadError>(preamble.clone()));
        let (req, _) = TestRequest::post()
            .insert_header((CONTENT_TYPE, "multipart/form-data; boundary=x"))
            .to_http_parts();
        let lines: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> =
            Box::pin(lines.take(10_000));
        let mut payload = Payload::Stream { payload: lines };
        let parts = Parts::<()>::from_request(&req, &mut payload).await;
        let next = parts.expect("a form").next().await.map(drop);
        assert!(matches!(next, Err(Error::TooLarge)), "{next:?}");
    }
}
