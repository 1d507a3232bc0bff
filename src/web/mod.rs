//! Everything HTTP that is not about one feature.
//!
//! One tree of pages (cookies) and one of the API (keys, under `/v1`); a route is in exactly one of them.

pub mod api;
pub mod assets;
pub mod back;
mod body;
mod changes;
pub mod client;
mod compress;
pub mod confirm;
pub mod cors;
pub mod csrf;
pub mod csv;
mod ended;
mod error_view;
pub mod export;
mod extract;
mod face;
pub(crate) mod filters;
mod finish;
mod flash;
mod fragment;
mod incoming;
pub mod json;
pub mod limit;
pub mod link;
pub mod list;
mod no_body;
mod page;
pub mod paging;
pub mod problem;
pub mod rate;
mod routes;
mod site;
mod size;
#[cfg(test)]
pub(crate) mod sources;
pub mod text;
pub mod time;
pub mod ui;

pub use changes::{Seen, Unchanging};
pub use compress::compress_pages;
pub use ended::Ended;
pub use extract::{Form, Now, Path, Query};
pub use face::Fault;
pub use finish::finish;
pub use flash::{Flash, carry as carry_flash};
pub use fragment::Fragment;
pub use incoming::{AROUND, Incoming, Part, Parts};
pub use json::{Json, OptionalJson};
pub use page::{Home, Page, PageResult, Viewing, see_other, see_other_with};
pub use routes::{Access, Route, Routes};
pub use site::Site;
pub use size::size;

/// A posted form as it came, left in place for whoever reads it next.
///
/// # Errors
/// It is too large, too slow, or broke off.
pub(crate) async fn read_body(
    req: &mut actix_web::dev::ServiceRequest,
) -> crate::error::Result<actix_web::web::Bytes> {
    use actix_web::HttpMessage;
    let body = body::read(&mut req.take_payload(), body::FORM_LIMIT).await?;
    req.set_payload(body.clone().into());
    Ok(body)
}

/// Reads what is left of a body that nobody wants.
pub(crate) async fn pass_over(req: &mut actix_web::dev::ServiceRequest) {
    use actix_web::HttpMessage;
    body::pass_over(&mut req.take_payload()).await;
}

/// Is this path, as the router reads it, one of the API's? Everything else is a page.
pub fn is_api(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/")
}
