//! The address of a list of members: what it asks for, and how it is written.

use serde::Deserialize;
use url::form_urlencoded;

use crate::{
    actor::Role,
    error::{Error, Result},
    ids::UserId,
    people::model::{Filter, Sort, State, Stretch, Which, words},
};

/// What is empty was not said: a form sends all its fields.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct ListQuery {
    q: String,
    role: String,
    state: String,
    sort: String,
    before: Option<String>,
    after: Option<String>,
}

/// What the address asks for, but for the page of it.
#[derive(Clone)]
pub struct Asked {
    pub q: String,
    pub filter: Filter,
    pub sort: Sort,
}

impl Asked {
    pub fn parse(query: ListQuery) -> Result<(Self, Stretch<UserId>)> {
        let role = match query.role.as_str() {
            "" => None,
            name => Some(
                Role::ALL
                    .into_iter()
                    .find(|role| role.name() == name)
                    .ok_or(Error::NotFound)?,
            ),
        };
        let which = match query.state.as_str() {
            "" => Which::Present,
            name => [State::Active, State::Suspended, State::Removed]
                .into_iter()
                .find(|state| state.name() == name)
                .map(Which::In)
                .ok_or(Error::NotFound)?,
        };
        let sort = match query.sort.as_str() {
            "" => Sort::Name,
            "seen" => Sort::Seen,
            _ => return Err(Error::NotFound),
        };
        let stretch = Stretch::parse(sort, query.before.as_deref(), query.after.as_deref())
            .ok_or(Error::NotFound)?;
        let filter = Filter {
            words: words(&query.q),
            role,
            which,
            group: None,
        };
        let q = query.q;
        Ok((Self { q, filter, sort }, stretch))
    }

    pub fn which(&self) -> &'static str {
        match self.filter.which {
            Which::Present => "",
            Which::In(state) => state.name(),
        }
    }

    pub fn sort(&self) -> &'static str {
        match self.sort {
            Sort::Name => "",
            Sort::Seen => "seen",
        }
    }

    pub fn role(&self) -> &'static str {
        self.filter.role.map_or("", Role::name)
    }

    pub fn is_narrowed(&self) -> bool {
        !self.filter.words.is_empty() || self.filter.role.is_some()
    }

    pub fn address(&self, path: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("q", self.q.trim()),
            ("role", self.role()),
            ("state", self.which()),
            ("sort", self.sort()),
        ];
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        match query.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    pub fn with(&self, which: Which) -> Self {
        let filter = Filter {
            which,
            ..self.filter.clone()
        };
        Self {
            filter,
            ..self.clone()
        }
    }
}
