//! What nobody needs any more is forgotten.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{email, reset, store, throttle};
use crate::{db::Db, error::Result, policy::Unscoped};

type Part = fn(&mut PgConnection, Unscoped, DateTime<Utc>) -> Result<()>;

/// Sessions, counters of days that are over, and links that are.
///
/// Each in a transaction of its own: whoever resets a password has some of them in another order.
pub async fn sweep(db: &Db, reason: Unscoped, now: DateTime<Utc>) -> Result<()> {
    let parts: [Part; 4] = [store::sweep, throttle::sweep, reset::sweep, email::sweep];
    for part in parts {
        db.run(move |conn| part(conn, reason, now)).await?;
    }
    Ok(())
}
