//! Mail: written into the outbox in the transaction of what it tells of, sent after it.
//!
//! Each is sent once; after a crash between sending it and noting that, twice at most; and never when its time is over.
//! What a mail says is rendered when it is written, and kept encrypted until it is sent: it may hold a link that opens
//! something. A new mail is a [`Letter`], made by whoever has something to tell.

mod actions;
mod compose;
mod letter;
mod model;
mod outbox;
mod pages;
mod seal;
mod send;
mod smtp;
mod store;
mod views;

use crate::web::{Access, Routes};
pub use letter::{Letter, isolated};
pub use model::Failure;
pub use outbox::Mail;
pub use send::run;
pub use smtp::probe;
pub use store::sweep;

pub fn routes(r: &mut Routes) {
    r.get("/w/{slug}/settings/mail", Access::Member, pages::show);
    r.post("/w/{slug}/settings/mail/tests", Access::Member, pages::test);
}
