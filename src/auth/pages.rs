//! The screens of signing in and out, and of one's own account.

mod activity;
mod password;
pub(super) mod profile;
mod security;
mod sessions;
mod sign_in;

pub use activity::activity;
pub use password::{change_password, password};
pub use profile::{change_profile, change_theme, profile};
pub use security::security;
pub use sessions::{end_others, end_session};
pub use sign_in::{check_in, home, sign_in, sign_out};
