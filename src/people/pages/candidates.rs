//! People to choose from, as the picker shows them.

use std::collections::BTreeSet;

use diesel::PgConnection;

use crate::{
    actor::Actor,
    db::{Db, Typed},
    error::{Error, FieldError, Result},
    ids::{GroupId, MemberId},
    people::{model::Listed, store},
    policy::{ListMembers, permit},
    web::ui::{Avatar, Chip, Found, FoundKind, FoundOption, Picker},
};

/// How many are shown; whoever looks for others types more.
const SHOWN: usize = 8;

/// The picker for a group: who has been chosen, and whom `q` finds.
///
/// # Errors
/// `NotFound`: somebody of the chosen is not of this workspace.
pub async fn picker(
    db: &Db,
    actor: &Actor,
    (group, q): (GroupId, &str),
    chosen: BTreeSet<MemberId>,
    mistakes: &[FieldError],
) -> Result<Picker> {
    let (actor, typed) = (actor.clone(), q.to_owned());
    let (chosen, found) = db
        .run(move |conn| {
            let found = find(conn, &actor, group, &typed, &chosen)?;
            Ok((chips(conn, &actor, chosen)?, found))
        })
        .await?;
    Ok(Picker {
        label: "People",
        hint: "Names or email addresses of members.",
        q: q.to_owned(),
        find: String::new(),
        chosen,
        found,
        error: FieldError::of(mistakes, "subject"),
        autofocus: mistakes.is_empty(),
    })
}

/// Only whom `q` finds, for the script.
///
/// # Errors
/// `NotFound`: there is no such group.
pub async fn found(db: &Db, actor: &Actor, group: GroupId, q: String) -> Result<Found> {
    let actor = actor.clone();
    db.run(move |conn| find(conn, &actor, group, &q, &BTreeSet::new()))
        .await
}

fn chips(conn: &mut PgConnection, actor: &Actor, ids: BTreeSet<MemberId>) -> Result<Vec<Chip>> {
    let ids: Vec<MemberId> = ids.into_iter().collect();
    let names = store::names(conn, &permit::<ListMembers>(actor)?, &ids)?;
    ids.iter()
        .map(|id| {
            Ok(Chip {
                value: value(*id),
                name: names.get(id).cloned().ok_or(Error::NotFound)?,
            })
        })
        .collect()
}

/// Nothing is found before something is looked for.
fn find(
    conn: &mut PgConnection,
    actor: &Actor,
    group: GroupId,
    typed: &str,
    chosen: &BTreeSet<MemberId>,
) -> Result<Found> {
    if typed.trim().is_empty() {
        return Ok(Found::default());
    }
    let permit = permit::<ListMembers>(actor)?;
    store::find_group(conn, &permit, group)?;
    let most = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let mut people = match Typed::read(conn, typed)? {
        Some(typed) => store::candidates(conn, &permit, &typed, most)?,
        None => Vec::new(),
    };
    let more = people.len() > SHOWN;
    people.truncate(SHOWN);
    let ids: Vec<MemberId> = people.iter().map(|listed| listed.member.id).collect();
    let there = store::in_group_since(conn, &permit, group, &ids)?;
    let options: Vec<FoundOption> = people
        .iter()
        .map(|listed| option(listed, there.contains_key(&listed.member.id), chosen))
        .collect();
    Ok(Found {
        told: told(options.len(), more),
        kinds: match options.is_empty() {
            true => Vec::new(),
            false => vec![FoundKind {
                title: "People",
                options,
            }],
        },
    })
}

fn option(listed: &Listed, is_there: bool, chosen: &BTreeSet<MemberId>) -> FoundOption {
    FoundOption {
        value: value(listed.member.id),
        avatar: Avatar::person(&listed.name),
        name: listed.name.clone(),
        note: listed.email.clone(),
        taken: if is_there { "In the group" } else { "" },
        checked: chosen.contains(&listed.member.id),
    }
}

fn told(n: usize, more: bool) -> String {
    match (n, more) {
        (0, _) => "No one by that name.".to_owned(),
        (1, _) => "1 person found.".to_owned(),
        (n, false) => format!("{n} people found."),
        (n, true) => format!("The first {n} are shown. Type more to find others."),
    }
}

fn value(id: MemberId) -> String {
    format!("member:{id}")
}
