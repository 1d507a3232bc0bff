//! What a list is asked for: which keys, and in which order.

use chrono::{DateTime, Utc};

use super::{Kind, State};
use crate::{
    ids::{KeyId, MemberId},
    keys::secret::PresentedKey,
    permissions::Permission,
    web::{paging, text},
};

/// Which keys a list shows, and in which order. The default is what there is without a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub filter: Filter,
    pub permission: Option<Permission>,
    pub owner: Option<OwnedBy>,
    pub search: Option<Search>,
    pub order: Order,
}

impl Wanted {
    /// More than a state is asked for, which nobody has counted yet.
    pub fn is_narrow(&self) -> bool {
        self.permission.is_some() || self.owner.is_some() || self.search.is_some()
    }
}

/// Whose keys a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnedBy {
    Workspace,
    /// Whoever asks.
    Me,
    /// Any member.
    Members,
    Member(MemberId),
}

impl OwnedBy {
    /// In addresses.
    pub fn name(self) -> String {
        match self {
            Self::Workspace => "workspace".to_owned(),
            Self::Me => "me".to_owned(),
            Self::Members => "members".to_owned(),
            Self::Member(id) => id.to_string(),
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        match name {
            "workspace" => Some(Self::Workspace),
            "me" => Some(Self::Me),
            "members" => Some(Self::Members),
            id => id.parse().ok().map(Self::Member),
        }
    }
}

/// All but the revoked ones, or those in one state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    Kept,
    In(State),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Newest,
    Oldest,
    Label,
    LabelReversed,
    Expiry,
}

impl Order {
    pub const ALL: [Self; 5] = [
        Self::Newest,
        Self::Oldest,
        Self::Label,
        Self::LabelReversed,
        Self::Expiry,
    ];

    /// In addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Label => "label",
            Self::LabelReversed => "label-reversed",
            Self::Expiry => "expiry",
        }
    }
}

/// Where a key stands in an [`Order`], but for its id, which decides among equals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Made(DateTime<Utc>),
    Label(String),
    /// None: it never ends.
    End(Option<DateTime<Utc>>),
}

impl Place {
    pub fn is_of(&self, order: Order) -> bool {
        match self {
            Self::Made(_) => matches!(order, Order::Newest | Order::Oldest),
            Self::Label(_) => matches!(order, Order::Label | Order::LabelReversed),
            Self::End(_) => order == Order::Expiry,
        }
    }
}

impl paging::Place for Place {
    fn write(&self) -> String {
        match self {
            Self::Made(at) => format!("m{}", at.write()),
            Self::Label(label) => format!("l{label}"),
            Self::End(end) => format!("e{}", end.map(|at| at.write()).unwrap_or_default()),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let mut letters = text.chars();
        match (letters.next()?, letters.as_str()) {
            ('m', at) => paging::Place::read(at).map(Self::Made),
            ('l', label) if !label.contains('\0') => Some(Self::Label(label.to_owned())),
            ('e', "") => Some(Self::End(None)),
            ('e', at) => paging::Place::read(at).map(|at| Self::End(Some(at))),
            _ => None,
        }
    }
}

/// Part of a label, or the beginning of a key's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search(String);

impl Search {
    /// What no label is longer than.
    const LONGEST: usize = 80;

    /// As somebody typed or pasted it: of a whole key, wherever it stands in the text, only the public part is kept.
    /// None: there is nothing to search for.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        // A key without its prefix: only the checksum tells it from another word.
        let is_bare = [Kind::Secret, Kind::Publishable]
            .iter()
            .any(|kind| PresentedKey::parse(&format!("{}{typed}", kind.prefix())).is_ok());
        let text = match text::first_key(typed) {
            Some(mask) => mask,
            None if is_bare => &typed[..KeyId::LENGTH],
            None => typed,
        };
        let cut: String = text.chars().take(Self::LONGEST).collect();
        (!cut.is_empty()).then_some(Self(cut))
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    /// With what the ids that are meant begin, if any are: the mask of a key is one.
    pub fn id(&self) -> Option<&str> {
        let rest = text::without_prefix(&self.0);
        let id = rest.unwrap_or(&self.0).trim_end_matches(['.', '…']);
        let is_id = id.len() <= KeyId::LENGTH && id.bytes().all(|b| b.is_ascii_alphanumeric());
        is_id.then_some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::paging::Place as _;

    const KEY: &str = "skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW";

    fn searched(typed: &str) -> (String, Option<String>) {
        let search = Search::parse(typed).expect("something to search for");
        (search.text().to_owned(), search.id().map(str::to_owned))
    }

    #[test]
    fn a_label_may_also_be_the_beginning_of_an_id() {
        assert_eq!(Search::parse(" \t"), None);
        let found = |text: &str, id: Option<&str>| (text.to_owned(), id.map(str::to_owned));
        assert_eq!(searched(" ci-deploy "), found("ci-deploy", None));
        assert_eq!(searched("ci"), found("ci", Some("ci")));
        assert_eq!(searched("Büro"), found("Büro", None));
        assert_eq!(searched("skey_"), found("skey_", Some("")));
        assert_eq!(searched("skey_7Kq"), found("skey_7Kq", Some("7Kq")));
        assert_eq!(searched(&"x".repeat(90)), found(&"x".repeat(80), None));
    }

    #[test]
    fn of_a_key_only_the_public_part_is_searched_for() {
        let mask = (
            "skey_7Kq2mXw0B1aZ".to_owned(),
            Some("7Kq2mXw0B1aZ".to_owned()),
        );
        for typed in [
            KEY,
            "skey_7Kq2mXw0B1aZ…",
            "skey_7Kq2mXw0B1aZ...",
            &KEY[..20],
            &format!("Authorization: Bearer {KEY}"),
            &format!("KEYROOM_API_KEY={KEY} # production"),
            &format!("{KEY}{KEY}"),
        ] {
            assert_eq!(searched(typed), mask, "{typed}");
        }
        const PUBLISHABLE: &str = "pk_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMN42DD56";
        let (text, id) = searched(PUBLISHABLE);
        assert_eq!(
            (text.as_str(), id.as_deref()),
            ("pk_7Kq2mXw0B1aZ", Some("7Kq2mXw0B1aZ"))
        );
        let bare = ("7Kq2mXw0B1aZ".to_owned(), Some("7Kq2mXw0B1aZ".to_owned()));
        assert_eq!(searched(&KEY[5..]), bare);
        assert_eq!(searched(&PUBLISHABLE[3..]), bare);
    }

    #[test]
    fn places_survive_the_address_bar_and_nothing_else_does() {
        let at = DateTime::from_timestamp_micros(1_800_000_000_123_456).expect("in range");
        for place in [
            Place::Made(at),
            Place::Label("a:b Büro".to_owned()),
            Place::End(Some(at)),
            Place::End(None),
        ] {
            assert_eq!(Place::read(&place.write()), Some(place));
        }
        for other in ["", "x", "m", "mx", "ex", "1800000000123456"] {
            assert_eq!(Place::read(other), None, "{other}");
        }
    }
}
