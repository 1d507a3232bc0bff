//! What can be done with a notice. Runs inside the caller's transaction.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{model::Row, store};
use crate::{
    actor::Actor,
    audit,
    error::{Error, Result},
    ids::NoticeId,
    policy::{OwnNotices, ReadNotices, permit},
};

/// Takes a notice off the pages of everybody it was for. Again: nothing, without a word in the log.
///
/// # Errors
/// `NotFound`: there is none; `Forbidden`: `actor` is told only what is for them, and this is not.
pub fn dismiss(
    conn: &mut PgConnection,
    actor: &Actor,
    id: NoticeId,
    now: DateTime<Utc>,
) -> Result<()> {
    let (own, admin) = (permit::<OwnNotices>(actor)?, permit::<ReadNotices>(actor));
    let (row, is_new) = match store::dismiss(conn, &own, admin.as_ref().ok(), id, now)? {
        Some(found) => found,
        None => return Err(admin.err().unwrap_or(Error::NotFound)),
    };
    if !is_new {
        return Ok(());
    }
    audit::record(conn, actor, entry(row), now)
}

fn entry(row: Row) -> audit::Entry {
    audit::Entry {
        action: "notice.dismissed",
        after: Some(row.told()),
        subject: audit::Subject {
            kind: row.subject_kind(),
            id: row.subject_id,
            label: row.subject_label,
        },
        before: None,
    }
}
