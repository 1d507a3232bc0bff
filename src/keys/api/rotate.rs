//! *Rotate a key*.

use std::collections::BTreeSet;

use actix_web::web::Data;

use super::{
    as_sent, check_kind,
    given::RotateKey,
    kind::OfKind,
    once::Idempotency,
    shape::{ApiKeyWithSecret, renewed},
};
use crate::{
    actor::Actor,
    db::ApiDb,
    error::field,
    ids::KeyId,
    key_files::Pepper,
    keys::{
        actions,
        model::{Grace, Rotation},
        seal::KeySeal,
    },
    web::{Fault, Json, Now, Path, api::Answer, time::Zone},
};

pub async fn rotate<K: OfKind>(
    actor: Actor,
    (db, pepper, seal): (Data<ApiDb>, Data<Pepper>, Data<KeySeal>),
    Now(now): Now,
    Path(id): Path<KeyId>,
    name: Idempotency,
    Json(how): Json<RotateKey>,
) -> Result<Answer<ApiKeyWithSecret>, Fault> {
    let named = name.of(&format!("rotate {id}"), &how)?;
    let grace = Grace::parse(how.grace_seconds);
    let rotation = Rotation {
        grace: grace
            .map_err(|_| field("grace_seconds", "Give a number of seconds from 0 to 604800"))?,
        lifetime: how.lifetime()?,
        is_final: false,
        newest: None,
    };
    let rotated = db.0.run(move |conn| {
        check_kind::<K>(conn, &actor, &BTreeSet::from([id]))?;
        let (kept_by, at) = ((&**pepper, &**seal), (Zone::UTC, now));
        let rotate = |conn: &mut _| actions::rotate(conn, &actor, kept_by, id, &rotation, at);
        let rotated = match &named {
            None => rotate(conn),
            Some(named) => actions::once(conn, &actor, kept_by, named, rotate, now),
        };
        renewed(conn, &actor, rotated.map_err(as_sent)?, now)
    });
    Ok(Answer(rotated.await?))
}
