//! The first run: while there was never an owner, every page leads to *Set up Keyroom*.
//!
//! Exactly one person becomes the first owner, and only with the code that the server printed.

mod actions;
mod code;
mod gate;
mod model;
mod pages;
mod store;
mod views;

use crate::web::{Access, Routes};
pub use actions::{AdminOutcome, create_admin};
pub use code::SetUpCode;
pub use gate::{Gate, guard};
pub use model::KnownKeyFiles;
pub use store::{check_key_files, is_set_up, known_key_files, knows_key_files};

pub fn routes(r: &mut Routes) {
    r.get("/set-up", Access::Visitor, pages::new);
    r.post("/set-up", Access::Visitor, pages::create);
}
