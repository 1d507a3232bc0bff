//! The address that somebody signs in with.

use diesel::{dsl::exists, prelude::*, result::Error as Sql};

use super::lower;
use crate::{actor::Person, error::Result, ids::UserId, policy::Unscoped, schema::users};

/// Has anybody but this user an account with the address, whatever its case?
pub fn has_other_account(
    conn: &mut PgConnection,
    _: Unscoped,
    user: UserId,
    email: &str,
) -> Result<bool> {
    let others = users::table
        .filter(lower(users::email).eq(lower(email)))
        .filter(users::id.ne(user));
    Ok(diesel::select(exists(others)).get_result(conn)?)
}

/// False: somebody else has the address, and nothing was changed.
pub fn set_email(conn: &mut PgConnection, person: &Person, email: &str) -> Result<bool> {
    // Within a savepoint, so that the caller's transaction goes on.
    let changed = conn.transaction(|conn| {
        diesel::update(users::table.find(person.id))
            .set(users::email.eq(email))
            .execute(conn)
    });
    match changed {
        Err(Sql::DatabaseError(_, info))
            if info.constraint_name() == Some("users_email_unique") =>
        {
            Ok(false)
        }
        other => Ok(other.map(|_| true)?),
    }
}
