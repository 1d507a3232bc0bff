//! Your account → Security: the password, and where one is signed in.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    actor::Person,
    auth::{
        session::SessionDigest,
        store::{self, SHOWN, Session},
        views::{SecurityPage, SessionRow},
    },
    db::Db,
    error::{FieldError, Result},
    people,
    web::{
        Now, Page, PageResult,
        client::{device, is_handheld},
        time::Zone,
        ui::{ErrorSummary, Shell, TextField},
    },
};

pub const PATH: &str = "/account/security";

pub async fn security(
    person: Person,
    here: SessionDigest,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
) -> PageResult {
    page(shell, person, here, &db, &[], now).await?.ok()
}

/// `mistakes` are those of *Change password*.
pub async fn page(
    shell: Shell,
    person: Person,
    here: SessionDigest,
    db: &Db,
    mistakes: &[FieldError],
    now: DateTime<Utc>,
) -> Result<Page<SecurityPage>> {
    let email = person.email.clone();
    let (changed_at, mut sessions) = db.run(move |conn| read(conn, &person, here, now)).await?;
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let is_cut = sessions.len() > shown;
    sessions.truncate(shown);
    let of = |field| FieldError::of(mistakes, field);
    Ok(Page(SecurityPage {
        email,
        changed: shell.zone.relative(changed_at, now),
        summary: ErrorSummary::of(mistakes),
        current: TextField::password("current", "Current password", "current-password")
            .error(of("current")),
        new: TextField::password("new", "New password", "new-password")
            .hint("At least 15 characters.")
            .error(of("new")),
        has_others: sessions.len() > 1,
        sessions: sessions
            .into_iter()
            .map(|(session, is_here)| row(session, is_here, shell.zone, now))
            .collect(),
        is_cut,
        shell: shell.titled("Security · Your account", "security").at(PATH),
    }))
}

type Read = (DateTime<Utc>, Vec<(Session, bool)>);

fn read(
    conn: &mut PgConnection,
    person: &Person,
    here: SessionDigest,
    now: DateTime<Utc>,
) -> Result<Read> {
    Ok((
        people::password_changed_at(conn, person)?,
        store::list(conn, person, here, now)?,
    ))
}

fn row(session: Session, is_here: bool, zone: Zone, now: DateTime<Utc>) -> SessionRow {
    let user_agent = session.user_agent.as_deref();
    SessionRow {
        icon: match is_handheld(user_agent) {
            true => "phone",
            false => "laptop",
        },
        device: device(user_agent),
        is_here,
        ip: session.ip.unwrap_or_default(),
        signed_in: zone.relative(session.created_at, now),
        seen: zone.relative(session.last_seen_at, now),
        end: format!("/account/sessions/{}/end", session.handle),
    }
}
