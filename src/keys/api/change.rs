//! What changes a key and takes nothing but its id, and *Change a key*.

use std::collections::BTreeSet;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    as_sent, check_kind,
    given::Changing,
    kind::OfKind,
    shape::{ApiKey, changed},
};
use crate::{
    actor::Actor,
    db::ApiDb,
    error,
    ids::KeyId,
    keys::{
        actions,
        model::{Key, Reason},
    },
    web::{Fault, Json, Now, Path, api::Answer},
};

/// What happens to a key of this kind, and how it is then.
pub async fn done<K: OfKind>(
    (actor, db): (Actor, Data<ApiDb>),
    (id, now): (KeyId, DateTime<Utc>),
    action: impl FnOnce(&mut PgConnection, &Actor) -> error::Result<Key> + Send + 'static,
) -> Result<Answer<ApiKey>, Fault> {
    let shown = db.0.run(move |conn| {
        check_kind::<K>(conn, &actor, &BTreeSet::from([id]))?;
        let key = action(conn, &actor).map_err(as_sent)?;
        changed(conn, &actor, key, now)
    });
    Ok(Answer(shown.await?))
}

pub async fn patch<K: OfKind>(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<KeyId>,
    Json(change): Json<K::Change>,
) -> Result<Answer<ApiKey>, Fault> {
    let change: Changing = change.into();
    let patch = change.check(now)?;
    done::<K>((actor, db), (id, now), move |conn, actor| {
        actions::patch(conn, actor, id, &patch, now)
    })
    .await
}

/// What needs no more than the id.
macro_rules! plainly {
    ($($name:ident: $action:expr;)*) => {$(
        pub async fn $name<K: OfKind>(
            actor: Actor,
            db: Data<ApiDb>,
            Now(now): Now,
            Path(id): Path<KeyId>,
        ) -> Result<Answer<ApiKey>, Fault> {
            let action: fn(&mut PgConnection, &Actor, KeyId, DateTime<Utc>) -> error::Result<Key> = $action;
            done::<K>((actor, db), (id, now), move |conn, actor| action(conn, actor, id, now)).await
        }
    )*};
}

plainly! {
    activate: actions::activate;
    deactivate: actions::deactivate;
    delete: |conn, actor, id, now| actions::revoke(conn, actor, id, Reason::Unneeded, now);
    finish_rotation: actions::finish_rotation;
    undo_rotation: |conn, actor, id, now| Ok(actions::undo_rotation(conn, actor, id, now)?.key);
}
