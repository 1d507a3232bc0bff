//! What the list is made of: rows, what narrows it, and what stands there instead.

use chrono::{DateTime, Utc};

use super::{
    asked::Asked,
    folders_path,
    list::Read,
    model::{Folder, Share, Subject},
    store::Sort,
    views::{Choice, Empty, FiguresView, FolderRow},
};
use crate::{
    ids::MemberId,
    library::files::Size,
    web::{
        self,
        paging::Cursor,
        time,
        ui::{Pager, Shell},
    },
};

/// Whoever owns a folder.
pub fn owners(asked: &Asked, read: &Read) -> Vec<Choice> {
    let mut named: Vec<(&MemberId, &String)> = read.owners.iter().collect();
    named.sort_by_key(|(id, name)| (name.to_lowercase(), **id));
    let fixed = [("", "All owners"), ("none", "The workspace")];
    let fixed = fixed.map(|(value, text)| (value.to_owned(), text.to_owned()));
    let named = named
        .into_iter()
        .map(|(id, name)| (id.to_string(), name.clone()));
    let mut all: Vec<(String, String)> = fixed.into_iter().chain(named).collect();
    if all.iter().all(|(value, _)| *value != asked.owner) {
        all.push((asked.owner.clone(), "The chosen owner".to_owned()));
    }
    all.into_iter()
        .map(|(value, text)| Choice {
            selected: value == asked.owner,
            value,
            text,
        })
        .collect()
}

pub fn row(
    folder: &Folder,
    read: &Read,
    asked: &Asked,
    shell: &Shell,
    now: DateTime<Utc>,
) -> FolderRow {
    let page = format!("{}/{}", folders_path(shell), folder.id);
    let reached = read
        .who
        .as_ref()
        .and_then(|(_, reached)| reached.of(folder.id));
    let size = read.sizes.get(&folder.id).copied().unwrap_or_default();
    FolderRow {
        id: folder.id.to_string(),
        share: (!asked.in_trash).then(|| format!("{page}/share")),
        page,
        name: folder.name.clone(),
        within: within(size),
        size: web::size(size.bytes),
        owner: match folder.owner_member_id {
            None => "The workspace".to_owned(),
            Some(id) => read.owners.get(&id).cloned().unwrap_or_default(),
        },
        access: match &reached {
            Some((role, _)) => role.clone(),
            None => with(read.shares.get(&folder.id)),
        },
        through: reached.map(|(_, through)| through).unwrap_or_default(),
        when: match folder.trashed_at {
            Some(at) => Some(shell.zone.relative(at, now)),
            None => Some(shell.zone.relative(folder.created_at, now)),
        },
    }
}

/// "2 folders, 214 files in it".
fn within(size: Size) -> String {
    let said: Vec<String> = [(size.folders, "folder"), (size.files, "file")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, noun)| time::counted(n, noun))
        .collect();
    match said.is_empty() {
        true => String::new(),
        false => format!("{} in it", said.join(", ")),
    }
}

pub fn figures(read: &Read, path: &str) -> Option<FiguresView> {
    let (folders, files, space) = read.figures?;
    let asked = |asked: Asked| asked.address(path);
    Some(FiguresView {
        folders: time::grouped(folders.at_top),
        inside: time::grouped(folders.inside),
        files: time::grouped(files.files),
        used: web::size(space.used),
        room: web::size(space.total_limit),
        in_trash: (files.bytes_in_trash > 0).then(|| web::size(files.bytes_in_trash)),
        trash: asked(Asked {
            in_trash: true,
            ..Asked::default()
        }),
        with_key: time::grouped(folders.with_key),
        with_key_href: asked(Asked {
            access: "key".to_owned(),
            ..Asked::default()
        }),
        file_limit: web::size(space.file_limit),
        limits: format!("{path}/limits"),
    })
}

/// "2 people, 1 group, 1 key".
fn with(shares: Option<&Vec<Share>>) -> String {
    let count = |is: fn(&Subject) -> bool| {
        let those = shares
            .into_iter()
            .flatten()
            .filter(|share| is(&share.subject));
        those.count()
    };
    let said: Vec<String> = [
        (
            count(|s| matches!(s, Subject::Member(_))),
            "person",
            "people",
        ),
        (count(|s| matches!(s, Subject::Group(_))), "group", "groups"),
        (count(|s| matches!(s, Subject::Key(_))), "key", "keys"),
    ]
    .into_iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
    .collect();
    match said.is_empty() {
        true => "Only the owner".to_owned(),
        false => said.join(", "),
    }
}

pub fn pages(asked: &Asked, read: &Read, back: &str, sort: Sort) -> Pager {
    let sign = if back.contains('?') { '&' } else { '?' };
    let slice = &read.slice;
    let label = match slice.newer || slice.older {
        false => time::counted(read.total, "folder"),
        true => format!(
            "{} of {}",
            slice.rows.len(),
            time::counted(read.total, "folder")
        ),
    };
    let link = |side: &str, folder: &Folder| {
        let at = match sort {
            Sort::Name => folder.folded.clone(),
            Sort::Newest => String::new(),
        };
        let place = Cursor { at, id: folder.id };
        format!("{back}{sign}{side}={}", place.encode())
    };
    let (previous, next) = match (asked.who, &read.who) {
        (Some(_), Some((_, reached))) => {
            let number = |n: i64| format!("{back}{sign}page={n}");
            (
                slice.newer.then(|| number(reached.page - 1)),
                slice.older.then(|| number(reached.page + 1)),
            )
        }
        _ => (
            slice
                .rows
                .first()
                .filter(|_| slice.newer)
                .map(|f| link("after", f)),
            slice
                .rows
                .last()
                .filter(|_| slice.older)
                .map(|f| link("before", f)),
        ),
    };
    Pager::by_page(label, previous, next)
}

pub fn empty(asked: &Asked, path: &str) -> Empty {
    let (title, text, clear) = if asked.who.is_some() {
        let text = "Nothing is shared with them, no group of theirs has a role in a folder, and they own none.";
        ("They reach no folder", text, path)
    } else if asked.is_narrowed() {
        let text = "Search looks at the names of all folders, also of those within others.";
        ("No folder matches", text, path)
    } else if asked.in_trash {
        let text = "What is deleted stays here for 30 days, and can be restored.";
        ("The trash is empty", text, "")
    } else {
        let text = "Folders that people and programs make in the Library are listed here, whoever they are shared with.";
        ("There is no folder yet", text, "")
    };
    Empty {
        title,
        text: text.to_owned(),
        clear: clear.to_owned(),
    }
}
