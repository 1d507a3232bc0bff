//! What somebody asks, for those who decide: *Approve* and *Decline*.

use serde::Deserialize;

use super::{
    OfRequest,
    change::undo,
    dialog::Tools,
    find, path, path_of,
    request::{Asked, page, sight},
};
use crate::{
    actor::{Actor, FolderRole},
    error::{Error, FieldError, Result},
    ids::{KeyId, ShareRequestId},
    library::Subject,
    sharing::{
        actions::{self, Approved},
        model::{Pick, check_words},
        store,
    },
    web::{
        Flash, Form, Fragment, Now, Page, PageResult, Path, Query, see_other_with,
        ui::{PickerOptions, Shell},
    },
};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct FindQuery {
    q: String,
}

/// What *Approve* sends, and *Find* where there is no script.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproveForm {
    #[serde(default)]
    subject: Vec<String>,
    #[serde(default)]
    q: String,
    role: FolderRole,
    r#do: Option<Do>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Do {
    Find,
    Add,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclineForm {
    #[serde(default)]
    reason: String,
}

pub async fn show(
    (actor, shell): (Actor, Shell),
    (db, _, _): Tools,
    Now(now): Now,
    (Path(of), Fragment(is_part)): (Path<OfRequest>, Fragment),
    Query(query): Query<FindQuery>,
) -> PageResult {
    if is_part {
        let found = db.run(move |conn| {
            let sight = sight(conn, &actor, &of, now)?;
            store::find(conn, &sight.found.permit, of.request)?;
            find::keys(conn, &sight, (&query.q, &[]), now)
        });
        let found = found.await?;
        return Page(PickerOptions { found }).ok();
    }
    let asked = Asked {
        q: query.q,
        ..Asked::default()
    };
    page(&actor, shell, &db, &of, asked, now).await?.ok()
}

pub async fn approve(
    (actor, shell): (Actor, Shell),
    (db, mail, _): Tools,
    Now(now): Now,
    Path(of): Path<OfRequest>,
    Form(form): Form<ApproveForm>,
) -> PageResult {
    let asked = |mistakes| -> Result<Asked> {
        Ok(Asked {
            picks: Some(Pick::parse_all(&form.subject)?),
            q: form.q.clone(),
            role: Some(form.role),
            mistakes,
            ..Asked::default()
        })
    };
    if form.r#do == Some(Do::Find) || (form.subject.is_empty() && !form.q.trim().is_empty()) {
        let again = page(&actor, shell, &db, &of, asked(Vec::new())?, now);
        return again.await?.ok();
    }
    let (giver, at) = (actor.clone(), of.clone());
    let done = match one_key(&form.subject)? {
        Err(mistake) => Err(Error::Invalid(vec![mistake])),
        Ok(key) => {
            db.run(move |conn| {
                let what = (key, form.role, mail.as_ref());
                let done = actions::approve(conn, &giver, (at.folder, at.request), what, now)?;
                Ok((key, done))
            })
            .await
        }
    };
    match done {
        Ok((key, done)) => {
            let here = path(&shell, done.folder.id);
            see_other_with(&here, approved(&shell, Subject::Key(key), &done))
        }
        Err(Error::Invalid(mistakes)) => {
            let again = page(&actor, shell, &db, &of, asked(mistakes)?, now);
            again.await?.unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

/// *Undo* takes back what the key was given, if anything; the request stays answered.
fn approved(shell: &Shell, key: Subject, done: &Approved) -> Flash {
    let (label, role, folder) = (&done.label, done.role.article(), &done.folder);
    let told = "Whoever asked is told.";
    match &done.before {
        Some(had) if had.role == done.role => Flash::done(
            format!("{label} is {role} of {} already.", folder.name),
            format!("Its access stays as it was. {told}"),
        ),
        before => {
            let undo = match before {
                Some(had) => undo(shell, folder, had),
                None => format!("{}/removal", path_of(shell, folder.id, key)),
            };
            let strong = format!("{label} is {role} of {} now.", folder.name);
            Flash::done(strong, told).undo(undo)
        }
    }
}

fn one_key(subjects: &[String]) -> Result<Result<KeyId, FieldError>> {
    let picks = Pick::parse_all(subjects)?;
    match picks.as_slice() {
        [Pick::Known(Subject::Key(key))] => Ok(Ok(*key)),
        [Pick::Known(_) | Pick::Email(_)] => Err(Error::NotFound),
        _ => Ok(Err(FieldError::new("subject", "Choose one API key"))),
    }
}

pub async fn decline(
    (actor, shell): (Actor, Shell),
    (db, mail, _): Tools,
    Now(now): Now,
    Path(of): Path<OfRequest>,
    Form(form): Form<DeclineForm>,
) -> PageResult {
    let (decider, at) = (actor.clone(), of.clone());
    let done = match check_words(&form.reason, "the reason") {
        Err(why) => Err(Error::Invalid(vec![FieldError::new("reason", why)])),
        Ok(reason) => {
            db.run(move |conn| {
                let what = (reason.as_str(), mail.as_ref());
                actions::decline(conn, &decider, (at.folder, at.request), what, now)
            })
            .await
        }
    };
    match done {
        Ok(folder) => {
            let here = path(&shell, folder.id);
            let flash = Flash::done("The request is declined.", "Whoever asked is told.")
                .undo(reopening(&here, of.request));
            see_other_with(&here, flash)
        }
        Err(Error::Invalid(mistakes)) => {
            let asked = Asked {
                reason: form.reason,
                mistakes,
                ..Asked::default()
            };
            page(&actor, shell, &db, &of, asked, now)
                .await?
                .unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

fn reopening(here: &str, id: ShareRequestId) -> String {
    format!("{here}/requests/{id}/reopening")
}
