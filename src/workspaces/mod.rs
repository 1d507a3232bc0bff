//! Workspaces: the tenants. Everything but people and the installation itself belongs to exactly one.

mod actions;
mod model;
mod pages;
mod store;
mod views;

use crate::web::{Access, Routes};
pub use actions::{create, create_another, purge, record_created, restore, trash};
pub use model::{NewWorkspace, RESTORABLE, Workspace};
pub use store::{find, find_by_slug};

pub fn routes(r: &mut Routes) {
    r.get("/w/{slug}", Access::Member, pages::enter);
    r.get("/w/{slug}/settings", Access::Member, pages::enter);
    r.get("/w/{slug}/settings/general", Access::Member, pages::general);
    r.post("/w/{slug}/settings/general", Access::Member, pages::change);
}
