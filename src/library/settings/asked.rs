//! The address of the list: what it asks for, and how it is written.

use serde::Deserialize;
use url::form_urlencoded;

use super::{
    model::{Subject, words},
    store::{AccessIs, OwnerIs, Sort, Wanted},
};
use crate::{
    error::{Error, Result},
    ids::FolderId,
    reached_folders::Holder,
    web::paging::Stretch,
};

/// What is empty was not said: a form sends all its fields.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct ListQuery {
    q: String,
    owner: String,
    access: String,
    sort: String,
    state: String,
    /// Who reaches them, such as `member.019a…`.
    who: String,
    /// Somebody or something that was typed to be found.
    find: String,
    page: String,
    before: Option<String>,
    after: Option<String>,
}

/// What the address asks for, but for the page of it.
#[derive(Clone, Default)]
pub struct Asked {
    pub q: String,
    pub owner: String,
    pub access: String,
    pub sort: String,
    pub in_trash: bool,
    pub who: Option<Who>,
    pub find: String,
}

/// A person, a group or a key of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who(pub Subject);

impl Who {
    /// # Errors
    /// `NotFound`: nothing is called so.
    pub fn parse(text: &str) -> Result<Self> {
        let (kind, id) = text.split_once('.').ok_or(Error::NotFound)?;
        Subject::parse(kind, id).map(Self)
    }

    pub fn encode(self) -> String {
        format!("{}.{}", self.0.kind(), self.0.id())
    }

    /// # Errors
    /// `NotFound`: an invitation reaches nothing.
    pub fn holder(self) -> Result<Holder> {
        match self.0 {
            Subject::Member(id) => Ok(Holder::Member(id)),
            Subject::Group(id) => Ok(Holder::Group(id)),
            Subject::Key(id) => Ok(Holder::Key(id)),
            Subject::Invitation(_) => Err(Error::NotFound),
        }
    }
}

/// Which part of the list.
pub struct Part {
    pub stretch: Stretch<FolderId, String>,
    /// Of what somebody reaches, from 1.
    pub page: i64,
}

impl Asked {
    pub fn parse(query: ListQuery) -> Result<(Self, Part)> {
        let who = match query.who.as_str() {
            "" => None,
            text => Some(Who::parse(text)?),
        };
        let page = match query.page.as_str() {
            "" => 1,
            page => page.parse().map_err(|_| Error::NotFound)?,
        };
        if !(1..=1_000_000).contains(&page) {
            return Err(Error::NotFound);
        }
        let in_trash = match query.state.as_str() {
            "" => false,
            "trash" => true,
            _ => return Err(Error::NotFound),
        };
        let stretch = Stretch::parse(query.before.as_deref(), query.after.as_deref());
        let asked = Self {
            q: query.q,
            owner: query.owner,
            access: query.access,
            sort: query.sort,
            in_trash,
            who: None,
            find: query.find,
        };
        asked.wanted()?;
        asked.sort()?;
        // What somebody reaches is shown whole, by name.
        let asked = match who {
            None => asked,
            Some(_) => Self {
                who,
                find: asked.find,
                ..Self::default()
            },
        };
        let stretch = stretch.ok_or(Error::NotFound)?;
        Ok((asked, Part { stretch, page }))
    }

    pub fn wanted(&self) -> Result<Wanted> {
        let owner = match self.owner.as_str() {
            "" => None,
            "none" => Some(OwnerIs::Nobody),
            id => Some(OwnerIs::Member(id.parse().map_err(|_| Error::NotFound)?)),
        };
        let access = match self.access.as_str() {
            "" => None,
            "key" => Some(AccessIs::Key),
            "owner" => Some(AccessIs::OwnerAlone),
            "nobody" => Some(AccessIs::Nobody),
            _ => return Err(Error::NotFound),
        };
        Ok(Wanted {
            words: words(&self.q),
            owner,
            access,
            in_trash: self.in_trash,
        })
    }

    pub fn sort(&self) -> Result<Sort> {
        match self.sort.as_str() {
            "" => Ok(Sort::Name),
            "newest" => Ok(Sort::Newest),
            _ => Err(Error::NotFound),
        }
    }

    pub fn is_narrowed(&self) -> bool {
        !self.q.trim().is_empty() || !self.owner.is_empty() || !self.access.is_empty()
    }

    /// Neither narrowed nor about somebody.
    pub fn is_everything(&self) -> bool {
        !self.is_narrowed() && self.who.is_none() && !self.in_trash
    }

    pub fn state(&self) -> &'static str {
        match self.in_trash {
            true => "trash",
            false => "",
        }
    }

    pub fn who_text(&self) -> String {
        self.who.map(Who::encode).unwrap_or_default()
    }

    pub fn address(&self, path: &str) -> String {
        let who = self.who_text();
        let fields = [
            ("q", self.q.trim()),
            ("owner", self.owner.as_str()),
            ("access", self.access.as_str()),
            ("sort", self.sort.as_str()),
            ("state", self.state()),
            ("who", who.as_str()),
            ("find", self.find.trim()),
        ];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        match query.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}
