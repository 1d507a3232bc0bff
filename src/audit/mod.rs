//! The audit log: who did what to what, from where, before and after.
//!
//! Entries are written in the transaction of what they tell of, so that neither exists without the
//! other, and are never changed. It is the lowest feature: everybody records, it knows nobody.

mod model;
mod pages;
mod store;
mod views;
mod words;

use crate::web::{Access, Routes};
pub use model::{Entry, Subject};
pub use store::{Done, find_done, prepare_months, record, record_all, record_refusal};

pub fn routes(r: &mut Routes) {
    r.get("/w/{slug}/settings/audit-log", Access::Member, pages::index);
}
