//! The only queries over `audit_events`.

mod done;
mod forget;
mod history;
mod months;
mod read;
mod write;

pub use done::{Done, find_done};
pub use forget::forget_some;
pub use history::find_here;
pub(super) use history::{about, by, changes_since, find_change, find_together};
pub use months::prepare_months;
pub(super) use months::{drop_month, forget_strays, months_before};
pub(super) use read::{find, page};
pub use write::{record, record_all, record_here, record_refusal};
