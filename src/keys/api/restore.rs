//! *Restore a key*.

use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{change::done, kind::OfKind, shape::ApiKey};
use crate::{
    actor::Actor,
    db::ApiDb,
    error::{Error, field},
    ids::KeyId,
    keys::actions,
    web::{Fault, Now, OptionalJson, Path, api::Answer, text},
};

/// What is to be otherwise when the key comes back.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreKey {
    /// Another label, where the one that it had was taken meanwhile.
    #[schemars(with = "String", example = &"production-server 2")]
    #[serde(default, deserialize_with = "crate::web::json::given")]
    label: Option<String>,
}

pub async fn restore<K: OfKind>(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<KeyId>,
    OptionalJson(how): OptionalJson<RestoreKey>,
) -> Result<Answer<ApiKey>, Fault> {
    let line = |label: String| text::line(&label, "a label", 80);
    let label = how.label.map(line).transpose();
    let label = label.map_err(|why| -> Error { field("label", why) })?;
    done::<K>((actor, db), (id, now), move |conn, actor| {
        let restored = actions::restore(conn, actor, id, label.as_deref(), now)?;
        Ok(restored.key)
    })
    .await
}
