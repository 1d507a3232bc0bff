//! *Create a key*.

use actix_web::web::Data;

use super::{
    as_sent,
    given::Making,
    kind::OfKind,
    once::Idempotency,
    shape::{ApiKeyWithSecret, renewed},
};
use crate::{
    actor::Actor,
    db::ApiDb,
    key_files::Pepper,
    keys::{
        actions::{self, Rotated},
        model::Bounds,
        seal::KeySeal,
    },
    web::{Fault, Json, Now, api::Created},
};

pub async fn create<K: OfKind>(
    actor: Actor,
    (db, pepper, seal): (Data<ApiDb>, Data<Pepper>, Data<KeySeal>),
    Now(now): Now,
    name: Idempotency,
    Json(new): Json<K::New>,
) -> Result<Created<ApiKeyWithSecret>, Fault> {
    let named = name.of(&format!("create {}", K::KIND.name()), &new)?;
    let new: Making = new.into();
    let made = db.0.run(move |conn| {
        let kept_by = (&**pepper, &**seal);
        let make = |conn: &mut _| {
            let new = |bounds: &Bounds| new.check(K::KIND, bounds, now);
            let (key, secret) = actions::create_from(conn, &actor, kept_by, new, now)?;
            Ok(Rotated { key, secret })
        };
        let made = match &named {
            None => make(conn),
            Some(named) => actions::once(conn, &actor, kept_by, named, make, now),
        };
        renewed(conn, &actor, made.map_err(as_sent)?, now)
    });
    Ok(Created(made.await?))
}
