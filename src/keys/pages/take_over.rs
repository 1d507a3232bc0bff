//! *Take over*: the dialog, and the answer that contains the new value.

mod typed;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

pub use self::typed::TakeOverForm;
use super::{
    OfKey,
    back::{Back, at_key},
    facts::last_used,
    list::{self, Read},
    list_path, new,
    rotate::{reveal, why_date},
    tag,
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::KeyId,
    key_files::Pepper,
    keys::{
        actions::{self, Rotated, TakeOver},
        model::State,
        seal::KeySeal,
        store::{self, Listed, Use},
        views::TakeOverPage,
    },
    policy::{ListKeys, ManageKeys, TakeOverKeys, permit},
    reached_folders::{Holder, Reach, ReachedFolders},
    web::{
        Form, Now, Page, PageResult, Path, Query, Site, see_other,
        time::Zone,
        ui::{ErrorSummary, FolderChoice, Shell, TextField},
    },
    workspaces::{self, KeyLifetimes},
};

/// The dialog. A key that is the workspace's has nothing to take over.
pub async fn ask(
    actor: Actor,
    shell: Shell,
    (db, folders): (Data<Db>, Data<dyn ReachedFolders>),
    Now(now): Now,
    Path(of): Path<OfKey>,
    Query(back): Query<Back>,
) -> PageResult {
    let at = (shell.zone, now);
    let over = db
        .run(move |conn| Over::read(conn, &actor, of.id, &**folders, at))
        .await?;
    let key = &over.listed.key;
    if key.owner_member_id.is_none() {
        return see_other(&format!("{}/{}", list_path(&shell), of.id));
    }
    actions::check_takeable(key)?;
    let label = over.label.clone().unwrap_or_default();
    let form = TakeOverForm::of(key, (label, over.newest), back.next, (over.lifetimes, now));
    Page(over.page(shell, &form, &[], now)).ok()
}

type App = (
    Data<Db>,
    Data<Pepper>,
    Data<KeySeal>,
    Data<Site>,
    Data<dyn ReachedFolders>,
);

pub async fn take_over(
    actor: Actor,
    shell: Shell,
    app: App,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(form): Form<TakeOverForm>,
) -> PageResult {
    let (db, pepper, seal, site, folders) = app;
    let (taker, typed, at) = (actor.clone(), form.clone(), (shell.zone, now));
    let shared = folders.clone();
    let done = db
        .run(move |conn| {
            let what = (of.id, &typed, &**shared);
            make(conn, &taker, (&pepper, &seal), what, at)
        })
        .await;
    match done {
        Ok(taken) => {
            let said = ("Key taken over.", &form.next);
            Page(reveal(shell, taken, said, &site, now)).created()
        }
        Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
            not_made(actor, shell, (db, folders), (of.id, &form, error), now).await
        }
        Err(other) => Err(other.into()),
    }
}

/// With the list behind the answer.
fn make(
    conn: &mut PgConnection,
    actor: &Actor,
    keep: (&Pepper, &KeySeal),
    (id, form, folders): (KeyId, &TakeOverForm, &dyn ReachedFolders),
    at: (Zone, DateTime<Utc>),
) -> Result<(Rotated, Read)> {
    permit::<TakeOverKeys>(actor)?;
    let before = store::find(conn, &permit::<ListKeys>(actor)?, id, at)?;
    let shared = form.folders()?;
    let (label, rotation) = form.check()?;
    let how = TakeOver {
        label: label.as_deref(),
        rotation: &rotation,
    };
    let taken = actions::take_over(conn, actor, keep, id, &how, at)?;
    if let Some(owner) = before.key.owner_member_id {
        folders.give(conn, actor, (id, owner), &shared, at.1)?;
    }
    Ok((taken, list::read_newest(conn, actor, at)?))
}

/// A form whose key was taken over meanwhile, by itself or by somebody else, shows nothing again.
async fn not_made(
    actor: Actor,
    shell: Shell,
    (db, folders): (Data<Db>, Data<dyn ReachedFolders>),
    (id, form, error): (KeyId, &TakeOverForm, Error),
    now: DateTime<Utc>,
) -> PageResult {
    let at = (shell.zone, now);
    let over = db
        .run(move |conn| Over::read(conn, &actor, id, &**folders, at))
        .await?;
    if over.listed.key.owner_member_id.is_none() {
        let path = list_path(&shell);
        let happened = "taken over after this form was opened";
        return Page(new::shown(shell, &path, over.listed.key, happened, now)).conflict();
    }
    match error {
        Error::Invalid(mistakes) => Page(over.page(shell, form, &mistakes, now)).unprocessable(),
        other => Err(other.into()),
    }
}

/// The key that is taken over, and the list behind its dialog.
struct Over {
    listed: Listed,
    newest: i32,
    /// What it can be called here.
    label: Option<String>,
    use_: Use,
    list: Read,
    lifetimes: KeyLifetimes,
    /// What its owner reaches.
    reach: Reach,
}

/// Folders that are offered.
const OFFERED: i64 = 50;

impl Over {
    fn read(
        conn: &mut PgConnection,
        actor: &Actor,
        id: KeyId,
        folders: &dyn ReachedFolders,
        at: (Zone, DateTime<Utc>),
    ) -> Result<Self> {
        permit::<TakeOverKeys>(actor)?;
        let (permit, manage) = (permit::<ListKeys>(actor)?, permit::<ManageKeys>(actor)?);
        let listed = store::find(conn, &permit, id, at)?;
        let holder = Holder::of_key(id, listed.key.owner_member_id);
        let mut reach = folders.reach(conn, actor, &[holder], OFFERED, at.1)?;
        Ok(Self {
            reach: reach.remove(&holder).unwrap_or_default(),
            newest: store::secrets(conn, &permit, id, at.1)?.newest,
            label: actions::label_here(conn, actor, &listed.key)?,
            use_: store::use_of(conn, &permit, &[id], at.1)?,
            list: list::read_newest(conn, actor, at)?,
            lifetimes: workspaces::find(conn, &manage)?.key_lifetimes(),
            listed,
        })
    }

    fn page(
        self,
        shell: Shell,
        form: &TakeOverForm,
        mistakes: &[FieldError],
        now: DateTime<Utc>,
    ) -> TakeOverPage {
        let (path, key) = (list_path(&shell), &self.listed.key);
        let rotate = form.rotation();
        let mistakes = rotate.placed(mistakes);
        let (zone, back) = (shell.zone, form.next.or_list(&path));
        let owner = self.listed.owner.as_ref();
        let owner = owner.filter(|_| self.listed.is_anothers);
        let owner = owner.map(|owner| owner.name.clone());
        let title = match owner {
            Some(_) => format!("Take over {}?", key.label),
            None => format!("Make {} a workspace key?", key.label),
        };
        let workspace = shell.workspace.as_ref();
        TakeOverPage {
            action: format!("{path}/{}/takeover", key.id),
            cancel: at_key(&back, key.id),
            next: back,
            newest: form.newest,
            was: key.label.clone(),
            owner,
            workspace: workspace.map(|w| w.name.clone()).unwrap_or_default(),
            tag: tag(key, key.state(now)),
            last_used: last_used(&self.listed, zone, now),
            requests: self.use_.in_words(),
            folders: FolderChoice::new(
                (
                    "Share folders with it".to_owned(),
                    "As a key of the workspace it reaches no folder by itself. These are the ones that its owner reaches.".to_owned(),
                ),
                &self.reach,
                |id| ("share".to_owned(), id.to_string()),
                |id| form.share.contains(&id.to_string()),
            ),
            notes: notes(&self.listed, now),
            is_taken: self.label.as_ref() != Some(&key.label),
            label: TextField::text("label", "Label", form.label.as_ref().unwrap_or(&key.label))
                .max_length(80)
                .error(FieldError::of(&mistakes, "label")),
            graces: rotate.graces(zone, now),
            grace_error: FieldError::of(&mistakes, "grace"),
            autofocus: mistakes.is_empty(),
            why_date: why_date(key, zone, now),
            form: rotate.expiries(key, &mistakes, (self.lifetimes, zone, now)),
            summary: ErrorSummary::of(&mistakes),
            list: self.list.view(&shell, &path, now),
            shell: shell.titled(title, "api").at(path),
        }
    }
}

/// What taking over does that whoever asks for it may not expect.
fn notes(listed: &Listed, now: DateTime<Utc>) -> Vec<String> {
    let key = &listed.key;
    let cut = listed.not_in_force();
    let regained = (!cut.is_empty() && key.suspended_at.is_none())
        .then(|| {
            let cut = cut.names();
            format!("With its new value it may do again what its owner may not: {cut}. With the old one it never does.")
        });
    let rotates = key
        .old_until(now)
        .map(|_| "It is being rotated. The older of its two values stops at once.".to_owned());
    let state = match key.state(now) {
        State::Suspended if key.deactivated_at.is_none() => Some(
            "It is suspended with its owner. Its new value will be answered; the old one stays refused.",
        ),
        State::Suspended | State::Deactivated => Some("It stays deactivated."),
        State::Expired => {
            Some("It has expired. Its new value will be answered; the old one stays refused.")
        }
        State::Active | State::Rotating | State::Revoked => None,
    };
    let state = state.map(str::to_owned);
    [state, regained, rotates].into_iter().flatten().collect()
}
