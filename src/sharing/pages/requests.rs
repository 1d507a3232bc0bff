//! What somebody asks, for those who decide: *Approve* and *Decline*.

use serde::Deserialize;

use super::{
    OfRequest,
    dialog::Tools,
    find, path,
    request::{Asked, page, sight},
};
use crate::{
    actor::{Actor, FolderRole},
    error::{Error, FieldError, Result},
    ids::{KeyId, ShareRequestId},
    library::{Grant, Subject},
    sharing::{
        actions,
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
            let grant = Grant {
                subject: Subject::Key(key),
                role: form.role,
                expires_at: None,
            };
            db.run(move |conn| {
                let what = (key, &grant, mail.as_ref());
                actions::approve(conn, &giver, (at.folder, at.request), what, now)
            })
            .await
        }
    };
    match done {
        Ok((folder, label)) => {
            let strong = format!("{label} is {} of {} now.", form.role.article(), folder.name);
            let flash = Flash::done(strong, "Whoever asked is told.");
            see_other_with(&path(&shell, folder.id), flash)
        }
        Err(Error::Invalid(mistakes)) => {
            let again = page(&actor, shell, &db, &of, asked(mistakes)?, now);
            again.await?.unprocessable()
        }
        Err(other) => Err(other.into()),
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
