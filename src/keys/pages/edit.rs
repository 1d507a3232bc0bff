//! *Edit*: label, permissions, origins, expiry and limits, without overwriting unseen what somebody else changed
//! meanwhile.

mod base;
mod excluded;
mod meanwhile;
mod over;
mod typed;
mod words;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use self::{
    base::Base,
    meanwhile::Since,
    over::{NotSaved, Over},
    typed::EditForm,
};
use super::{
    OfKey,
    back::{Back, Next, at_key},
    list_path,
};
use crate::{
    actor::Actor,
    audit,
    db::Db,
    error::{Error, FieldError, Result},
    ids::{AuditEventId, KeyId},
    keys::{
        actions::{self, Edited},
        model::{Edit, Key, Setting, Settings},
        views::{EditPage, Excluded, Meanwhile},
    },
    policy::{self, ManageKeys, ReadHistory, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query, see_other_with, text::capitalized,
        time::Zone, ui::Shell,
    },
    workspaces,
};

/// What a link to the dialog says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditQuery {
    #[serde(default)]
    next: Next,
    /// Permissions that are ticked at first, by their codes, between commas: what the key lacks for something.
    #[serde(default)]
    add: String,
}

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Query(query): Query<EditQuery>,
) -> PageResult {
    let at = (shell.zone, now);
    let over = db
        .run(move |conn| Over::read(conn, &actor, of.id, at))
        .await?;
    let form = EditForm::made_of(&Base::from(&over.key), query.next).adding(&query.add);
    Page(over.page(shell, &form, &[], NotSaved::default(), now)?).ok()
}

pub async fn edit(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(form): Form<EditForm>,
) -> PageResult {
    permit::<ManageKeys>(&actor)?;
    let (held, base, at) = (policy::held(&actor), form.base()?, (shell.zone, now));
    if form.only_applies() {
        let form = form.applied(&base, &held, actor.source.ip);
        return again(actor, shell, &db, of.id, (&form, &[]), now)
            .await?
            .ok();
    }
    let (editor, typed) = (actor.clone(), form.clone());
    let done = db
        .run(move |conn| save(conn, &editor, of.id, (&base, &typed), at))
        .await;
    let list = list_path(&shell);
    let to = at_key(&form.next.or_list(&list), of.id);
    match done {
        Ok(Done::Saved(key, was, beside, entry)) => {
            let undo = format!("{list}/{}/edits/{entry}/reversal", key.id);
            see_other_with(&to, saved(&key, &was, &beside).undo(undo))
        }
        Ok(Done::Same(key, beside)) => see_other_with(&to, same(&key, beside)),
        Ok(Done::Clash(over, wanted, lines)) => {
            let form = form.made_anew(&wanted, &Base::from(&over.key));
            let why = NotSaved {
                meanwhile: lines,
                ..NotSaved::default()
            };
            Page(over.page(shell, &form, &[], why, now)?).conflict()
        }
        Ok(Done::Excludes(over, excluded)) => {
            let why = NotSaved {
                excluded: Some(excluded),
                ..NotSaved::default()
            };
            Page(over.page(shell, &form, &[], why, now)?).unprocessable()
        }
        Err(Error::Invalid(mistakes)) => again(actor, shell, &db, of.id, (&form, &mistakes), now)
            .await?
            .unprocessable(),
        Err(other) => Err(other.into()),
    }
}

#[derive(Deserialize)]
pub struct OfEdit {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    id: KeyId,
    entry: AuditEventId,
}

pub async fn undo(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfEdit>,
    Form(back): Form<Back>,
) -> PageResult {
    let done = db
        .run(move |conn| actions::undo_edit(conn, &actor, of.id, of.entry, now))
        .await;
    let flash = match done {
        Ok(Edited::Saved(key, ..) | Edited::Same(key)) => {
            Flash::done(format!("{} is as it was before.", key.label), "")
        }
        Ok(Edited::Clash(key)) => Flash::not_done(
            "Not undone.",
            format!("Somebody has edited {} since.", key.label),
        ),
        Err(Error::Invalid(mistakes)) => Flash::not_done(
            "Not undone.",
            mistakes
                .iter()
                .map(|mistake| format!("{}. ", mistake.message))
                .collect::<String>(),
        ),
        Err(other) => return Err(other.into()),
    };
    let to = back.next.or_list(&list_path(&shell));
    see_other_with(&at_key(&to, of.id), flash)
}

/// What came of the form.
enum Done {
    /// With what the key was before, what others have changed beside, and the entry by which it is taken back.
    Saved(Key, Settings, String, AuditEventId),
    /// With what others have changed.
    Same(Key, String),
    /// With what was wanted.
    Clash(Box<Over>, Edit, Vec<Meanwhile>),
    /// Whoever edits it has not said yet that this is meant.
    Excludes(Box<Over>, Excluded),
}

fn save(
    conn: &mut PgConnection,
    actor: &Actor,
    id: KeyId,
    (base, form): (&Base, &EditForm),
    (zone, now): (Zone, DateTime<Utc>),
) -> Result<Done> {
    let lifetimes = workspaces::key_lifetimes(conn, &permit::<ManageKeys>(actor)?)?;
    let typed = form.check(base, &policy::held(actor), (lifetimes, zone, now))?;
    if let Some(excluded) = excluded::by(conn, actor, id, (form, &typed), (zone, now))? {
        let over = Over::read(conn, actor, id, (zone, now))?;
        return Ok(Done::Excludes(Box::new(over), excluded));
    }
    let edited = actions::edit(conn, actor, id, &typed, now)?;
    let met = match &edited {
        Edited::Saved(_, was, _) => was.clone(),
        Edited::Same(key) | Edited::Clash(key) => key.into(),
    };
    let changes = match met == base.settings {
        true => Vec::new(),
        false => {
            let permit = permit::<ReadHistory>(actor)?;
            audit::changes_since(conn, &permit, ("key", id.as_str()), base.updated_at)?
        }
    };
    let since = Since {
        base: &base.settings,
        now: &met,
        changes: &changes,
        zone,
    };
    Ok(match edited {
        Edited::Saved(key, was, entry) => {
            let beside = since.beside(&Settings::from(&key));
            Done::Saved(key, was, beside, entry)
        }
        Edited::Same(key) => Done::Same(key, since.beside(&met)),
        Edited::Clash(_) => {
            let lines = since.lines(&typed, now);
            let over = Over::read(conn, actor, id, (zone, now))?;
            Done::Clash(Box::new(over), typed, lines)
        }
    })
}

/// "ci-2 is saved. Label and expiry changed."
fn saved(key: &Key, was: &Settings, beside: &str) -> Flash {
    let changed = Settings::from(key).differences(was);
    let names = changed.iter().map(|setting| match setting {
        Setting::Label => "label",
        Setting::Permissions => "permissions",
        Setting::Origins => "allowed origins",
        Setting::Expiry => "expiry",
        Setting::AllowedIps => "allowed addresses",
        Setting::RateLimit => "rate limit",
    });
    let names = names.collect::<Vec<_>>().join(", ");
    let names = match names.rsplit_once(", ") {
        Some((first, last)) => format!("{first} and {last}"),
        None => names,
    };
    let remark = match changed.contains(&Setting::AllowedIps) {
        true => key.limits.allowed_ips.remark(),
        false => "",
    };
    let text = format!("{} changed. {remark} {beside}", capitalized(&names));
    let text = text.replace("  ", " ");
    Flash::done(format!("{} is saved.", key.label), text.trim_end())
}

fn same(key: &Key, beside: String) -> Flash {
    match beside.is_empty() {
        true => Flash::done("Nothing changed.", format!("{} is as it was.", key.label)),
        false => Flash::done("Nothing changed by you.", beside),
    }
}

/// The form once more, with what is wrong with it.
async fn again(
    actor: Actor,
    shell: Shell,
    db: &Db,
    id: KeyId,
    (form, mistakes): (&EditForm, &[FieldError]),
    now: DateTime<Utc>,
) -> Result<Page<EditPage>> {
    let at = (shell.zone, now);
    let over = db.run(move |conn| Over::read(conn, &actor, id, at)).await?;
    over.page(shell, form, mistakes, NotSaved::default(), now)
        .map(Page)
}
