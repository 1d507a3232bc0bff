//! *Hand over*: a folder becomes another member's.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::Deserialize;

use super::{OfFolder, back, folder, folder_path};
use crate::{
    actor::Actor,
    db::{Db, Typed},
    error::{Error, FieldError, Result},
    ids::{AuditEventId, FolderId, MemberId},
    library::{actions, find::find, model::Folder, settings::undoable, views::OwnerPage},
    people,
    policy::{HandOverFolder, ManageLibrary, Permit, UseLibrary, permit},
    web::{
        Flash, Form, Fragment, Now, Page, PageResult, Path, Query,
        back::Next,
        see_other_with,
        ui::{
            Avatar, Chip, ErrorSummary, Found, FoundKind, FoundOption, Picker, PickerOptions, Shell,
        },
    },
};

/// How many are shown; whoever looks for others types more.
const SHOWN: usize = 8;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct FindQuery {
    q: String,
    next: Next,
}

/// Whose it becomes, or whom to look for.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct OwnerForm {
    /// `member:ID`.
    #[serde(default)]
    subject: Vec<String>,
    #[serde(default)]
    q: String,
    r#do: Option<Do>,
    #[serde(default)]
    next: Next,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Do {
    Find,
    Add,
}

impl OwnerForm {
    /// What is no id is nobody of ours.
    fn chosen(&self) -> Result<Vec<MemberId>> {
        let mut ids = self
            .subject
            .iter()
            .map(|subject| {
                let id = subject.strip_prefix("member:").ok_or(Error::NotFound)?;
                id.parse().map_err(|_| Error::NotFound)
            })
            .collect::<Result<Vec<MemberId>>>()?;
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }
}

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    (Path(of), Fragment(is_part)): (Path<OfFolder>, Fragment),
    Query(query): Query<FindQuery>,
) -> PageResult {
    if is_part {
        let found = db
            .run(move |conn| {
                let found = find::<HandOverFolder>(conn, &actor, of.folder, now)?;
                look(conn, found.permit.library(), &found.folder, &query.q, &[])
            })
            .await?;
        return Page(PickerOptions { found }).ok();
    }
    let form = OwnerForm {
        q: query.q,
        next: query.next,
        ..OwnerForm::default()
    };
    page(actor, shell, &db, (of.folder, form), &[], now)
        .await?
        .ok()
}

pub async fn hand_over(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Form(form): Form<OwnerForm>,
) -> PageResult {
    let chosen = form.chosen()?;
    let is_typed = !form.q.trim().is_empty();
    if form.r#do == Some(Do::Find) || (chosen.is_empty() && is_typed) {
        return page(actor, shell, &db, (of.folder, form), &[], now)
            .await?
            .ok();
    }
    let done = match chosen.as_slice() {
        [to] => {
            let (giver, to) = (actor.clone(), *to);
            db.run(move |conn| given(conn, &giver, (of.folder, to), now))
                .await
        }
        _ => Err(Error::Invalid(vec![FieldError::new(
            "subject",
            "Choose one person",
        )])),
    };
    match done {
        Ok((folder, name, entry)) => {
            let to = back(&shell, &form.next, folder_path(&shell, folder.id));
            let strong = format!("{} is {name}’s now.", folder.name);
            let text = "Whose it was stays Editor of it.";
            see_other_with(&to, undoable(Flash::done(strong, text), &shell, entry))
        }
        Err(Error::Invalid(mut mistakes)) => {
            // The one field there is says all of it.
            for mistake in &mut mistakes {
                mistake.field = "subject".into();
            }
            page(actor, shell, &db, (of.folder, form), &mistakes, now)
                .await?
                .unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

fn given(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, to): (FolderId, MemberId),
    now: DateTime<Utc>,
) -> Result<(Folder, String, Option<AuditEventId>)> {
    let folder = actions::hand_over(conn, actor, (id, to), now)?;
    // Whoever was no more than its owner has nothing to take it back with.
    let entry = match permit::<ManageLibrary>(actor) {
        Ok(_) => actions::done_here(conn, actor, actions::HANDED_OVER, now)?,
        Err(_) => None,
    };
    let library = permit::<UseLibrary>(actor)?;
    let mut names = people::names(conn, &library, &[to])?;
    Ok((folder, names.remove(&to).unwrap_or_default(), entry))
}

async fn page(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (id, form): (FolderId, OwnerForm),
    mistakes: &[FieldError],
    now: DateTime<Utc>,
) -> Result<Page<OwnerPage>> {
    let (viewer, chosen, q) = (actor.clone(), form.chosen()?, form.q.clone());
    let (read, chips, found, whose) = db
        .run(move |conn| {
            let found = find::<HandOverFolder>(conn, &viewer, id, now)?;
            let library = found.permit.library();
            let options = look(conn, library, &found.folder, &q, &chosen)?;
            let chips = chips(conn, library, &chosen)?;
            let owner: Vec<MemberId> = found.folder.owner_member_id.into_iter().collect();
            let whose = people::names(conn, library, &owner)?.into_values().next();
            let read = folder::Read::first(conn, &viewer, id, now)?;
            Ok((read, chips, options, whose))
        })
        .await?;
    let path = folder_path(&shell, id);
    let is_own = actor.member_id() == read.folder.owner_member_id;
    Ok(Page(OwnerPage {
        folder: read.view(&actor, &shell, now),
        action: format!("{path}/owner"),
        cancel: back(&shell, &form.next, path.clone()),
        summary: ErrorSummary::of(mistakes),
        now: match whose {
            _ if is_own => "It is yours now.".to_owned(),
            Some(name) => format!("It is {name}’s now."),
            None => "It belongs to the workspace now.".to_owned(),
        },
        picker: Picker {
            label: "New owner",
            hint: "The name or email address of a member.",
            q: form.q,
            find: format!("{path}/owner"),
            chosen: chips,
            found,
            error: FieldError::of(mistakes, "subject"),
            autofocus: mistakes.is_empty(),
        },
        shell: shell
            .titled(format!("Hand over {}", read.folder.name), "library")
            .at(path),
    }))
}

fn chips(
    conn: &mut PgConnection,
    library: &Permit<UseLibrary>,
    chosen: &[MemberId],
) -> Result<Vec<Chip>> {
    let names = people::names(conn, library, chosen)?;
    let chip = |id: &MemberId| {
        Ok(Chip {
            value: format!("member:{id}"),
            name: names.get(id).cloned().ok_or(Error::NotFound)?,
        })
    };
    chosen.iter().map(chip).collect()
}

/// Nothing is found before something is looked for.
fn look(
    conn: &mut PgConnection,
    library: &Permit<UseLibrary>,
    folder: &Folder,
    q: &str,
    chosen: &[MemberId],
) -> Result<Found> {
    if q.trim().is_empty() {
        return Ok(Found::default());
    }
    let most = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let mut people = match Typed::read(conn, q)? {
        Some(typed) => people::candidates(conn, library, &typed, most)?,
        None => Vec::new(),
    };
    let is_more = people.len() > SHOWN;
    people.truncate(SHOWN);
    let options: Vec<FoundOption> = people
        .into_iter()
        .map(|listed| FoundOption {
            value: format!("member:{}", listed.member.id),
            avatar: Avatar::person(&listed.name),
            taken: match folder.owner_member_id == Some(listed.member.id) {
                true => "Owns it",
                false => "",
            },
            checked: chosen.contains(&listed.member.id),
            name: listed.name,
            note: listed.email,
        })
        .collect();
    Ok(Found {
        told: match (options.len(), is_more) {
            (0, _) => "No one by that name.".to_owned(),
            (1, _) => "1 person found.".to_owned(),
            (n, false) => format!("{n} people found."),
            (n, true) => format!("The first {n} are shown. Type more to find others."),
        },
        kinds: match options.is_empty() {
            true => Vec::new(),
            false => vec![FoundKind {
                title: "People",
                options,
            }],
        },
    })
}
