//! People, groups and keys to choose from, as the picker shows them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    found::{nobody, told},
    names::Names,
    read::Sight,
};
use crate::{
    actor::FolderRole,
    db::Typed,
    error::{Error, Result},
    invitations, keys,
    library::{self, Share, Subject},
    people::{self, Email},
    sharing::model::{Pick, value},
    web::{
        time::counted,
        ui::{Avatar, Chip, Found, FoundKind, FoundOption},
    },
};

/// How many of each kind are shown; whoever looks for others types more.
const SHOWN: usize = 5;

/// One more, to know whether there are others.
const ASKED: i64 = 6;

const TAKEN: &str = "Has access";

/// What `typed` finds. Nothing before something is looked for.
pub fn find(
    conn: &mut PgConnection,
    sight: &Sight,
    (typed, picked): (&str, &[Pick]),
    now: DateTime<Utc>,
) -> Result<Found> {
    if typed.trim().is_empty() || !sight.may_share {
        return Ok(Found::default());
    }
    let library = sight.found.permit.library();
    let mut kinds: Vec<(FoundKind, &'static str)> = Vec::new();
    let mut subjects = Vec::new();
    let mut more = false;
    let mut options: Vec<Candidate> = Vec::new();
    if let Some(words) = Typed::read(conn, typed)? {
        let people = people::candidates(conn, library, &words, ASKED)?;
        let groups = people::find_groups(conn, library, &words, ASKED)?;
        let keys = match sight.may_share_with_keys {
            true => keys::to_share(conn, library, &words, ASKED)?,
            false => Vec::new(),
        };
        more = [people.len(), groups.len(), keys.len()]
            .iter()
            .any(|n| *n > SHOWN);
        for person in people.iter().take(SHOWN) {
            let subject = Subject::Member(person.member.id);
            let avatar = Avatar::person(&person.name);
            options.push((subject, avatar, person.name.clone(), person.email.clone()));
        }
        let ids: Vec<_> = groups.iter().take(SHOWN).map(|(id, ..)| *id).collect();
        let sizes = people::sizes(conn, library, &ids)?;
        for (id, name, _) in groups.into_iter().take(SHOWN) {
            let size = counted(sizes.get(&id).copied().unwrap_or_default(), "member");
            options.push((Subject::Group(id), Avatar::group(), name, size));
        }
        options.extend(keys.into_iter().take(SHOWN).map(|key| of_key(key, now)));
        subjects.extend(options.iter().map(|(subject, ..)| *subject));
    }
    let there = taken(conn, sight, &subjects, now)?;
    for (title, noun, kind) in [
        ("People", "person", "member"),
        ("Groups", "group", "group"),
        ("API keys", "API key", "api_key"),
    ] {
        let of_kind = options
            .iter()
            .filter(|(subject, ..)| subject.kind() == kind);
        let options: Vec<FoundOption> = of_kind
            .map(|one| option(one, there.contains(&one.0), picked))
            .collect();
        if !options.is_empty() {
            kinds.push((FoundKind { title, options }, noun));
        }
    }
    let somebody_new = somebody_new(conn, sight, (typed, picked), now)?;
    let told = match (kinds.is_empty(), &somebody_new) {
        (true, None) => nobody(conn, sight, typed)?,
        (true, Some(_)) => "No one here has this address. You can invite them.".to_owned(),
        (false, new) => told(&kinds, (more, new.is_some())),
    };
    let mut kinds: Vec<FoundKind> = kinds.into_iter().map(|(kind, _)| kind).collect();
    kinds.extend(somebody_new);
    Ok(Found { told, kinds })
}

/// Only keys, for whoever may share with them; also those that have a role here, which may become a greater one.
pub fn keys(
    conn: &mut PgConnection,
    sight: &Sight,
    (typed, picked): (&str, &[Pick]),
    now: DateTime<Utc>,
) -> Result<Found> {
    let Some(words) = Typed::read(conn, typed)? else {
        return Ok(Found::default());
    };
    let found = keys::to_share(conn, sight.found.permit.library(), &words, ASKED)?;
    let (n, more) = (found.len().min(SHOWN), found.len() > SHOWN);
    let told = match (n, more) {
        (0, _) => "No API key by that name.".to_owned(),
        (n, false) => format!(
            "{} found.",
            counted(i64::try_from(n).unwrap_or(0), "API key")
        ),
        (n, true) => format!("The first {n} are shown. Type more to find others."),
    };
    let candidates = found.into_iter().take(SHOWN).map(|key| of_key(key, now));
    let mut candidates: Vec<Candidate> = candidates.collect();
    let subjects: Vec<Subject> = candidates.iter().map(|(subject, ..)| *subject).collect();
    let present = present(conn, sight, &subjects, now)?;
    for (subject, _, _, note) in &mut candidates {
        if let Some(share) = present.get(subject) {
            *note = format!("{note}. {} already", share.role.title());
        }
    }
    let options: Vec<FoundOption> = candidates
        .iter()
        .map(|candidate| option(candidate, false, picked))
        .collect();
    let kinds = match options.is_empty() {
        true => Vec::new(),
        false => vec![FoundKind {
            title: "API keys",
            options,
        }],
    };
    Ok(Found { told, kinds })
}

/// What can be picked: with its avatar, its name, and a word about it.
type Candidate = (Subject, Avatar, String, String);

fn of_key(key: keys::Key, now: DateTime<Utc>) -> Candidate {
    let note = match key.state(now).refusal() {
        None => key.mask(),
        Some(_) => format!("{} {}", key.mask(), key.state(now).name()),
    };
    let avatar = match key.kind.is_publishable() {
        true => Avatar::publishable_key(),
        false => Avatar::key(),
    };
    (Subject::Key(key.id), avatar, key.label, note)
}

fn option(
    (subject, avatar, name, note): &Candidate,
    is_there: bool,
    picked: &[Pick],
) -> FoundOption {
    FoundOption {
        value: value(*subject),
        avatar: avatar.clone(),
        name: name.clone(),
        note: note.clone(),
        taken: if is_there { TAKEN } else { "" },
        checked: picked.contains(&Pick::Known(*subject)),
    }
}

/// Which of these have all that can be given to them here: a role in the folder itself, or Editor by one above it.
fn taken(
    conn: &mut PgConnection,
    sight: &Sight,
    subjects: &[Subject],
    now: DateTime<Utc>,
) -> Result<Vec<Subject>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let found = &sight.found;
    let of = (&found.folder.path, subjects);
    let shares = library::shares_of(conn, &found.permit, of, now)?;
    let mut taken: Vec<Subject> = shares
        .into_iter()
        .filter(|share| share.folder == found.folder.id || share.role == FolderRole::Editor)
        .map(|share| share.subject)
        .collect();
    let owners = library::owners_on(conn, &found.permit, &found.folder.path)?;
    taken.extend(
        owners
            .into_iter()
            .map(|(_, member)| Subject::Member(member)),
    );
    Ok(taken)
}

/// What these have in the folder itself, or else by those above it: the greatest there.
pub fn present(
    conn: &mut PgConnection,
    sight: &Sight,
    subjects: &[Subject],
    now: DateTime<Utc>,
) -> Result<HashMap<Subject, Share>> {
    if subjects.is_empty() {
        return Ok(HashMap::new());
    }
    let found = &sight.found;
    let of = (&found.folder.path, subjects);
    let mut shares = library::shares_of(conn, &found.permit, of, now)?;
    let end = |share: &Share| {
        share
            .expires_at
            .map_or((true, None), |end| (false, Some(end)))
    };
    shares.sort_by_key(|share| (share.folder == found.folder.id, share.role, end(share)));
    // The last of each.
    Ok(shares
        .into_iter()
        .map(|share| (share.subject, share))
        .collect())
}

/// Whoever has the address that was typed and is nobody here, for those who may invite them.
fn somebody_new(
    conn: &mut PgConnection,
    sight: &Sight,
    (typed, picked): (&str, &[Pick]),
    now: DateTime<Utc>,
) -> Result<Option<FoundKind>> {
    let (Some(permit), Ok(email)) = (&sight.may_invite, Email::parse(typed)) else {
        return Ok(None);
    };
    if people::is_suspended_with(conn, permit, email.as_str())?.is_some() {
        return Ok(None);
    }
    let open = invitations::open_to(conn, permit, email.as_str(), now)?;
    let has_it = match &open {
        None => false,
        Some(open) => sight
            .promised(conn, open.id)?
            .contains(&sight.found.folder.id),
    };
    let pick = Pick::Email(email.as_str().to_lowercase());
    let option = FoundOption {
        value: pick.value(),
        avatar: Avatar::mail(),
        name: email.as_str().to_owned(),
        note: match open {
            None => "Invite to the workspace, as a member".to_owned(),
            Some(_) => "Is invited already, and gets this with it".to_owned(),
        },
        taken: if has_it { "Invited" } else { "" },
        checked: picked.contains(&pick),
    };
    Ok(Some(FoundKind {
        title: "Someone new",
        options: vec![option],
    }))
}

/// Those that are picked.
///
/// # Errors
/// `NotFound`: one of them is nobody and nothing of this workspace.
pub fn chips(conn: &mut PgConnection, sight: &Sight, picks: &[Pick]) -> Result<Vec<Chip>> {
    let subjects: Vec<Subject> = picks
        .iter()
        .filter_map(|pick| match pick {
            Pick::Known(subject) => Some(*subject),
            Pick::Email(_) => None,
        })
        .collect();
    let has_key = subjects.iter().any(|s| matches!(s, Subject::Key(_)));
    if has_key && !sight.may_share_with_keys {
        return Err(Error::NotFound);
    }
    let names = Names::read(conn, sight.found.permit.library(), &subjects)?;
    picks
        .iter()
        .map(|pick| {
            let name = match pick {
                Pick::Known(subject) => names.of(*subject).ok_or(Error::NotFound)?,
                Pick::Email(email) => email,
            };
            Ok(Chip {
                value: pick.value(),
                name: name.to_owned(),
            })
        })
        .collect()
}
