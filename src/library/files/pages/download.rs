//! *Download*: the contents as a file to save, and never as a page.

use actix_web::{HttpRequest, web::Data};

use super::OfFile;
use crate::{
    actor::Actor,
    db::Db,
    library::files::{content, find},
    objects::Objects,
    policy::ReadFolder,
    web::{Now, PageResult, Path},
};

pub async fn download(
    actor: Actor,
    db: Data<Db>,
    objects: Data<Objects>,
    Now(now): Now,
    Path(of): Path<OfFile>,
    req: HttpRequest,
) -> PageResult {
    let workspace = actor.workspace;
    let found = db.run(move |conn| find::<ReadFolder>(conn, &actor, of.file, now));
    let file = found.await?.file;
    Ok(content::answer(&req, (workspace, &file), &objects).await?)
}
