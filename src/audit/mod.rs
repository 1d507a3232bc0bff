//! The audit log: who did what to what, from where, before and after.
//!
//! Entries are written in the transaction of what they tell of, so that neither exists without the
//! other, and are never changed. It is the lowest feature: everybody records, it knows nobody.

mod history;
mod model;
mod pages;
mod store;
mod views;
mod words;

use crate::web::{Access, Routes};
pub use history::{Change, History, change, changes_since};
pub use model::{Entry, Subject};
pub use store::{forget_some, prepare_months, record, record_all, record_refusal, record_undoable};

pub fn routes(r: &mut Routes) {
    r.get("/w/{slug}/settings/audit-log", Access::Member, pages::index);
}
