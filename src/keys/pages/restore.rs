//! *Restore key*: at once, or with another label where its own was taken.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    OfKey,
    back::{Back, Next, at_key},
    list, list_path,
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::KeyId,
    keys::{
        actions::{self, Restored},
        model::Recovery,
        store,
        views::RestorePage,
    },
    policy::{ListKeys, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query, see_other, see_other_with, text,
        time::Zone,
        ui::{ErrorSummary, Shell, TextField, last_moment},
    },
};

/// The dialog for another label; a key that is not revoked has nothing to restore.
pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Query(back): Query<Back>,
) -> PageResult {
    let (permitted, at) = (actor.clone(), (shell.zone, now));
    let listed = db
        .run(move |conn| {
            let listed = store::find(conn, &permit::<ListKeys>(&permitted)?, of.id, at)?;
            actions::check_may_restore(&permit(&permitted)?, &listed.key)?;
            Ok(listed)
        })
        .await?;
    if listed.key.revoked_at.is_none() {
        let list = list_path(&shell);
        return see_other(&at_key(&back.next.or_list(&list), of.id));
    }
    actions::check_restorable(&listed.key, now)?;
    let form = RestoreForm {
        label: None,
        next: back.next,
    };
    page(actor, shell, &db, of.id, &form, None, now).await?.ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreForm {
    /// None: sent by a button, which asks for the label that the key had.
    label: Option<String>,
    #[serde(default)]
    next: Next,
}

/// Why a key did not come back under a label.
enum Mistake {
    Label(String),
    /// Another key has it.
    Taken(String),
}

pub async fn restore(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(form): Form<RestoreForm>,
) -> PageResult {
    let typed = form.label.as_deref();
    let label = match typed
        .map(|typed| text::line(typed, "a label", 80))
        .transpose()
    {
        Ok(label) => label,
        Err(why) => {
            let mistake = Some(Mistake::Label(why));
            return page(actor, shell, &db, of.id, &form, mistake, now)
                .await?
                .unprocessable();
        }
    };
    let restorer = actor.clone();
    let done = db
        .run(move |conn| actions::restore(conn, &restorer, of.id, label.as_deref(), now))
        .await;
    match done {
        Ok(restored) => {
            let text = now_is(&restored, shell.zone);
            let key = restored.key;
            let flash = Flash::done(format!("{} is restored.", key.label), text);
            let list = list_path(&shell);
            // The list of revoked keys, where this is asked for mostly, shows it no more.
            let page = format!("{list}/{}", key.id);
            let to = if form.next.within(&list) == Some(&page) {
                page
            } else {
                at_key(&list, key.id)
            };
            see_other_with(&to, flash)
        }
        Err(Error::Invalid(mistakes)) => {
            let taken = FieldError::of(&mistakes, "label").map(Mistake::Taken);
            page(actor, shell, &db, of.id, &form, taken, now)
                .await?
                .unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

fn now_is(Restored { key, is_cut }: &Restored, zone: Zone) -> String {
    let mut text = "It is deactivated: activate it when it may be used again.".to_owned();
    if let (true, Some(end)) = (is_cut, key.expires_at) {
        let day = zone.long_day(last_moment(end));
        text += &format!(" It now expires on {day}, as late as this workspace allows.");
    }
    if key.recovery == Recovery::Over {
        text +=
            " It is no longer recoverable: its stored secret was destroyed when it was revoked.";
    }
    text
}

async fn page(
    actor: Actor,
    shell: Shell,
    db: &Db,
    id: KeyId,
    form: &RestoreForm,
    mistake: Option<Mistake>,
    now: DateTime<Utc>,
) -> Result<Page<RestorePage>> {
    let at = (shell.zone, now);
    let (listed, behind) = db
        .run(move |conn| {
            let listed = store::find(conn, &permit::<ListKeys>(&actor)?, id, at)?;
            Ok((listed, list::read_newest(conn, &actor, at)?))
        })
        .await?;
    let path = list_path(&shell);
    let was = listed.key.label;
    let back = form.next.within(&path);
    let revoked = || format!("{path}?status=revoked");
    let typed = form.label.clone().unwrap_or_else(|| was.clone());
    let is_taken = matches!(mistake, Some(Mistake::Taken(_))) && typed.trim() == was;
    let why = mistake.map(|mistake| match mistake {
        Mistake::Label(why) | Mistake::Taken(why) => why,
    });
    let label = TextField::text("label", "Label", typed)
        .max_length(80)
        .error(why.clone());
    Ok(Page(RestorePage {
        action: format!("{path}/{id}/restoration"),
        cancel: at_key(&back.map_or_else(revoked, str::to_owned), id),
        next: back.unwrap_or_default().to_owned(),
        label: if why.is_none() {
            label.autofocus()
        } else {
            label
        },
        summary: ErrorSummary::of_one("label", why.as_ref()),
        list: behind.view(&shell, &path, now),
        shell: shell.titled(format!("Restore {was}?"), "api").at(path),
        is_taken,
        was,
    }))
}
