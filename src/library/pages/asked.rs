//! The address of a list of folders and files: what it asks for, and how it is written.

use serde::Deserialize;
use url::form_urlencoded;

use crate::{
    error::{Error, Result},
    library::{
        files::{self, Order},
        model::{Folder, Show, Sort, Stretch, Wanted, words},
        views::Column,
    },
    web::{paging::Slice, time, ui::Pager},
};

/// How many rows a page shows.
pub const PAGE: usize = 50;

/// With which a place among files begins: those stand after the folders.
pub const AMONG_FILES: &str = "f.";

/// What is empty was not said: a form sends all its fields.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct ListQuery {
    q: String,
    show: String,
    sort: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Clone)]
pub struct Asked {
    pub q: String,
    pub show: Show,
    pub sort: Sort,
    pub stretch: Stretch,
    /// A place among files.
    pub files: Option<files::Stretch>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            q: String::new(),
            show: Show::All,
            sort: Sort::Name,
            stretch: Stretch::Newest,
            files: None,
        }
    }
}

/// Without that; empty, which is no place: it is none among files.
fn in_files(place: &str) -> &str {
    place.strip_prefix(AMONG_FILES).unwrap_or_default()
}

impl Asked {
    /// # Errors
    /// `NotFound`: there is no such list, or no such place in it.
    pub fn parse(query: ListQuery) -> Result<Self> {
        let show = match query.show.as_str() {
            "" => Show::All,
            "own" => Show::Own,
            "shared" => Show::Shared,
            _ => return Err(Error::NotFound),
        };
        let sort = match query.sort.as_str() {
            "" => Sort::Name,
            "changed" => Sort::Changed,
            "size" => Sort::Size,
            _ => return Err(Error::NotFound),
        };
        let (before, after) = (query.before.as_deref(), query.after.as_deref());
        let among_files = |place: &str| place.starts_with(AMONG_FILES);
        // What stands before a row in the address is what comes before it.
        let (stretch, files) = match before.or(after).is_some_and(among_files) {
            false => (Stretch::parse(after, before), None),
            true => {
                let files = files::Stretch::parse(after.map(in_files), before.map(in_files));
                (files.is_some().then_some(Stretch::Newest), files)
            }
        };
        let asked = Self {
            q: query.q,
            show,
            sort,
            stretch: stretch.ok_or(Error::NotFound)?,
            files,
        };
        asked.is_sound().then_some(asked).ok_or(Error::NotFound)
    }

    /// A place is of a list in this order; and nothing is looked for among files, of which the best are found.
    fn is_sound(&self) -> bool {
        let is_of_order = match &self.stretch {
            Stretch::Newest => true,
            Stretch::OlderThan(place) | Stretch::NewerThan(place) => place.at.is_of(self.sort),
        };
        let order = Order::from(self.sort);
        is_of_order
            && match &self.files {
                None => true,
                Some(files::Stretch::Newest) => false,
                Some(files::Stretch::OlderThan(place) | files::Stretch::NewerThan(place)) => {
                    place.at.is_of(order) && !self.is_search()
                }
            }
    }

    /// Nothing in it is about files.
    pub fn is_of_folders(&self) -> bool {
        self.sort != Sort::Size && self.files.is_none()
    }

    pub fn is_first(&self) -> bool {
        self.stretch == Stretch::Newest && self.files.is_none()
    }

    pub fn is_search(&self) -> bool {
        !self.q.trim().is_empty()
    }

    /// One row more than a page has, which only says that there is more.
    pub fn wanted(&self) -> Wanted {
        Wanted {
            words: words(&self.q),
            sort: self.sort,
            stretch: self.stretch.clone(),
            is_from_end: false,
            most: i64::try_from(PAGE + 1).unwrap_or(i64::MAX),
        }
    }

    pub fn show(&self) -> &'static str {
        match self.show {
            Show::All => "",
            Show::Own => "own",
            Show::Shared => "shared",
        }
    }

    /// The first page of it.
    pub fn address(&self, path: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("q", self.q.trim()),
            ("show", self.show()),
            ("sort", self.sort.asked()),
        ];
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        match query.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    /// The head of a column that its list can be sorted by.
    pub fn column(&self, sort: Sort, path: &str) -> Column {
        let sorted = Self {
            sort,
            ..self.clone()
        };
        Column {
            sort,
            href: Some(sorted.address(path)),
            is_current: self.sort == sort,
        }
    }

    /// Another part of the library, where nothing is looked for.
    pub fn shown(&self, show: Show) -> Self {
        Self {
            show,
            q: String::new(),
            ..self.clone()
        }
    }

    pub fn slice(&self, rows: Vec<Folder>) -> Slice<Folder> {
        Slice::of(rows, &self.stretch, PAGE)
    }

    /// The ways to the pages beside one. `noun`: what a row is; `place`: where one stands.
    pub fn pager<T>(
        &self,
        path: &str,
        slice: &Slice<T>,
        (noun, place): (&str, impl Fn(&T) -> String),
    ) -> Pager {
        let base = self.address(path);
        let sign = if base.contains('?') { '&' } else { '?' };
        let link = |side, row: &T| format!("{base}{sign}{side}={}", place(row));
        let first = slice.rows.first().filter(|_| slice.newer);
        let last = slice.rows.last().filter(|_| slice.older);
        let n = i64::try_from(slice.rows.len()).unwrap_or(i64::MAX);
        let label = match slice.newer || slice.older {
            false => time::counted(n, noun),
            true => format!("{} on this page", time::counted(n, noun)),
        };
        Pager::by_page(
            label,
            first.map(|row| link("before", row)),
            last.map(|row| link("after", row)),
        )
    }

    /// The same under a list of folders.
    pub fn pager_of_folders(&self, path: &str, slice: &Slice<Folder>) -> Pager {
        let place = |row: &Folder| row.place(self.sort).encode();
        self.pager(path, slice, ("folder", place))
    }
}
