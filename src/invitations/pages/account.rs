//! *Accept invitation* for whoever has no account: name and password, and they are in.

use actix_web::{HttpRequest, web::Data};
use serde::Deserialize;

use super::join;
use crate::{
    actor::{Person, Source},
    db::Db,
    error::{Error, FieldError, Result},
    invitations::{
        JOIN, LetIn, Promised,
        actions::{self, Sight},
    },
    people::{Hasher, NewUser, Password, TypedPassword},
    web::{
        Flash, Form, Now, PageResult, Site, client,
        limit::Limits,
        link::{LinkToken, Purpose, put_down},
        see_other, see_other_with, time,
        ui::Shell,
    },
};

/// `email` tells a password manager whose password it is; which address counts, the invitation says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountForm {
    token: LinkToken,
    #[serde(default)]
    name: String,
    password: TypedPassword,
    #[serde(default, rename = "email")]
    _email: String,
}

type Tools = (
    Data<Db>,
    Data<Hasher>,
    Data<Limits>,
    Data<Site>,
    Data<LetIn>,
    Data<Promised>,
);

pub async fn make_account(
    req: HttpRequest,
    (shell, source, person): (Shell, Source, Option<Person>),
    (db, hasher, limits, site, let_in, promised): Tools,
    Now(now): Now,
    Form(form): Form<AccountForm>,
) -> PageResult {
    // In another tab somebody signed in: the page says as whom.
    if person.is_some() {
        return see_other(JOIN);
    }
    let AccountForm { token, name, .. } = form;
    let (token, looked) = db
        .run(move |conn| actions::look(conn, &token, now).map(|looked| (token, looked)))
        .await?;
    let sight = match looked {
        Ok(sight) => sight,
        Err(why) => return join::over(shell, why, false).conflict(),
    };
    let network = source.ip.map(client::network_of);
    if let Some(Err(Error::Limited { retry_after })) = network.map(|n| limits.sign_ins.take(&n)) {
        let wait = time::duration(retry_after);
        let mistake = FieldError::new("name", format!("Too many attempts. Try again in {wait}"));
        return join::page(shell, sight, (token, None), &name, &[mistake]).limited(retry_after);
    }
    let (new, password) = match check(&sight, &name, form.password, &hasher).await? {
        Ok(checked) => checked,
        Err(mistakes) => {
            return join::page(shell, sight, (token, None), &name, &mistakes).unprocessable();
        }
    };
    let hash = hasher.hash(password).await?;
    let made = db
        .run(move |conn| {
            let joined =
                actions::accept_anew(conn, &token, (&new, &hash), (&source, &promised), now)?;
            joined
                .map(|joined| {
                    let enter = (let_in.0)(conn, &joined.user, hash, &source, now)?;
                    Ok((joined, enter))
                })
                .map_or_else(|why| Ok(Err(why)), |entered| entered.map(Ok))
        })
        .await;
    match made {
        Ok(Ok((joined, enter))) => {
            let mut answer = join::welcome(&joined)?;
            enter(&req, &mut answer)?;
            put_down(answer, &site, Purpose::Join)
        }
        Ok(Err(why)) => join::over(shell, why, false).conflict(),
        Err(Error::Invalid(_)) => see_other_with(
            JOIN,
            Flash::not_done("This address has an account.", "Sign in to accept."),
        ),
        Err(other) => Err(other.into()),
    }
}

type Checked = std::result::Result<(NewUser, Password), Vec<FieldError>>;

async fn check(
    sight: &Sight,
    name: &str,
    password: TypedPassword,
    hasher: &Hasher,
) -> Result<Checked> {
    let email = sight.invitation.email.as_str();
    let about = [name, email, &sight.workspace.name, "keyroom"];
    let about = about.iter().map(ToString::to_string).collect();
    let new = NewUser::parse(name, email);
    let password = hasher.choose(password, about).await?;
    Ok(match (new, password) {
        (Ok(new), Ok(password)) => Ok((new, password)),
        (new, password) => {
            let mut mistakes = new.err().unwrap_or_default();
            mistakes.extend(password.err().map(|why| FieldError::new("password", why)));
            Err(mistakes)
        }
    })
}
