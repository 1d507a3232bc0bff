//! The way back in for somebody who has forgotten their password: a link by mail, for 30 minutes and once.

mod actions;
mod letters;
mod pages;
mod store;
mod views;

pub use actions::tell_of_change;
pub use pages::{ask, choose, forgotten, open};
pub use store::{forget, sweep};
