//! Sharing: the dialog in which people say who has access to a folder, and through what each has it.
//!
//! Whom a folder is shared with, the library keeps and decides; here is how somebody is found, told, invited, and asked for.
//! Only what can be given is offered, and what cannot be given is refused aloud.

mod actions;
mod letter;
mod model;
mod pages;
mod store;
mod upkeep;
mod views;

use crate::web::{Access, Routes};

pub use upkeep::tidy;

/// A page about who has access to one folder.
macro_rules! of_folder {
    ($r:ident: $method:ident $rest:literal, $handler:expr) => {
        $r.$method(
            concat!("/w/{slug}/folders/{folder}/share", $rest),
            Access::Member,
            $handler,
        );
    };
}

pub fn routes(r: &mut Routes) {
    of_folder!(r: get "", pages::show);
    of_folder!(r: post "", pages::add);
    of_folder!(r: post "/keys/{key}/activation", pages::activate);
    of_folder!(r: post "/invitations/{invitation}/renewal", pages::resend);
    of_folder!(r: post "/invitations/{invitation}/cancellation", pages::cancel);
    of_folder!(r: post "/requests", pages::ask);
    of_folder!(r: get "/requests/{request}", pages::show_request);
    of_folder!(r: post "/requests/{request}/approval", pages::approve);
    of_folder!(r: post "/requests/{request}/refusal", pages::decline);
    of_folder!(r: post "/requests/{request}/withdrawal", pages::withdraw);
    of_folder!(r: post "/requests/{request}/reopening", pages::reopen);
    of_folder!(r: post "/{kind}/{subject}/role", pages::change_role);
    of_folder!(r: post "/{kind}/{subject}/end", pages::change_end);
    of_folder!(r: post "/{kind}/{subject}/removal", pages::remove);
    of_folder!(r: post "/{kind}/{subject}/restoration", pages::put_back);
}
