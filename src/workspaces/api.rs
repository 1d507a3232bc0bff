//! The settings of a workspace, as programs see them: under `/v1`.

use actix_web::web::Data;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    actions,
    model::{Days, Given, Settings, TheKeys, Workspace},
    store,
};
use crate::{
    actor::Actor,
    db::ApiDb,
    error::Result,
    permissions::Permissions,
    policy::{ReadConfig, permit},
    web::{Fault, Json, Now, api::Answer, json},
};

/// The settings of the workspace that the key belongs to.
#[derive(Serialize, JsonSchema)]
pub struct WorkspaceConfig {
    /// Shown at the top of every page.
    #[schemars(example = &"Brightwater")]
    name: String,
    /// The workspace's address: its pages are under `/w/{slug}`.
    #[schemars(example = &"brightwater")]
    slug: String,
    /// In which its pages show times; a name of the IANA database.
    #[schemars(example = &"Europe/Dublin")]
    time_zone: String,
    /// Of a key for which nobody says when it expires. Null: no expiry.
    #[schemars(example = 90)]
    default_key_lifetime_days: Option<u16>,
    /// No key is given a date that is further away. Null: no maximum.
    #[schemars(example = 365)]
    max_key_lifetime_days: Option<u16>,
    /// Members who are neither owner nor admin may make personal keys.
    #[schemars(example = true)]
    personal_keys: bool,
    /// May a secret key be made such that it can be shown again?
    recoverable_keys: bool,
    /// Calls a minute of a key that has no figure of its own.
    #[schemars(example = 500)]
    default_rate_limit_per_minute: u32,
    /// What every member of the workspace may ask the API for.
    #[schemars(example = json!(["OBJECTS_LIST", "FILE_UPLOAD"]))]
    default_member_permissions: Permissions,
    /// A key that nobody has used or changed for so long is deactivated, 7 days after that was told. Null: it stays active.
    #[schemars(example = 90)]
    unused_key_days: Option<u16>,
    /// Whom to tell that a key may have leaked: an email address, or a link that begins with `https://`.
    #[schemars(example = &"security@brightwater.example")]
    security_contact: Option<String>,
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
            personal_keys: workspace.personal_keys,
            recoverable_keys: workspace.recoverable_keys,
            default_rate_limit_per_minute: workspace.default_rate_limit_per_minute.number(),
            default_member_permissions: workspace.default_member_permissions,
            unused_key_days: workspace.unused_key_days.map(Days::number),
            security_contact: workspace
                .security_contact
                .map(|contact| contact.as_str().to_owned()),
        }
    }
}

/// What is to change; a field that is absent stays as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfigChange {
    /// 1 to 80 characters on one line.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "String", example = &"Brightwater")]
    name: Option<String>,
    /// At most 48 small letters and digits, with single dashes between them. Links to the address before lead on.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "String", example = &"brightwater")]
    slug: Option<String>,
    /// A name of the IANA database, such as `Europe/Dublin`.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "String", example = &"Europe/Dublin")]
    time_zone: Option<String>,
    /// 1 to 3650 and within the maximum. Null: no expiry.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Option<i64>", range(min = 1, max = 3650), example = 90)]
    default_key_lifetime_days: Option<Option<i64>>,
    /// 1 to 3650. Null: no maximum. Keys that have a later date keep it.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Option<i64>", range(min = 1, max = 3650), example = 365)]
    max_key_lifetime_days: Option<Option<i64>>,
    /// False: they make no new ones; those that they have go on.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "bool", example = true)]
    personal_keys: Option<bool>,
    /// May a secret key be made such that it can be shown again? Keys that exist stay as they are.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "bool")]
    recoverable_keys: Option<bool>,
    /// 1 to 1000000. Holds for the very next call.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "i64", range(min = 1, max = 1000000), example = 500)]
    default_rate_limit_per_minute: Option<i64>,
    /// All of them. A key adds and takes away only what it has itself: of the rest, what is there stays.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Permissions", example = json!(["OBJECTS_LIST", "FILE_UPLOAD"]))]
    default_member_permissions: Option<Vec<String>>,
    /// 30 to 3650. Null: keys that nobody uses stay active.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Option<i64>", range(min = 30, max = 3650), example = 90)]
    unused_key_days: Option<Option<i64>>,
    /// An email address, or a link that begins with `https://`. Null: none.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Option<String>", example = &"security@brightwater.example")]
    security_contact: Option<Option<String>>,
}

impl ConfigChange {
    fn check_sent(&self) -> Result<()> {
        json::check_sent(&[
            ("name", self.name.is_some()),
            ("slug", self.slug.is_some()),
            ("time_zone", self.time_zone.is_some()),
            (
                "default_key_lifetime_days",
                self.default_key_lifetime_days.is_some(),
            ),
            (
                "max_key_lifetime_days",
                self.max_key_lifetime_days.is_some(),
            ),
            ("personal_keys", self.personal_keys.is_some()),
            ("recoverable_keys", self.recoverable_keys.is_some()),
            (
                "default_rate_limit_per_minute",
                self.default_rate_limit_per_minute.is_some(),
            ),
            (
                "default_member_permissions",
                self.default_member_permissions.is_some(),
            ),
            ("unused_key_days", self.unused_key_days.is_some()),
            ("security_contact", self.security_contact.is_some()),
        ])
    }
}

pub async fn show(actor: Actor, db: Data<ApiDb>) -> Result<Answer<WorkspaceConfig>, Fault> {
    let workspace =
        db.0.run(move |conn| store::find(conn, &permit::<ReadConfig>(&actor)?))
            .await?;
    Ok(Answer(WorkspaceConfig::of(workspace)))
}

/// Answers with the settings as they are then, as a change of a folder or a file does: whoever may change them may see
/// what came of it.
pub async fn change(
    actor: Actor,
    (db, keys): (Data<ApiDb>, Data<TheKeys>),
    Now(now): Now,
    Json(change): Json<ConfigChange>,
) -> Result<Answer<WorkspaceConfig>, Fault> {
    change.check_sent()?;
    let wanted = Settings::parse(&Given {
        name: change.name.as_deref(),
        slug: change.slug.as_deref(),
        time_zone: change.time_zone.as_deref(),
        default_key_lifetime_days: change.default_key_lifetime_days,
        max_key_lifetime_days: change.max_key_lifetime_days,
        personal_keys: change.personal_keys,
        unused_key_days: change.unused_key_days,
        security_contact: change.security_contact.as_ref().map(Option::as_deref),
        recoverable_keys: change.recoverable_keys,
        default_rate_limit_per_minute: change.default_rate_limit_per_minute,
    })?;
    let defaults = change
        .default_member_permissions
        .as_deref()
        .map(|codes| Permissions::sent("default_member_permissions", codes))
        .transpose()?;
    let workspace = db.0.run(move |conn| {
        let to = (&wanted, defaults.as_ref());
        actions::configure(conn, (&actor, **keys), to, now)
    });
    Ok(Answer(WorkspaceConfig::of(workspace.await?)))
}
