//! *Create*, *Change* and *Delete a folder*.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    given::{Changing, Making},
    shape::{ApiFolder, shown},
};
use crate::{
    actor::Actor,
    db::ApiDb,
    error::{self, Error},
    ids::FolderId,
    library::{actions, model::Folder},
    web::{
        Fault, Json, Now, Path,
        api::{Answer, Created, NoContent},
    },
};

const LOST: &str =
    "The key would lose the folder with this move. Give it a role in the folder itself first";

fn one(
    conn: &mut PgConnection,
    actor: &Actor,
    folder: Folder,
    now: DateTime<Utc>,
) -> error::Result<ApiFolder> {
    let shown = shown(conn, actor, vec![folder], now)?;
    shown.into_iter().next().ok_or(Error::NotFound)
}

pub async fn create(
    mut actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Json(new): Json<Making>,
) -> Result<Created<ApiFolder>, Fault> {
    let new = new.check(&mut actor)?;
    let made = db.0.run(move |conn| {
        let made = actions::create(conn, &actor, &new, now)?;
        one(conn, &actor, made, now)
    });
    Ok(Created(made.await?))
}

pub async fn patch(
    mut actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<FolderId>,
    Json(change): Json<Changing>,
) -> Result<Answer<ApiFolder>, Fault> {
    let change = change.check(&mut actor)?;
    let changed = db.0.run(move |conn| {
        let changed = actions::patch(conn, &actor, id, &change, now)?;
        let shown = shown(conn, &actor, vec![changed], now)?;
        shown
            .into_iter()
            .next()
            .ok_or_else(|| error::field("parent_id", LOST))
    });
    Ok(Answer(changed.await?))
}

pub async fn delete(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<FolderId>,
) -> Result<NoContent, Fault> {
    db.0.run(move |conn| actions::trash(conn, &actor, id, now))
        .await?;
    Ok(NoContent)
}
