//! *Change a file* and *Delete a file*.

use actix_web::{HttpRequest, web::Data};

use super::{
    given::Changing,
    shape::{ApiFile, one},
};
use crate::{
    actor::Actor,
    db::ApiDb,
    ids::FileId,
    library::files::{actions, content::Condition},
    policy::{UseLibrary, permit},
    web::{
        Fault, Json, Now, Path,
        api::{Answer, NoContent},
    },
};

pub async fn patch(
    mut actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<FileId>,
    Json(change): Json<Changing>,
) -> Result<Answer<ApiFile>, Fault> {
    let change = change.check(&mut actor)?;
    let changed = db.0.run(move |conn| {
        let changed = actions::patch(conn, &actor, id, &change, now)?;
        one(conn, &permit::<UseLibrary>(&actor)?, changed)
    });
    Ok(Answer(changed.await?))
}

pub async fn delete(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<FileId>,
    req: HttpRequest,
) -> Result<NoContent, Fault> {
    let condition = Condition::of(&req);
    let expected = move |file: &_| condition.holds(file);
    let trashed =
        db.0.run(move |conn| actions::trash_as_known(conn, &actor, id, (&expected, now)).map(drop));
    trashed.await?;
    Ok(NoContent)
}
