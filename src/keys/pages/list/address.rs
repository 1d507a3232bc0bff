//! What is asked for, in the address of the list.

use serde::Deserialize;
use url::form_urlencoded;

use crate::{
    error::{Error, Result},
    ids::KeyId,
    keys::model::{Filter, Order, OwnedBy, Place, Search, State, Wanted},
    web::paging::{Cursor, Stretch},
};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    status: Option<String>,
    permission: Option<String>,
    owner: Option<String>,
    q: Option<String>,
    sort: Option<String>,
    before: Option<String>,
    after: Option<String>,
    /// `all`: not only those of the page are selected.
    select: Option<String>,
}

impl ListQuery {
    /// The query of an address.
    ///
    /// # Errors
    /// `NotFound`: it asks for more than which keys.
    pub fn of(query: &str) -> Result<Self> {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let field = match &*name {
                "status" => &mut asked.status,
                "permission" => &mut asked.permission,
                "owner" => &mut asked.owner,
                "q" => &mut asked.q,
                _ => return Err(Error::NotFound),
            };
            *field = Some(value.into_owned());
        }
        Ok(asked)
    }

    pub fn selects_all(&self) -> bool {
        self.select.as_deref() == Some("all")
    }

    /// An empty field asks for nothing.
    ///
    /// # Errors
    /// `NotFound`: there is no such state, permission, owner, order or place.
    pub fn parse(&self) -> Result<(Wanted, Stretch<KeyId, Place>)> {
        let wanted = Wanted {
            filter: match said(&self.status) {
                None => Filter::Kept,
                Some(name) => Filter::In(named(name, &State::ALL, State::name)?),
            },
            permission: match said(&self.permission) {
                None => None,
                Some(code) => Some(code.parse().map_err(|_| Error::NotFound)?),
            },
            owner: match said(&self.owner) {
                None => None,
                Some(name) => Some(OwnedBy::named(name).ok_or(Error::NotFound)?),
            },
            search: said(&self.q).and_then(Search::parse),
            order: match said(&self.sort) {
                None => Order::default(),
                Some(name) => named(name, &Order::ALL, Order::name)?,
            },
        };
        let (before, after) = (self.before.as_deref(), self.after.as_deref());
        let stretch: Stretch<KeyId, Place> =
            Stretch::parse(before, after).ok_or(Error::NotFound)?;
        match &stretch {
            Stretch::OlderThan(Cursor { at, .. }) | Stretch::NewerThan(Cursor { at, .. })
                if !at.is_of(wanted.order) =>
            {
                Err(Error::NotFound)
            }
            _ => Ok((wanted, stretch)),
        }
    }

    /// It can be said shorter: a field is empty, as forms send them, or more was typed than is searched for, such as the
    /// secret of a key, which is not to stay in the address.
    pub fn is_wordy(&self, wanted: &Wanted) -> bool {
        let fields = [
            &self.status,
            &self.permission,
            &self.owner,
            &self.q,
            &self.sort,
        ];
        fields.iter().any(|field| field.as_deref() == Some(""))
            || self.q.as_deref() != wanted.search.as_ref().map(Search::text)
    }
}

fn said(field: &Option<String>) -> Option<&str> {
    field.as_deref().filter(|text| !text.is_empty())
}

fn named<T: Copy>(name: &str, all: &[T], name_of: fn(T) -> &'static str) -> Result<T> {
    let found = all.iter().copied().find(|one| name_of(*one) == name);
    found.ok_or(Error::NotFound)
}

/// The address of a list's first page, as its form would make it.
pub fn address(path: &str, wanted: &Wanted) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Filter::In(state) = wanted.filter {
        query.append_pair("status", state.name());
    }
    if let Some(search) = &wanted.search {
        query.append_pair("q", search.text());
    }
    if let Some(permission) = wanted.permission {
        query.append_pair("permission", permission.describe().code);
    }
    if let Some(owner) = wanted.owner {
        query.append_pair("owner", &owner.name());
    }
    if wanted.order != Order::default() {
        query.append_pair("sort", wanted.order.name());
    }
    let query = query.finish();
    match query.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{query}"),
    }
}

/// Which keys a list shows, in whatever order, as the query of its address.
pub fn query_of(wanted: &Wanted) -> String {
    let wanted = Wanted {
        order: Order::default(),
        ..wanted.clone()
    };
    address("", &wanted).trim_start_matches('?').to_owned()
}

/// The page of a list that ends or begins at a key.
pub fn page_address(path: &str, wanted: &Wanted, side: &str, at: Place, id: KeyId) -> String {
    let first = address(path, wanted);
    let sign = if first.contains('?') { '&' } else { '?' };
    format!("{first}{sign}{side}={}", Cursor { at, id }.encode())
}
