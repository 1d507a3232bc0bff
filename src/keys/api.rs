//! Keys, as programs see them: under `/v1`.

mod bulk;
mod change;
mod create;
mod given;
mod kind;
mod list;
mod once;
mod restore;
mod rotate;
mod routes;
mod shape;
mod whoami;

pub use routes::routes;
pub use shape::{KeyMaker, Object, Owner};
pub use whoami::FolderOfKey;
pub(super) use whoami::WorkspaceOfKey;

use std::collections::BTreeSet;

use diesel::PgConnection;

use super::store;
use crate::{
    actor::Actor,
    error::{Error, FieldError, Result},
    ids::KeyId,
    policy::{ManageKeys, permit},
};
use kind::OfKind;

/// Keys are found under their own kind, and nowhere else.
fn check_kind<K: OfKind>(
    conn: &mut PgConnection,
    actor: &Actor,
    ids: &BTreeSet<KeyId>,
) -> Result<()> {
    let permit = permit::<ManageKeys>(actor)?;
    store::check_kind(conn, &permit, (K::KIND, ids))
}

/// What is done is told in the words of forms: here a field is called as it was sent.
fn as_sent(error: Error) -> Error {
    let called = |mistake: FieldError| match &*mistake.field {
        "expires_on" => FieldError::new("expires_at", mistake.message),
        "id" => FieldError::new("ids", mistake.message),
        _ => mistake,
    };
    match error {
        Error::Invalid(mistakes) => Error::Invalid(mistakes.into_iter().map(called).collect()),
        other => other,
    }
}
