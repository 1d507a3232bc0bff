//! *Add people* to a group, and *Remove* from it.

use std::collections::BTreeSet;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    OfGroup, OfPlace, list_path,
    show::{self, Asked},
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::{GroupId, MemberId},
    people::{
        actions::{self, Added},
        pages::candidates,
        views::GroupAddPage,
    },
    policy::{ManageGroups, permit},
    web::{
        Flash, Form, Fragment, Now, Page, PageResult, Path, Query,
        back::Back,
        see_other_with,
        ui::{ErrorSummary, PickerOptions, Shell},
    },
};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct FindQuery {
    #[serde(default)]
    q: String,
}

/// What the dialog sends: whom to add, or what to look for.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct AddForm {
    /// `member:ID`.
    #[serde(default)]
    subject: Vec<String>,
    #[serde(default)]
    q: String,
    r#do: Option<Do>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Do {
    Find,
    Add,
}

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    (Path(of), Fragment(is_part)): (Path<OfGroup>, Fragment),
    Query(query): Query<FindQuery>,
) -> PageResult {
    permit::<ManageGroups>(&actor)?;
    if is_part {
        let found = candidates::found(&db, &actor, of.group, query.q).await?;
        return Page(PickerOptions { found }).ok();
    }
    let form = AddForm {
        q: query.q,
        ..AddForm::default()
    };
    page(&actor, shell, &db, (of.group, &form), &[], now)
        .await?
        .ok()
}

pub async fn add(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfGroup>,
    Form(form): Form<AddForm>,
) -> PageResult {
    permit::<ManageGroups>(&actor)?;
    let ids = parsed(&form.subject)?;
    let is_typed = !form.q.trim().is_empty();
    let asked = form.r#do;
    // Whoever typed a name and has chosen nobody has not found them yet.
    if asked == Some(Do::Find) || (ids.is_empty() && is_typed) {
        return page(&actor, shell, &db, (of.group, &form), &[], now)
            .await?
            .ok();
    }
    if ids.is_empty() {
        let mistake = [FieldError::new("subject", "Choose at least one person")];
        return page(&actor, shell, &db, (of.group, &form), &mistake, now)
            .await?
            .unprocessable();
    }
    let adder = actor.clone();
    let done = db
        .run(move |conn| actions::add_to_group(conn, &adder, of.group, &ids, now))
        .await;
    match done {
        Ok(added) => {
            let to = format!("{}/{}", list_path(&shell), added.group.id);
            see_other_with(&to, said(&added))
        }
        Err(Error::Invalid(mistakes)) => {
            page(&actor, shell, &db, (of.group, &form), &mistakes, now)
                .await?
                .unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

/// As a set: who is chosen twice is added once. What is no id is nobody of ours.
fn parsed(subjects: &[String]) -> Result<BTreeSet<MemberId>> {
    subjects
        .iter()
        .map(|subject| {
            let id = subject.strip_prefix("member:").ok_or(Error::NotFound)?;
            id.parse().map_err(|_| Error::NotFound)
        })
        .collect()
}

/// "3 people are in Engineering now. 1 skipped: in it already."
fn said(added: &Added) -> Flash {
    let group = &added.group.name;
    let skipped = [
        (added.were_in, "in it already"),
        (added.suspended, "suspended"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, why)| format!("{n} skipped: {why}."))
    .collect::<Vec<_>>()
    .join(" ");
    match added.people.as_slice() {
        [] => Flash::not_done("Nobody was added.", skipped),
        [one] => Flash::done(format!("{} is in {group} now.", one.name), skipped),
        many => Flash::done(
            format!("{} people are in {group} now.", many.len()),
            skipped,
        ),
    }
}

async fn page(
    actor: &Actor,
    shell: Shell,
    db: &Db,
    (id, form): (GroupId, &AddForm),
    mistakes: &[FieldError],
    now: DateTime<Utc>,
) -> Result<Page<GroupAddPage>> {
    let chosen = parsed(&form.subject)?;
    let read = show::read(db, actor, id, Asked::default()).await?;
    let picker = candidates::picker(db, actor, (id, &form.q), chosen, mistakes).await?;
    let page = format!("{}/{id}", list_path(&shell));
    let title = format!("Add people to {}", read.group.name);
    Ok(Page(GroupAddPage {
        action: format!("{page}/members"),
        cancel: page.clone(),
        name: read.group.name.clone(),
        group: read.view(actor, &shell, None, now),
        picker: picker.at(format!("{page}/members/new")),
        summary: ErrorSummary::of(mistakes),
        shell: shell.titled(title, "groups").at(page),
    }))
}

type Request = (Actor, Shell, Data<Db>, Now, Path<OfPlace>, Form<Back>);

pub async fn take_out(request: Request) -> PageResult {
    let (actor, shell, db, Now(now), Path(of), Form(back)) = request;
    let (group, named) = db
        .run(move |conn| actions::remove_from_group(conn, &actor, of.group, of.member, now))
        .await?;
    let list = list_path(&shell);
    let page = format!("{list}/{}", group.id);
    let flash = Flash::done(
        format!("{} is not in {} any more.", named.name, group.name),
        "What it allowed them, and nothing else did, they may do no more.",
    )
    .undo(format!("{page}/members/{}/addition", of.member));
    see_other_with(back.next.within(&list).unwrap_or(&page), flash)
}

/// What *Undo* asks for: the form of the dialog says more than it can.
pub async fn add_back(request: Request) -> PageResult {
    let (actor, shell, db, Now(now), Path(of), Form(back)) = request;
    let added = db
        .run(move |conn| actions::put_back(conn, &actor, of.group, of.member, now))
        .await?;
    let list = list_path(&shell);
    let page = format!("{list}/{}", added.group.id);
    let flash = said(&added);
    see_other_with(back.next.within(&list).unwrap_or(&page), flash)
}
