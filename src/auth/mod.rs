//! From a request to somebody: sessions for pages, keys for the API. The edge; features never import it.

mod actions;
mod confirm;
mod device;
mod email;
mod guard;
mod let_in;
mod moved;
mod new_sign_in;
mod pages;
mod refused;
mod reset;
mod session;
mod standing;
mod store;
mod throttle;
mod upkeep;
mod verifier;
mod views;
mod words;

use crate::web::{Access, Routes};
pub use actions::reset_password;
pub use device::DeviceKey;
pub use guard::guard;
pub use let_in::let_in;
pub use session::{cookie_key, middleware};
pub use standing::standing;
pub use upkeep::sweep;

pub fn routes(r: &mut Routes) {
    r.get("/", Access::Person, pages::home);
    r.get("/sign-in", Access::Visitor, pages::sign_in);
    r.post("/sign-in", Access::Visitor, pages::check_in);
    r.get("/forgot-password", Access::Visitor, reset::forgotten);
    r.post("/forgot-password", Access::Visitor, reset::ask);
    r.get("/reset-password", Access::Visitor, reset::open);
    r.post("/reset-password", Access::Visitor, reset::choose);
    r.post("/sign-out", Access::Person, pages::sign_out);
    r.get("/account", Access::Person, pages::profile);
    r.post("/account", Access::Person, pages::change_profile);
    r.get("/account/email", Access::Person, email::change);
    r.post("/account/email", Access::Person, email::ask);
    r.post("/account/email/mails", Access::Person, email::again);
    r.post("/account/email/cancellation", Access::Person, email::cancel);
    r.get("/account/email/confirmation", Access::Person, email::follow);
    r.post(
        "/account/email/confirmation",
        Access::Person,
        email::confirm,
    );
    r.get("/confirm-email", Access::Visitor, email::lead);
    r.post("/account/theme", Access::Person, pages::change_theme);
    r.get("/account/security", Access::Person, pages::security);
    r.get("/account/password", Access::Person, pages::password);
    r.post("/account/password", Access::Person, pages::change_password);
    r.post("/account/sessions/end", Access::Person, pages::end_others);
    r.post(
        "/account/sessions/{session}/end",
        Access::Person,
        pages::end_session,
    );
    r.get("/account/activity", Access::Person, pages::activity);
}
