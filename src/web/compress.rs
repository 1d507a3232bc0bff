//! Pages travel compressed, and better than the general layer does it: that is made for speed, and a list of fifty keys
//! would be half as large again.

use std::io::{self, Write};

use actix_web::{
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, AcceptEncoding, Encoding, Header, HeaderMap, HeaderValue},
    middleware::Next,
};
use flate2::{Compression, write::GzEncoder};

use super::assets;

/// Above it a page takes much longer, and is hardly smaller.
const LEVEL: u32 = 5;

pub async fn compress_pages(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let takes_gzip = assets::takes_gzip(req.request());
    let res = next.call(req).await?.map_into_boxed_body();
    if !takes_gzip || !is_plain_page(res.headers()) {
        return Ok(res);
    }
    let (request, response) = res.into_parts();
    let (mut response, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Err(body) => body,
        Ok(page) => match gzip(&page) {
            Err(_) => BoxBody::new(page),
            Ok(small) => {
                let headers = response.headers_mut();
                let gzip = HeaderValue::from_static("gzip");
                headers.insert(header::CONTENT_ENCODING, gzip);
                let vary = HeaderValue::from_static("accept-encoding");
                headers.append(header::VARY, vary);
                BoxBody::new(small)
            }
        },
    };
    Ok(ServiceResponse::new(request, response.set_body(body)))
}

/// Whoever accepts nothing that is sent here gets it plain (RFC 9110, 12.5.3): that can be read, and no answer cannot.
pub fn accept_something(req: &mut ServiceRequest) {
    let all = [Encoding::gzip(), Encoding::deflate(), Encoding::identity()];
    let accepted = AcceptEncoding::parse(req);
    if accepted.is_ok_and(|accepted| accepted.negotiate(all.iter()).is_none()) {
        req.headers_mut().remove(header::ACCEPT_ENCODING);
    }
}

/// One that has an encoding already is compressed, or is not to be.
fn is_plain_page(headers: &HeaderMap) -> bool {
    !headers.contains_key(header::CONTENT_ENCODING)
        && headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn gzip(page: &[u8]) -> io::Result<Vec<u8>> {
    let mut small = GzEncoder::new(Vec::new(), Compression::new(LEVEL));
    small.write_all(page)?;
    small.finish()
}
