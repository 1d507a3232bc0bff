//! Workspaces: the tenants. Everything but people and the installation itself belongs to exactly one.
//!
//! An address that a workspace had before leads to the one it has now, and is nobody else's.

mod actions;
mod api;
mod model;
mod pages;
mod store;
mod views;

use crate::{
    permissions::Permission::{ConfigChange, ConfigList},
    web::{Access, Routes},
};
pub use actions::{create, create_another, purge, record_created, restore, trash};
pub use model::{Beyond, BeyondKey, KeyLifetimes, KeysBeyond, NewWorkspace, RESTORABLE, Workspace};
pub use store::{find, find_at, find_by_slug, key_lifetimes};

pub fn routes(r: &mut Routes) {
    r.get("/w/{slug}", Access::Member, pages::enter);
    r.get("/w/{slug}/settings", Access::Member, pages::enter);
    r.get("/w/{slug}/settings/general", Access::Member, pages::general);
    r.post("/w/{slug}/settings/general", Access::Member, pages::change);
    r.get("/v1/config", Access::Key(&[ConfigList]), api::show);
    r.patch("/v1/config", Access::Key(&[ConfigChange]), api::change);
}
