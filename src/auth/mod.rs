//! From a request to somebody: sessions for pages, keys for the API. The edge; features never import it.

mod actions;
mod guard;
mod moved;
mod pages;
mod refused;
mod session;
mod standing;
mod store;
mod throttle;
mod verifier;
mod views;

use crate::web::{Access, Routes};
pub use actions::reset_password;
pub use guard::guard;
pub use session::{cookie_key, middleware};
pub use standing::standing;
pub use store::sweep;

pub fn routes(r: &mut Routes) {
    r.get("/", Access::Person, pages::home);
    r.get("/sign-in", Access::Visitor, pages::sign_in);
    r.post("/sign-in", Access::Visitor, pages::check_in);
    r.post("/sign-out", Access::Person, pages::sign_out);
    r.get("/account/password", Access::Person, pages::password);
    r.post("/account/password", Access::Person, pages::change_password);
    r.post("/account/theme", Access::Person, pages::change_theme);
}
