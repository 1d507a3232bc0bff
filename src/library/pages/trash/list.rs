//! One page of the trash: folders and files, what went last first.

use std::{cmp::Ordering, collections::HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use url::form_urlencoded;

use crate::{
    actor::Actor,
    error::Result,
    ids::{FileId, FolderId},
    library::{
        files::{self, File},
        find::{all_roles, is_over, roles_in},
        model::{Folder, RESTORABLE, words},
        pages::{above::seen, file_path, folder_path, inside::Inside, trash_path},
        store,
        views::{Empty, TrashRow, TrashView},
    },
    policy::{ManageLibrary, UseLibrary, permit},
    web::{
        paging::{Cursor, Slice, Stretch},
        size, time,
        ui::{Pager, Shell},
    },
};

const PAGE: usize = 50;

/// Days before the end from which a row says so aloud.
const SOON: i64 = 3;

/// What is looked for, and the same place in both tables.
pub struct Asked {
    q: String,
    folders: Stretch<FolderId>,
    files: Stretch<FileId>,
}

impl Asked {
    /// None: there is no such place.
    pub fn parse(q: String, before: Option<&str>, after: Option<&str>) -> Option<Self> {
        Some(Self {
            q,
            folders: Stretch::parse(before, after)?,
            files: Stretch::parse(before, after)?,
        })
    }
}

enum Gone {
    Folder(Folder),
    File(File),
}

impl Gone {
    fn at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Folder(folder) => folder.trashed_at,
            Self::File(file) => file.trashed_at,
        }
    }

    fn id(&self) -> String {
        match self {
            Self::Folder(folder) => folder.id.to_string(),
            Self::File(file) => file.id.to_string(),
        }
    }

    /// As the database has it: ids are compared as they are written.
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at(), self.id()).cmp(&(other.at(), other.id()))
    }

    fn place(&self) -> Option<String> {
        let at = self.at()?;
        Some(match self {
            Self::Folder(folder) => Cursor { at, id: folder.id }.encode(),
            Self::File(file) => Cursor { at, id: file.id }.encode(),
        })
    }
}

/// What one page of the trash is made of.
pub struct Read {
    asked: Asked,
    slice: Slice<Gone>,
    /// What went with each folder.
    inside: HashMap<FolderId, Inside>,
    /// What they were in, as far as it may be seen.
    above: HashMap<FolderId, String>,
    /// What is in the trash too.
    gone: Vec<FolderId>,
}

impl Read {
    pub fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        asked: Asked,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let library = permit::<UseLibrary>(actor)?;
        let is_all = permit::<ManageLibrary>(actor).is_ok();
        let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let wanted = words(&asked.q);
        let folders = (wanted.as_slice(), &asked.folders);
        let folders = store::trashed(conn, &library, is_all, folders, (most, now))?;
        // Of files also whoever looks after all folders sees but those of folders that they edit.
        let edited = all_roles(conn, &library, now)?.edited();
        let files = files::trashed(conn, &library, &edited, (&wanted, &asked.files), most)?;
        let roles = roles_in(conn, &library, &folders, now)?;
        let ids: Vec<FolderId> = folders.iter().map(|folder| folder.id).collect();
        let of_folders = folders.iter().filter_map(|folder| folder.parent_id);
        let of_files: Vec<FolderId> = files.iter().map(|file| file.folder_id).collect();
        let parents: Vec<FolderId> = of_folders.chain(of_files.iter().copied()).collect();
        let parents = store::some_of(conn, &library, &parents)?;
        let gone = parents.iter().filter(|folder| folder.trashed_at.is_some());
        let gone = gone.map(|folder| folder.id).collect();
        let (around, parents) = parents
            .into_iter()
            .partition(|folder| of_files.contains(&folder.id));
        let mut above = seen(parents, is_all, &roles);
        above.extend(seen(around, true, &roles));
        let folders = folders.into_iter().map(Gone::Folder);
        let mut rows: Vec<Gone> = folders.chain(files.into_iter().map(Gone::File)).collect();
        rows.retain(|gone| !gone.at().is_some_and(|at| is_over(at, now)));
        rows.sort_by(|one, other| match asked.folders {
            Stretch::NewerThan(_) => one.cmp(other),
            _ => other.cmp(one),
        });
        rows.truncate(PAGE + 1);
        Ok(Self {
            inside: Inside::gone_with(conn, &library, &ids)?,
            slice: Slice::of(rows, &asked.folders, PAGE),
            gone,
            above,
            asked,
        })
    }

    /// The first page, as the dialogs show it behind themselves.
    pub fn first(conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<Self> {
        let asked = Asked {
            q: String::new(),
            folders: Stretch::Newest,
            files: Stretch::Newest,
        };
        Self::of(conn, actor, asked, now)
    }

    pub fn is_past_its_end(&self) -> bool {
        self.slice.rows.is_empty() && self.asked.folders != Stretch::Newest
    }

    pub fn address(&self, path: &str) -> String {
        match self.asked.q.trim() {
            "" => path.to_owned(),
            q => {
                let mut query = form_urlencoded::Serializer::new(String::new());
                format!("{path}?{}", query.append_pair("q", q).finish())
            }
        }
    }

    pub fn view(&self, shell: &Shell, now: DateTime<Utc>) -> TrashView {
        let path = trash_path(shell);
        let rows = self.slice.rows.iter();
        TrashView {
            q: self.asked.q.clone(),
            rows: rows.map(|gone| self.row(gone, shell, now)).collect(),
            pages: self.pager(&path),
            empty: self.slice.rows.is_empty().then(|| self.empty(&path)),
            action: path,
        }
    }

    fn pager(&self, path: &str) -> Pager {
        let base = self.address(path);
        let sign = if base.contains('?') { '&' } else { '?' };
        let link = |side, gone: &Gone| Some(format!("{base}{sign}{side}={}", gone.place()?));
        let first = self.slice.rows.first().filter(|_| self.slice.newer);
        let last = self.slice.rows.last().filter(|_| self.slice.older);
        let n = i64::try_from(self.slice.rows.len()).unwrap_or(i64::MAX);
        let label = match self.slice.newer || self.slice.older {
            false => time::counted(n, "item"),
            true => format!("{} on this page", time::counted(n, "item")),
        };
        Pager::by_time(
            label,
            first.and_then(|row| link("after", row)),
            last.and_then(|row| link("before", row)),
        )
    }

    fn row(&self, gone: &Gone, shell: &Shell, now: DateTime<Utc>) -> TrashRow {
        let at = gone.at().unwrap_or(now);
        // A day that has begun counts.
        let left = (at + RESTORABLE - now + TimeDelta::days(1) - TimeDelta::microseconds(1))
            .num_days()
            .max(0);
        let (what, above, page, by, name, icon) = match gone {
            Gone::Folder(folder) => (
                self.inside.get(&folder.id).map(|inside| inside.text()),
                folder.parent_id,
                folder_path(shell, folder.id),
                &folder.trashed_by,
                &folder.name,
                "folder",
            ),
            Gone::File(file) => (
                Some(size(file.size)),
                Some(file.folder_id),
                file_path(shell, file.id),
                &file.trashed_by,
                &file.name,
                files::kind(&file.media_type).icon,
            ),
        };
        let is_gone = above.is_some_and(|id| self.gone.contains(&id));
        let was = above.and_then(|id| self.above.get(&id));
        let was = was.map(|name| format!("was in {name}"));
        let wait = is_gone.then(|| "restore what it was in first".to_owned());
        let note = [what, was, wait].into_iter().flatten();
        TrashRow {
            id: gone.id(),
            icon,
            name: name.clone(),
            note: note
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
            by: by.clone().unwrap_or_default(),
            deleted: shell.zone.relative(at, now),
            left: match left {
                0 => "soon".to_owned(),
                n => time::counted(n, "day"),
            },
            is_soon: left <= SOON,
            restore: (!is_gone).then(|| format!("{page}/restoration")),
            destroy: format!("{page}/destruction"),
        }
    }

    fn empty(&self, path: &str) -> Empty {
        match self.asked.q.trim() {
            "" => Empty {
                title: "The trash is empty",
                text: "Folders and files that are deleted stay here for 30 days. Until then they can be restored, \
                       folders with everything that was in them."
                    .to_owned(),
                is_first: true,
                way: None,
                other: None,
                is_dialog: false,
            },
            _ => Empty {
                title: "Nothing in the trash matches",
                text: "Search looks for each word in the names of folders and files.".to_owned(),
                is_first: false,
                way: Some((path.to_owned(), "Clear search")),
                other: None,
                is_dialog: false,
            },
        }
    }
}
