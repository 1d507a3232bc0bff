//! The way back from a change to the key it was about.

use crate::ids::KeyId;
pub use crate::web::back::{Back, Next, dialog};

/// The address at which a page shows this key first.
pub fn at_key(page: &str, id: KeyId) -> String {
    format!("{page}#k-{id}")
}
