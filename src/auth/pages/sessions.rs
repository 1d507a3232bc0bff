//! Ending sessions from the account: each is out on its next click.

use actix_web::web::Data;

use super::security;
use crate::{
    actor::{Confirmed, Person},
    auth::{actions, session::SessionDigest},
    db::Db,
    ids::SessionHandle,
    web::{Flash, Now, PageResult, Path, client::device, see_other_with, time},
};

pub async fn end_session(
    person: Person,
    db: Data<Db>,
    Now(now): Now,
    Path(handle): Path<SessionHandle>,
) -> PageResult {
    let ended = db
        .run(move |conn| actions::end_session(conn, &person, handle, now))
        .await?;
    let device = device(ended.user_agent.as_deref());
    let text = "Whoever goes on there is asked to sign in.";
    see_other_with(
        security::PATH,
        Flash::done(format!("{device} is signed out."), text),
    )
}

pub async fn end_others(
    person: Person,
    confirmed: Confirmed,
    here: SessionDigest,
    db: Data<Db>,
    Now(now): Now,
) -> PageResult {
    let ended = db
        .run(move |conn| actions::end_other_sessions(conn, &person, confirmed, here, now))
        .await?;
    let flash = match i64::try_from(ended).unwrap_or(i64::MAX) {
        0 => Flash::done("You are signed in nowhere else.", ""),
        n => Flash::done(format!("{} ended.", time::counted(n, "other session")), ""),
    };
    see_other_with(security::PATH, flash)
}
