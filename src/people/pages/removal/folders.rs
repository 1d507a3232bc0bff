//! The folders that somebody leaves, and who gets them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    actor::{Actor, Role},
    error::{Error, FieldError, Result},
    ids::{FolderId, MemberId},
    owned_folders::{FolderFate, FolderFates, OwnedFolder},
    people::{
        store,
        views::{HeirOption, LeftFolder, LeftFolders},
    },
    policy::{ManageMembers, Permit},
    reached_folders::Reach,
    web::{
        time::{counted, grouped},
        ui::FolderChoice,
    },
};
use diesel::PgConnection;

/// What the fields of single folders are called: this, and the folder's id.
pub const FOLDER: &str = "folder-";

const TRASH: &str = "trash";

/// Owners and admins that are offered beside whoever removes.
const LEADERS: i64 = 20;

/// Folders that are only counted after so many.
const REACHED: usize = 10;

/// What a form says of the folders; whoever removes gets those of which it says nothing.
pub fn fates(actor: &Actor, each: &BTreeMap<String, String>) -> Result<FolderFates> {
    let each = each.iter().filter_map(|(field, fate)| {
        let id = field.strip_prefix(FOLDER)?.parse::<FolderId>();
        let fate = match fate.as_str() {
            TRASH => Ok(FolderFate::Trash),
            heir => heir.parse().map(FolderFate::HandOver),
        };
        Some(id.and_then(|id| Ok((id, fate?))))
    });
    Ok(FolderFates {
        each: each
            .collect::<Result<_, _>>()
            .map_err(|_| Error::NotFound)?,
        others: actor.member_id().ok_or(Error::NotFound)?,
    })
}

/// What the boxes of folders are called that keys get which are taken over: this, and the folder's id.
pub const SHARE: &str = "share-";

/// Folders that keys get which are taken over.
pub fn shares(each: &BTreeMap<String, String>) -> Result<BTreeSet<FolderId>> {
    let ids = each.keys().filter_map(|field| field.strip_prefix(SHARE));
    ids.map(|id| id.parse().map_err(|_| Error::NotFound))
        .collect()
}

/// What is offered to be shared with them. None: there is nothing.
pub fn choice(reach: &Reach, each: &BTreeMap<String, String>) -> Option<FolderChoice> {
    FolderChoice::new(
        (
            "Share folders with the keys you take over".to_owned(),
            "As keys of the workspace they reach no folder by themselves.".to_owned(),
        ),
        reach,
        |id| (format!("{SHARE}{id}"), "on".to_owned()),
        |id| each.contains_key(&format!("{SHARE}{id}")),
    )
}

/// Who can get any of them, but for whoever removes and whoever is removed.
pub fn leaders(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    leaves: MemberId,
) -> Result<Vec<(MemberId, String)>> {
    let own = permit.actor().member_id();
    let roles = [Role::Owner, Role::Admin];
    let mut leaders = store::with_role(conn, permit, &roles, LEADERS)?;
    leaders.retain(|(id, _)| *id != leaves && Some(*id) != own);
    Ok(leaders)
}

/// None: they own none.
pub fn left(
    (owned, total): &(Vec<OwnedFolder>, i64),
    leaders: &[(MemberId, String)],
    you: Option<MemberId>,
    chosen: &BTreeMap<String, String>,
    library: &str,
    mistakes: &[FieldError],
) -> Option<LeftFolders> {
    let others = total - i64::try_from(owned.len()).unwrap_or(i64::MAX);
    (*total > 0).then(|| LeftFolders {
        number: counted(*total, "folder"),
        folders: owned
            .iter()
            .map(|folder| {
                let field = format!("{FOLDER}{}", folder.id);
                LeftFolder {
                    heirs: heirs(folder, leaders, you, chosen.get(&field)),
                    field,
                    page: format!("{library}/{}", folder.id),
                    name: folder.name.clone(),
                    text: text(folder),
                }
            })
            .collect(),
        others: match others {
            ..=0 => String::new(),
            n => counted(n, "other folder"),
        },
        error: FieldError::of(mistakes, "folders"),
    })
}

fn heirs(
    folder: &OwnedFolder,
    leaders: &[(MemberId, String)],
    you: Option<MemberId>,
    chosen: Option<&String>,
) -> Vec<HeirOption> {
    let is_editor = |id: &MemberId| folder.editors.iter().any(|(editor, _)| editor == id);
    let editors = folder.editors.iter().filter(|(id, _)| Some(*id) != you);
    let editors = editors.map(|(id, name)| (id.to_string(), format!("{name}, Editor of it")));
    let leaders = leaders.iter().filter(|(id, _)| !is_editor(id));
    let leaders = leaders.map(|(id, name)| (id.to_string(), name.clone()));
    let you = you.map(|id| (id.to_string(), "You".to_owned()));
    let trash = (TRASH.to_owned(), "Move to the trash".to_owned());
    let all = you.into_iter().chain(editors).chain(leaders).chain([trash]);
    all.map(|(value, text)| HeirOption {
        selected: chosen == Some(&value),
        value,
        text,
    })
    .collect()
}

/// "3 folders in it. 2 people and 1 key have access".
fn text(folder: &OwnedFolder) -> String {
    let with: Vec<String> = [
        (folder.people, "1 person", "people"),
        (folder.groups, "1 group", "groups"),
        (folder.keys, "1 key", "keys"),
    ]
    .into_iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, one, many)| match n {
        1 => one.to_owned(),
        n => format!("{} {many}", grouped(n)),
    })
    .collect();
    let number = folder.people + folder.groups + folder.keys;
    let access = match (with.split_last(), number) {
        (None, _) => "Nobody else has access".to_owned(),
        (Some((last, [])), 1) => format!("{last} has access"),
        (Some((last, [])), _) => format!("{last} have access"),
        (Some((last, rest)), _) => format!("{} and {last} have access", rest.join(", ")),
    };
    match folder.within {
        0 => access,
        n => format!("{} in it. {access}", counted(n, "folder")),
    }
}

/// The first of the folders that they reach and do not own.
pub fn shared(reach: &Reach, owned: i64) -> String {
    let first: Vec<&str> = reach
        .folders
        .iter()
        .filter(|folder| !folder.is_owned())
        .take(REACHED)
        .map(|folder| folder.name.as_str())
        .collect();
    let more = reach.total - owned - i64::try_from(first.len()).unwrap_or(i64::MAX);
    match (first.is_empty(), more) {
        (true, _) => String::new(),
        (false, ..=0) => first.join(", "),
        (false, n) => format!("{} and {} more", first.join(", "), grouped(n)),
    }
}
