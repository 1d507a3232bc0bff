//! What is in a folder, a page at a time: folders first, then files.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    error::Result,
    ids::FolderId,
    library::{
        files::{self, File, Order},
        find::{Found, all_roles, roles_in, roles_that_show},
        model::{Folder, Roles, Sort, Stretch, Wanted},
        pages::{
            above::above,
            asked::{AMONG_FILES, Asked, PAGE},
            found::FoundFiles,
        },
        store,
    },
    policy::ReadFolder,
    web::paging::{Cursor, Slice},
};

/// A row of the list.
pub enum Entry {
    Folder(Folder),
    File(File),
}

impl Entry {
    /// Where it stands, as addresses say it.
    pub fn place(&self, sort: Sort) -> String {
        match self {
            Self::Folder(folder) => folder.place(sort).encode(),
            Self::File(file) => {
                let place = Cursor {
                    at: Order::from(sort).place(file),
                    id: file.id,
                };
                format!("{AMONG_FILES}{}", place.encode())
            }
        }
    }
}

/// One page; of a search, the folders that were found, and the best files.
pub struct List {
    pub slice: Slice<Entry>,
    pub roles: Roles,
    /// What the folders that were found are in.
    pub above: HashMap<FolderId, String>,
    pub found: FoundFiles,
}

impl List {
    pub fn of(
        conn: &mut PgConnection,
        found: &Found<ReadFolder>,
        asked: &Asked,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let library = found.permit.library();
        let is_search = asked.is_search();
        // The files stand beside the first of the folders.
        let finds_files = is_search && asked.is_first();
        let all = match finds_files {
            true => all_roles(conn, library, now)?,
            false => roles_that_show(conn, &found.permit, now)?,
        };
        let slice = page(conn, found, &all, asked)?;
        let folders: Vec<Folder> = slice
            .rows
            .iter()
            .filter_map(|entry| match entry {
                Entry::Folder(folder) => Some(folder.clone()),
                Entry::File(_) => None,
            })
            .collect();
        let roles = roles_in(conn, library, &folders, now)?;
        let within = Some(found.folder.id);
        let files = match finds_files {
            true => FoundFiles::of(conn, library, &all, (&asked.q, within), now)?,
            false => FoundFiles::default(),
        };
        Ok(Self {
            above: match is_search {
                true => above(conn, library, &folders, &roles)?,
                false => HashMap::new(),
            },
            slice,
            roles,
            found: files,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.slice.rows.is_empty() && self.found.is_empty()
    }
}

/// One list over two tables: where the folders end, the files begin.
fn page(
    conn: &mut PgConnection,
    found: &Found<ReadFolder>,
    roles: &Roles,
    asked: &Asked,
) -> Result<Slice<Entry>> {
    let permit = &found.permit;
    let order = Order::from(asked.sort);
    let wanted = asked.wanted();
    let most = wanted.most;
    let folders = |conn: &mut PgConnection, wanted: &Wanted| {
        let rows = store::within(conn, permit, roles, wanted)?;
        Ok::<_, crate::error::Error>(rows.into_iter().map(Entry::Folder))
    };
    let files = |conn: &mut PgConnection, order, after| {
        let rows = files::list(conn, permit, order, (after, most))?;
        Ok::<_, crate::error::Error>(rows.into_iter().map(Entry::File))
    };
    let both = |first: Vec<Entry>, then: Vec<Entry>| -> Vec<Entry> {
        first.into_iter().chain(then).take(PAGE + 1).collect()
    };
    match (&asked.files, &asked.stretch) {
        (None, stretch @ Stretch::NewerThan(_)) => {
            let rows = folders(conn, &wanted)?.collect();
            Ok(Slice::of(rows, stretch, PAGE))
        }
        (None, stretch) => {
            let first = folders(conn, &wanted)?.collect();
            let then = match asked.is_search() {
                true => Vec::new(),
                false => files(conn, order, None)?.collect(),
            };
            Ok(Slice::of(both(first, then), stretch, PAGE))
        }
        (Some(stretch @ files::Stretch::NewerThan(place)), _) => {
            let first = files(conn, order.reversed(), Some(place))?.collect();
            let wanted = Wanted {
                is_from_end: true,
                ..wanted
            };
            let then = folders(conn, &wanted)?.collect();
            Ok(Slice::of(both(first, then), stretch, PAGE))
        }
        (Some(stretch), _) => {
            let place = match stretch {
                files::Stretch::OlderThan(place) => Some(place),
                _ => None,
            };
            let rows = files(conn, order, place)?.collect();
            Ok(Slice::of(rows, stretch, PAGE))
        }
    }
}
