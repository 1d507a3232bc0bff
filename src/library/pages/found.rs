//! Files that a search has found, beside the folders.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::row::Looking;
use crate::{
    error::Result,
    ids::FolderId,
    library::{
        files::{self, Hit, Query},
        find::roles_in,
        model::{Folder, Roles, Sort},
        store,
        views::{Column, Table},
    },
    policy::{Permit, UseLibrary},
    web::{time, ui::Pager},
};

/// Whoever looks for others types more of the name.
const MOST: usize = 50;

/// The best of them.
#[derive(Default)]
pub struct FoundFiles {
    hits: Vec<Hit>,
    is_more: bool,
    folders: HashMap<FolderId, Folder>,
    roles: Roles,
}

impl FoundFiles {
    /// `all`: the roles of whoever looks. `within`: in this folder and all that is in it; none: in all in which they have one.
    pub fn of(
        conn: &mut PgConnection,
        library: &Permit<UseLibrary>,
        all: &Roles,
        (q, within): (&str, Option<FolderId>),
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let Some(query) = Query::parse(q) else {
            return Ok(Self::default());
        };
        let within: Vec<FolderId> = within.into_iter().collect();
        let most = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
        let mut hits = files::search(conn, library, (all, &within), &query, most)?;
        let is_more = hits.len() > MOST;
        hits.truncate(MOST);
        let mut ids: Vec<FolderId> = hits.iter().map(|hit| hit.file.folder_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let folders = store::some_of(conn, library, &ids)?;
        Ok(Self {
            roles: roles_in(conn, library, &folders, now)?,
            folders: folders.into_iter().map(|f| (f.id, f)).collect(),
            hits,
            is_more,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// The folders that were found, and the files.
    pub fn beside(&self, folders: Table, looking: &Looking<'_>) -> Vec<Table> {
        match (folders.rows.is_empty(), self.is_empty()) {
            (_, true) => vec![folders],
            (true, false) => vec![self.table(looking, false)],
            (false, false) => {
                let files = self.table(looking, true);
                let folders = Table {
                    is_one_of: true,
                    ..folders
                };
                vec![folders, files]
            }
        }
    }

    fn table(&self, looking: &Looking<'_>, is_one_of: bool) -> Table {
        let row = |hit: &Hit| {
            let folder = self.folders.get(&hit.file.folder_id)?;
            let standing = self.roles.standing(&folder.path);
            let parts = hit.passage.parts().to_vec();
            Some(looking.file((&hit.file, standing), parts, Some(folder)))
        };
        let n = i64::try_from(self.hits.len()).unwrap_or(i64::MAX);
        let label = match self.is_more {
            false => time::counted(n, "file"),
            true => format!("The best {n} files. Type more of a name to find others"),
        };
        Table {
            caption: "Files found".to_owned(),
            is_one_of,
            middle: Some("In"),
            by_name: Column::unsorted(Sort::Name),
            by_changed: Column::unsorted(Sort::Changed),
            by_size: Some(Column::unsorted(Sort::Size)),
            rows: self.hits.iter().filter_map(row).collect(),
            pages: Pager::by_page(label, None, None),
            empty: None,
        }
    }
}
