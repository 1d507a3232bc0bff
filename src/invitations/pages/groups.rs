//! Groups to choose from, as the picker shows them.

use std::collections::BTreeSet;

use diesel::PgConnection;

use crate::{
    actor::Actor,
    db::{Db, Typed},
    error::{Error, FieldError, Result},
    ids::GroupId,
    people,
    policy::{ListMembers, permit},
    web::ui::{Avatar, Chip, Found, FoundKind, FoundOption, Picker},
};

/// How many are shown; whoever looks for others types more.
const SHOWN: usize = 8;

/// As a set; what is no id is no group of ours.
pub fn parsed(subjects: &[String]) -> Result<BTreeSet<GroupId>> {
    subjects
        .iter()
        .map(|subject| {
            let id = subject.strip_prefix("group:").ok_or(Error::NotFound)?;
            id.parse().map_err(|_| Error::NotFound)
        })
        .collect()
}

/// Those that were chosen and are there, and what `q` finds.
pub async fn picker(
    db: &Db,
    actor: &Actor,
    q: &str,
    chosen: BTreeSet<GroupId>,
    mistakes: &[FieldError],
) -> Result<Picker> {
    let (actor, typed) = (actor.clone(), q.to_owned());
    let (chosen, found) = db
        .run(move |conn| {
            let permit = permit::<ListMembers>(&actor)?;
            let ids: Vec<GroupId> = chosen.iter().copied().collect();
            let named = people::named_groups(conn, &permit, &ids)?;
            Ok((named, find(conn, &actor, &typed, &chosen)?))
        })
        .await?;
    Ok(Picker {
        label: "Groups (optional)",
        hint: "Whoever accepts comes into these.",
        q: q.to_owned(),
        find: String::new(),
        chosen: chosen
            .into_iter()
            .map(|(id, name)| Chip {
                value: value(id),
                name,
            })
            .collect(),
        found,
        error: FieldError::of(mistakes, "subject"),
        autofocus: false,
    })
}

/// Only what `q` finds, for the script.
pub async fn found(db: &Db, actor: &Actor, q: String) -> Result<Found> {
    let actor = actor.clone();
    db.run(move |conn| find(conn, &actor, &q, &BTreeSet::new()))
        .await
}

/// Nothing is found before something is looked for.
fn find(
    conn: &mut PgConnection,
    actor: &Actor,
    typed: &str,
    chosen: &BTreeSet<GroupId>,
) -> Result<Found> {
    if typed.trim().is_empty() {
        return Ok(Found::default());
    }
    let permit = permit::<ListMembers>(actor)?;
    let most = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let mut groups = match Typed::read(conn, typed)? {
        Some(typed) => people::find_groups(conn, &permit, &typed, most)?,
        None => Vec::new(),
    };
    let more = groups.len() > SHOWN;
    groups.truncate(SHOWN);
    let options: Vec<FoundOption> = groups
        .into_iter()
        .map(|(id, name, note)| FoundOption {
            value: value(id),
            avatar: Avatar::group(),
            name,
            note,
            taken: "",
            checked: chosen.contains(&id),
        })
        .collect();
    let told = match (options.len(), more) {
        (0, _) => "No group by that name.".to_owned(),
        (1, _) => "1 group found.".to_owned(),
        (n, false) => format!("{n} groups found."),
        (n, true) => format!("The first {n} are shown. Type more to find others."),
    };
    let kinds = match options.is_empty() {
        true => Vec::new(),
        false => vec![FoundKind {
            title: "Groups",
            options,
        }],
    };
    Ok(Found { told, kinds })
}

fn value(id: GroupId) -> String {
    format!("group:{id}")
}
