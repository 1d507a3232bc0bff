//! What can be done in the dialog. Each runs inside the caller's transaction.

mod give;
mod requests;
mod told;

pub use give::{Done, share};
pub use requests::{Approved, approve, ask, decline, reopen, withdraw};
