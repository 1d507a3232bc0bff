//! Workspaces: the tenants. Everything but people and the installation itself belongs to exactly one.
//!
//! An address that a workspace had before leads to the one it has now, and is nobody else's.

mod actions;
mod api;
mod model;
mod pages;
mod store;
mod views;

use actix_web::http::Method;

use crate::{
    permissions::Permission::{ConfigChange, ConfigList},
    web::{Access, Routes, api::Operation},
};
pub use actions::{create, create_another, record_created, restore, trash};
pub use model::{
    AHEAD, Beyond, BeyondKey, KeyLifetimes, NewWorkspace, RESTORABLE, RateLimit, SecurityContact,
    TheKeys, Workspace,
};
pub use store::{
    answers_to, delete, expired, find, find_at, find_by_slug, find_living, has_personal_keys,
    hold_alone, hold_expired, hold_settings, key_lifetimes, lets_keys_be_recoverable, living,
};

pub fn routes(r: &mut Routes) {
    r.get("/w/{slug}", Access::Member, pages::enter);
    r.get("/w/{slug}/settings", Access::Member, pages::enter_settings);
    r.get("/w/{slug}/settings/general", Access::Member, pages::general);
    r.post("/w/{slug}/settings/general", Access::Member, pages::change);
    r.api(
        Method::GET,
        "/v1/config",
        Access::Key(&[ConfigList]),
        api::show,
        Operation {
            id: "getConfig",
            tag: "Workspace",
            summary: "See the settings of the workspace",
            description: "Those of Settings → General, as they are now.",
            refusals: &[],
        },
    );
    r.api(
        Method::PATCH,
        "/v1/config",
        Access::Key(&[ConfigChange]),
        api::change,
        Operation {
            id: "changeConfig",
            tag: "Workspace",
            summary: "Change settings of the workspace",
            description: "Changes the fields that are sent and leaves the others. All of them or none: one that is wrong \
                refuses the whole call. A key that has a later date than a new maximum keeps it.",
            refusals: &[],
        },
    );
}
