//! Invitations: by a link to an address, somebody becomes a member.
//!
//! A link works once, for 7 days and for one address; of it only a digest is kept, and only the last one sent opens
//! anything. Whoever invited answers for it until it is accepted: if they may not invite any more, it opens nothing. To
//! whoever invites, an address with an account elsewhere and one without look the same.

mod actions;
mod let_in;
mod letter;
mod model;
mod pages;
mod sent;
mod store;
mod views;

use crate::web::{Access, Routes};
pub use actions::{Post, Sent, cancel, invite_beside, resend};
pub use let_in::{Enter, LetIn, Promised};
pub use letter::Beside;
pub use model::{Invitation, State};
pub use pages::hand_over;
pub use sent::sent_invitations;
pub use store::{open_to, waiting};

/// The page that every link leads to.
const JOIN: &str = "/invitation";

pub fn routes(r: &mut Routes) {
    r.get(
        "/w/{slug}/settings/invitations",
        Access::Member,
        pages::index,
    );
    r.get(
        "/w/{slug}/settings/invitations/new",
        Access::Member,
        pages::new,
    );
    r.post(
        "/w/{slug}/settings/invitations/new",
        Access::Member,
        pages::invite,
    );
    r.post(
        "/w/{slug}/settings/invitations/{invitation}/renewal",
        Access::Member,
        pages::resend,
    );
    r.post(
        "/w/{slug}/settings/invitations/{invitation}/cancellation",
        Access::Member,
        pages::cancel,
    );
    r.get("/invitation", Access::Reader, pages::open);
    r.post("/invitation/account", Access::Reader, pages::make_account);
    r.post("/invitation/acceptance", Access::Person, pages::accept);
}
