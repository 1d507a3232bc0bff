//! What the list is made of: rows, what narrows it, and what stands there instead.

use chrono::{DateTime, Utc};

use super::{
    asked::Asked,
    folders_path,
    list::Read,
    model::Folder,
    store::{Few, Reaching, Sort},
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
        .and_then(|about| about.reached.of(folder.id));
    let size = read.sizes.get(&folder.id).copied().unwrap_or_default();
    let (access, through) = reached.unwrap_or_else(|| with(read.reaching.get(&folder.id)));
    FolderRow {
        id: folder.id.to_string(),
        share: (!asked.in_trash).then(|| format!("{page}/share")),
        page,
        name: folder.name.clone(),
        place: place(folder, read),
        within: within(size),
        size: web::size(size.bytes),
        owner: match folder.owner_member_id {
            None => "The workspace".to_owned(),
            Some(id) => read.owners.get(&id).cloned().unwrap_or_default(),
        },
        access,
        through,
        when: match folder.trashed_at {
            Some(at) => Some(shell.zone.relative(at, now)),
            None => Some(shell.zone.relative(folder.created_at, now)),
        },
    }
}

/// "In Company / Sales"; empty at the top.
fn place(folder: &Folder, read: &Read) -> String {
    let above = folder.path.above().iter();
    let names: Vec<&str> = above
        .filter_map(|id| read.above.get(id).map(String::as_str))
        .collect();
    match names.is_empty() {
        true => String::new(),
        false => format!("In {}", names.join(" / ")),
    }
}

/// "2 folders, 214 files in it".
pub fn within(size: Size) -> String {
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
        all: time::grouped(folders.at_top + folders.inside),
        with_key: time::grouped(folders.with_key),
        with_key_href: asked(Asked {
            access: "key".to_owned(),
            ..Asked::default()
        }),
        file_limit: web::size(space.file_limit),
        limits: format!("{path}/limits"),
    })
}

/// "Lena Fischer, Sales and 3 more"; apart from them, "API keys: ci, deploy".
fn with(reaching: Option<&Reaching>) -> (String, String) {
    let none = Reaching::default();
    let who = reaching.unwrap_or(&none);
    let keys = match who.keys.number {
        0 => String::new(),
        1 => format!("API key: {}", few(&who.keys)),
        _ => format!("API keys: {}", few(&who.keys)),
    };
    match (who.others.number, who.keys.number) {
        (0, 0) if who.is_owner => ("Only the owner".to_owned(), keys),
        (0, 0) => ("Nobody".to_owned(), keys),
        (0, _) => (keys, String::new()),
        _ => (few(&who.others), keys),
    }
}

fn few(of: &Few) -> String {
    let names = of.names.join(", ");
    let named = i64::try_from(of.names.len()).unwrap_or(i64::MAX);
    match of.number - named {
        ..=0 => names,
        more => format!("{names} and {} more", time::grouped(more)),
    }
}

pub fn pages(read: &Read, back: &str, sort: Sort) -> Pager {
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
    let (previous, next) = match &read.who {
        Some(about) => {
            let number = |n: i64| format!("{back}{sign}page={n}");
            (
                slice.newer.then(|| number(about.reached.page - 1)),
                slice.older.then(|| number(about.reached.page + 1)),
            )
        }
        None => (
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
        let text = "All folders are looked at, also those within others.";
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
