use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use actix_web::{
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web::Data,
};

use super::store;
use crate::{
    db::Db,
    error::Result,
    policy::Unscoped,
    web::{Fault, is_api},
};

const WHY: Unscoped = Unscoped::because("before set-up there is nobody to permit anything");

/// Whether there was ever an owner. Once yes, for ever yes: then it costs no query.
#[derive(Clone, Default)]
pub struct Gate(Arc<AtomicBool>);

impl Gate {
    pub async fn is_set_up(&self, db: &Db) -> Result<bool> {
        if self.0.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let done = db.run(|conn| store::is_set_up(conn, WHY)).await?;
        self.0.fetch_or(done, Ordering::Relaxed);
        Ok(done)
    }
}

/// Leads every page to *Set up Keyroom* until it is done. The API, health checks and files of the pages answer as ever.
pub async fn guard(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let path = req.match_info().as_str();
    let is_apart = is_api(path)
        || path == "/set-up"
        || path == "/healthz"
        || path == "/readyz"
        || path.starts_with("/static/");
    if let (false, Some(gate), Some(db)) = (
        is_apart,
        req.app_data::<Data<Gate>>(),
        req.app_data::<Data<Db>>(),
    ) {
        match gate.is_set_up(db).await {
            Ok(true) => {}
            Ok(false) => {
                let to = actix_web::HttpResponse::SeeOther()
                    .insert_header((header::LOCATION, "/set-up"))
                    .finish();
                return Ok(req.into_response(to));
            }
            Err(error) => return Ok(req.into_response(Fault::from(error).into_response())),
        }
    }
    Ok(next.call(req).await?.map_into_boxed_body())
}
