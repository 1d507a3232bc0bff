//! The screens: one file for beginnings, one for ends.

mod begin;
mod end;

pub use begin::{create, index, new};
pub use end::{ask_delete, delete, restore};
