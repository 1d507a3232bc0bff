//! Somebody is found by typing, and chosen; then the next. For people, and for whatever else has a name.

use super::{Avatar, filters};
use askama::Template;

/// Posts `subject*`, and `q do=find` to look for a text where there is no script. `find` answers the same with `?q=`.
#[derive(Template)]
#[template(path = "ui/picker.html")]
pub struct Picker {
    pub label: &'static str,
    pub hint: &'static str,
    /// What is looked for.
    pub q: String,
    /// Where a script looks while somebody types.
    pub find: String,
    pub chosen: Vec<Chip>,
    pub found: Found,
    pub error: Option<String>,
    /// True unless an error summary takes the focus.
    pub autofocus: bool,
}
impl askama::filters::HtmlSafe for Picker {}

impl Picker {
    pub fn at(self, find: String) -> Self {
        Self { find, ..self }
    }
}

/// What a search has found, as the script of the picker asks for it.
#[derive(Template)]
#[template(path = "ui/picker_options.html")]
pub struct PickerOptions {
    pub found: Found,
}

/// Somebody who is chosen.
pub struct Chip {
    /// `member:ID`.
    pub value: String,
    pub name: String,
}

/// What a search has found, by kind.
#[derive(Default)]
pub struct Found {
    /// "3 people found."; empty where nothing was looked for.
    pub told: String,
    pub kinds: Vec<FoundKind>,
}

/// Those of one kind.
pub struct FoundKind {
    /// "People".
    pub title: &'static str,
    pub options: Vec<FoundOption>,
}

/// Somebody who can be chosen.
pub struct FoundOption {
    pub value: String,
    pub avatar: Avatar,
    pub name: String,
    /// An address, for example.
    pub note: String,
    /// Why they cannot be chosen: "in the group already". Empty for those who can.
    pub taken: &'static str,
    /// They are chosen.
    pub checked: bool,
}
