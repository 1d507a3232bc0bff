//! The screens of signing in and out, and of one's own account.

mod account;
mod sign_in;

pub use account::{change_password, change_theme, password};
pub use sign_in::{check_in, home, sign_in, sign_out};
