//! Notices: what the admins of a workspace, or one member, must know until one of them dismisses it.
//!
//! A feature raises one in the transaction of what it tells of, and clears it when it is no longer true. The same thing
//! again makes no second notice: it raises how often, and until when. Dismissed is dismissed for everybody it was for.

mod actions;
mod model;
mod pages;
mod store;
mod views;
mod words;

use crate::web::{Access, Routes};
pub use model::{
    Audience, KEY_COMPROMISED, KEY_DEACTIVATED_UNUSED, KEY_EXPIRES_SOON, KEY_UNUSED, Kind, Notice,
    SHARE_APPROVED, SHARE_DECLINED, SHARE_REQUESTED, Subject,
};
pub use pages::{Open, open, own};
pub use store::{clear, raise, raise_all, subjects, sweep, withdraw};
pub use views::Banners;

pub fn routes(r: &mut Routes) {
    r.get("/w/{slug}/settings/notices", Access::Member, pages::index);
    r.post(
        "/w/{slug}/settings/notices/{notice}/dismissal",
        Access::Member,
        pages::dismiss,
    );
}
