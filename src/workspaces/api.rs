//! The settings of a workspace, as programs see them: under `/v1`.

use actix_web::{HttpResponse, web::Data};
use serde::{Deserialize, Serialize};

use super::{
    actions,
    model::{Given, Settings, Workspace},
    store,
};
use crate::{
    actor::Actor,
    db::ApiDb,
    policy::{ReadConfig, permit},
    web::{Fault, Json, Now, json},
};

/// The settings of the workspace that the key belongs to.
#[derive(Serialize)]
struct WorkspaceConfig {
    /// Shown at the top of every page.
    name: String,
    /// The workspace's address: its pages are under `/w/{slug}`.
    slug: String,
    /// In which its pages show times; a name of the IANA database.
    time_zone: String,
    /// Of a key for which nobody says when it expires. Null: no expiry.
    default_key_lifetime_days: Option<u16>,
    /// No key is given a date that is further away. Null: no maximum.
    max_key_lifetime_days: Option<u16>,
}

impl WorkspaceConfig {
    fn of(workspace: Workspace) -> Self {
        let lifetimes = workspace.key_lifetimes();
        Self {
            name: workspace.name,
            slug: workspace.slug,
            time_zone: workspace.time_zone,
            default_key_lifetime_days: lifetimes.default_days(),
            max_key_lifetime_days: lifetimes.max_days(),
        }
    }
}

/// What is to change; a field that is absent stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigChange {
    /// 1 to 80 characters on one line.
    #[serde(default, deserialize_with = "json::given")]
    name: Option<String>,
    /// At most 48 small letters and digits, with single dashes between them. Links to the address before lead on.
    #[serde(default, deserialize_with = "json::given")]
    slug: Option<String>,
    /// A name of the IANA database, such as `Europe/Dublin`.
    #[serde(default, deserialize_with = "json::given")]
    time_zone: Option<String>,
    /// 1 to 3650 and within the maximum. Null: no expiry.
    #[serde(default, deserialize_with = "json::given")]
    default_key_lifetime_days: Option<Option<i64>>,
    /// 1 to 3650. Null: no maximum. Keys that have a later date keep it.
    #[serde(default, deserialize_with = "json::given")]
    max_key_lifetime_days: Option<Option<i64>>,
}

pub async fn show(actor: Actor, db: Data<ApiDb>) -> Result<HttpResponse, Fault> {
    let workspace =
        db.0.run(move |conn| store::find(conn, &permit::<ReadConfig>(&actor)?))
            .await?;
    Ok(HttpResponse::Ok().json(WorkspaceConfig::of(workspace)))
}

/// Answers with the settings as they are then: whoever may change them may see what came of it.
pub async fn change(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Json(change): Json<ConfigChange>,
) -> Result<HttpResponse, Fault> {
    let wanted = Settings::parse(&Given {
        name: change.name.as_deref(),
        slug: change.slug.as_deref(),
        time_zone: change.time_zone.as_deref(),
        default_key_lifetime_days: change.default_key_lifetime_days,
        max_key_lifetime_days: change.max_key_lifetime_days,
    })?;
    let (_, workspace) =
        db.0.run(move |conn| actions::change(conn, &actor, (&Settings::default(), &wanted), now))
            .await?;
    Ok(HttpResponse::Ok().json(WorkspaceConfig::of(workspace)))
}
