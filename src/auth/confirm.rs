//! The password of somebody who is signed in, checked once more.

use actix_session::SessionExt;
use actix_web::{HttpMessage, dev::ServiceRequest, web::Data};
use chrono::{DateTime, Utc};

use super::{actions, session::SessionId};
use crate::{
    actor::Person,
    db::Db,
    error::{Error, Result},
    people::{Hasher, PasswordHash, TypedPassword},
    web::{
        Site, client,
        confirm::{Wrong, password_in},
        limit::Limits,
    },
};

pub type Tools = (Data<Db>, Data<Hasher>, Data<Limits>);

/// The hash that the typed password matches, or why it does not. Guesses are counted with those at the door.
pub async fn check(
    (db, hasher, limits): &Tools,
    person: &Person,
    typed: TypedPassword,
    now: DateTime<Utc>,
) -> Result<Result<PasswordHash, Wrong>> {
    let network = person.source.ip.map(client::network_of);
    let email = person.email.clone();
    let known = match network.map_or(Ok(()), |n| limits.sign_ins.take(&n)) {
        Ok(()) => {
            db.run(move |conn| actions::take_guess(conn, &email, now))
                .await
        }
        Err(limited) => Err(limited),
    };
    match known {
        Ok(Some((user, hash))) if hasher.verify(typed, Some(hash.clone())).await? => {
            // Right, so no failure, whatever comes of it.
            db.run(move |conn| actions::forgive(conn, &user)).await?;
            Ok(Ok(hash))
        }
        Ok(_) => {
            let person = person.clone();
            db.run(move |conn| actions::note_wrong(conn, &person, now))
                .await?;
            Ok(Err(Wrong::Mistyped))
        }
        Err(Error::Limited { retry_after }) => Ok(Err(Wrong::TooEarly(retry_after))),
        Err(other) => Err(other),
    }
}

/// Where *Confirm it's you* was sent with this request: whether it was. For the page it notes what is wrong with it.
///
/// # Errors
/// `Unconfirmed`: the password was wrong, or was not looked at.
pub async fn check_in(req: &mut ServiceRequest, form: &[u8]) -> Result<bool> {
    let Some(typed) = password_in(form) else {
        return Ok(false);
    };
    let (Some(db), Some(hasher), Some(limits), Some(site)) = (
        req.app_data::<Data<Db>>().cloned(),
        req.app_data::<Data<Hasher>>().cloned(),
        req.app_data::<Data<Limits>>().cloned(),
        req.app_data::<Data<Site>>(),
    ) else {
        return Err(Error::Internal(anyhow::anyhow!(
            "no password can be checked"
        )));
    };
    let now = site.clock.now();
    let cookie = req.get_session();
    let person = req.extensions().get::<Person>().cloned();
    let (Some(person), Some(old)) = (person, SessionId::of(&cookie)) else {
        return Err(Error::Unauthenticated);
    };
    let tools = (db, hasher, limits);
    if let Err(wrong) = check(&tools, &person, TypedPassword::new(typed), now).await? {
        // Also where it was right a moment ago: whoever is asked must answer.
        req.extensions_mut().insert(wrong);
        return Err(Error::Unconfirmed);
    }
    // Rights grow, so a copy of the old id is to be worth nothing.
    let fresh = SessionId::fresh()?;
    let digests = (old.digest(), fresh.digest());
    let (db, ..) = tools;
    db.run(move |conn| actions::confirm(conn, &person, digests, now))
        .await?;
    fresh.give(&cookie)?;
    Ok(true)
}
