//! Another address to sign in with: done when the present one and the new one have both confirmed it, by a link each,
//! followed by the person themselves. So nobody loses their account to a slip of the keyboard, or to somebody who found
//! their screen unlocked.

mod actions;
mod card;
mod letters;
mod model;
mod pages;
mod store;
mod views;

pub use card::card;
pub use pages::{again, ask, cancel, change, confirm, follow, lead};
pub use store::{forget, pending, sweep};
pub use views::EmailCard;
