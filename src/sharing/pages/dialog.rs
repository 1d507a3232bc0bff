//! The dialog.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::{
    OfFolder,
    asked::AskForm,
    find, folder_path, path,
    read::{Access, Sight},
    rows::Rows,
};
use crate::{
    actor::{Actor, FolderRole},
    db::Db,
    error::{FieldError, Result},
    ids::{FolderId, ShareId},
    library::{FolderBehind, Subject},
    mail::Mail,
    sharing::{
        model::Pick,
        views::{self, Dialog, EndField, LetterFields, ShareForm, SharePage},
    },
    web::{
        Fragment, Now, Page, PageResult, Path, Query, Site,
        time::grouped,
        ui::{Chip, ErrorSummary, Found, Picker, PickerOptions, Shell},
    },
};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct DialogQuery {
    q: String,
    after: Option<ShareId>,
}

/// What was typed into the dialog, and what is wrong with it.
#[derive(Clone)]
pub struct Typed {
    pub picks: Vec<Pick>,
    pub q: String,
    pub role: FolderRole,
    pub ends_on: String,
    pub tells: bool,
    pub message: String,
    pub ask: AskForm,
    /// In the row of somebody.
    pub end: Option<TypedEnd>,
    pub mistakes: Vec<FieldError>,
}

impl Typed {
    /// As the dialog is opened.
    pub fn nothing(q: String) -> Self {
        Self {
            picks: Vec::new(),
            q,
            role: FolderRole::User,
            ends_on: String::new(),
            tells: true,
            message: String::new(),
            ask: AskForm::default(),
            end: None,
            mistakes: Vec::new(),
        }
    }
}

/// A date in somebody's row, and what is wrong with it.
#[derive(Clone)]
pub struct TypedEnd {
    pub subject: Subject,
    pub value: String,
    pub why: String,
}

pub type Tools = (Data<Db>, Data<Mail>, Data<Site>);

pub async fn show(
    actor: Actor,
    shell: Shell,
    tools: Tools,
    Now(now): Now,
    (Path(of), Fragment(is_part)): (Path<OfFolder>, Fragment),
    Query(query): Query<DialogQuery>,
) -> PageResult {
    if is_part {
        let found = tools.0.run(move |conn| {
            let sight = Sight::read(conn, &actor, of.folder, now)?;
            find::find(conn, &sight, (&query.q, &[]), now)
        });
        let found = found.await?;
        return Page(PickerOptions { found }).ok();
    }
    let typed = Typed::nothing(query.q);
    let what = (of.folder, query.after);
    page(&actor, shell, &tools, what, typed, now).await?.ok()
}

/// What is read for the dialog.
struct Read {
    behind: FolderBehind,
    sight: Sight,
    access: Access,
    chips: Vec<Chip>,
    found: Found,
}

impl Read {
    fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        (folder, after): (FolderId, Option<ShareId>),
        typed: &Typed,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let sight = Sight::read(conn, actor, folder, now)?;
        Ok(Self {
            behind: FolderBehind::first(conn, actor, folder, now)?,
            access: Access::read(conn, &sight, after, now)?,
            chips: match typed.picks.as_slice() {
                [] => Vec::new(),
                picks => find::chips(conn, &sight, picks)?,
            },
            found: find::find(conn, &sight, (&typed.q, &typed.picks), now)?,
            sight,
        })
    }
}

/// `what`: of which folder, and after which share the list goes on.
pub async fn page(
    actor: &Actor,
    shell: Shell,
    (db, mail, site): &Tools,
    what: (FolderId, Option<ShareId>),
    typed: Typed,
    now: DateTime<Utc>,
) -> Result<Page<SharePage>> {
    let (asker, kept) = (actor.clone(), typed.clone());
    let read = db
        .run(move |conn| Read::of(conn, &asker, what, &kept, now))
        .await?;
    let folder = read.sight.found.folder.clone();
    let (here, behind) = (path(&shell, folder.id), folder_path(&shell, folder.id));
    let link = site.public_url.at(&behind);
    let shell = shell
        .titled(format!("Share {}", folder.name), "library")
        .at(&here);
    let view = read.behind.view(actor, &shell, now);
    let dialog = dialog(read, &shell, typed, (mail.is_configured(), link), now);
    Ok(Page(SharePage {
        folder: view,
        name: folder.name,
        folder_path: behind,
        dialog,
        shell,
    }))
}

fn dialog(
    read: Read,
    shell: &Shell,
    typed: Typed,
    (mails, link): (bool, String),
    now: DateTime<Utc>,
) -> Dialog {
    let rows = Rows {
        sight: &read.sight,
        access: &read.access,
        end: typed.end.as_ref(),
        shell,
        now,
    };
    let mut mistakes = typed.mistakes.clone();
    mistakes.extend(rows.mistake());
    let here = path(shell, read.sight.found.folder.id);
    Dialog {
        summary: ErrorSummary::of(&mistakes),
        told: read.access.told.view(shell, &here, now),
        requests: rows.requests(),
        ask: read
            .access
            .may_ask
            .then(|| ask(&typed, format!("{here}/requests"), &read.access.leaders)),
        rows: rows.all(),
        count: grouped(read.access.count),
        more: read
            .access
            .next
            .map(|after| format!("{here}?after={after}")),
        pending: rows.pending(),
        why_not: format!(
            "You need to be an Editor of this folder to share it. Ask {}.",
            read.access.whom_to_ask(&read.sight)
        ),
        form: read.sight.may_share.then(|| {
            let (sight, chips, found) = (&read.sight, read.chips, read.found);
            form(sight, shell, (typed, chips, found), (mails, here), now)
        }),
        link,
    }
}

fn ask(typed: &Typed, action: String, leaders: &[String]) -> views::AskForm {
    let error = |field| FieldError::of(&typed.mistakes, field);
    views::AskForm {
        action,
        wanted: typed.ask.wanted.clone(),
        wanted_error: error("wanted"),
        is_editor: typed.ask.role == FolderRole::Editor,
        note: typed.ask.note.clone(),
        note_error: error("note"),
        goes_to: match leaders {
            [] => "Goes to the admins.".to_owned(),
            [one] => format!("Goes to {one}."),
            [some @ .., last] => format!("Goes to {} and {last}.", some.join(", ")),
        },
    }
}

fn form(
    sight: &Sight,
    shell: &Shell,
    (typed, chosen, found): (Typed, Vec<Chip>, Found),
    (mails, here): (bool, String),
    now: DateTime<Utc>,
) -> ShareForm {
    let mistakes = &typed.mistakes;
    let error = |field| FieldError::of(mistakes, field);
    let (ends, message) = (error("ends_on"), error("message"));
    ShareForm {
        picker: Picker {
            label: "Add people and groups",
            hint: match (sight.may_share_with_keys, sight.may_invite.is_some()) {
                (true, true) => {
                    "Names, groups, API keys, or an email address to invite someone new."
                }
                (true, false) => "Names, groups and API keys.",
                (false, _) => "Names and groups. To invite someone new, ask an admin.",
            },
            q: typed.q,
            find: here.clone(),
            chosen,
            found,
            error: error("subject"),
            autofocus: mistakes.is_empty() && shell.flash.is_none(),
        },
        action: here,
        is_editor: typed.role == FolderRole::Editor,
        is_open: ends.is_some()
            || message.is_some()
            || !typed.ends_on.is_empty()
            || !typed.message.is_empty(),
        ends_on: EndField {
            value: typed.ends_on,
            min: shell.zone.date_of(now).to_string(),
            zone: shell.zone.name(),
            error: ends,
        },
        letter: mails.then_some(LetterFields {
            tells: typed.tells,
            message: typed.message,
            error: message,
        }),
    }
}
