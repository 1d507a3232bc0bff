//! The screens of the audit log.

mod bar;
mod entry;
mod export;
mod list;
mod typed;

pub use entry::entry;
pub use export::export;
pub use list::index;
