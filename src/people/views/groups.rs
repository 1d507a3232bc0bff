//! Groups: the list, a group's own page, and the dialogs over both.

use super::Empty;
use crate::web::{
    filters,
    ui::{
        Avatar, ErrorSummary, FolderTable, Pager, PermissionsField, Picker, Shell, Status,
        TextField, When,
    },
};
use askama::Template;

/// Settings → Workspace → Groups.
#[derive(Template)]
#[template(path = "people/groups.html")]
pub struct GroupsPage {
    pub shell: Shell,
    pub list: GroupList,
}

/// The list as its dialogs show it behind themselves.
pub struct GroupList {
    pub workspace: String,
    /// The address of *New group*.
    pub new: String,
    /// Where the search goes: the list itself.
    pub action: String,
    pub q: String,
    /// First of the rows; not among those that a search finds.
    pub everybody: Option<Everybody>,
    pub rows: Vec<GroupRow>,
    pub pages: Pager,
    /// Shown instead of the table.
    pub empty: Option<Empty>,
    /// There is no group yet.
    pub has_none: bool,
}

/// What every member may do.
pub struct Everybody {
    /// "12 members".
    pub members: String,
    /// "5 permissions".
    pub permissions: String,
    pub edit: String,
}

pub struct GroupRow {
    pub id: String,
    /// The group's own page.
    pub page: String,
    pub avatar: Avatar,
    pub name: String,
    /// May be empty.
    pub description: String,
    pub members: String,
    pub permissions: String,
    pub add: String,
    pub delete: String,
}

/// *New group*, over the list.
#[derive(Template)]
#[template(path = "people/group_new.html")]
pub struct GroupNewPage {
    pub shell: Shell,
    pub list: GroupList,
    pub form: GroupForm,
}

/// Posts `csrf name description`.
pub struct GroupForm {
    pub title: String,
    pub action: String,
    pub cancel: String,
    pub summary: Option<ErrorSummary>,
    pub name: TextField,
    pub description: TextField,
    /// What the button says: "Make group".
    pub button: &'static str,
}

/// *Default member permissions*, over the list. Posts `csrf preset permission* apply`.
#[derive(Template)]
#[template(path = "people/defaults.html")]
pub struct DefaultsPage {
    pub shell: Shell,
    pub list: GroupList,
    pub action: String,
    pub cancel: String,
    pub summary: Option<ErrorSummary>,
    pub permissions: PermissionsField,
}

/// A group's own page.
#[derive(Template)]
#[template(path = "people/group.html")]
pub struct GroupPage {
    pub shell: Shell,
    pub group: GroupView,
}

/// A group as its dialogs show it behind themselves.
pub struct GroupView {
    pub list_href: String,
    /// Its own address.
    pub page: String,
    pub name: String,
    /// May be empty.
    pub description: String,
    /// "4 members".
    pub size: String,
    /// Nobody is in it.
    pub is_empty: bool,
    pub edit: String,
    pub delete: String,
    pub add: String,
    pub q: String,
    pub rows: Vec<PlaceRow>,
    pub pages: Pager,
    /// Path and query of this page, to come back to.
    pub back: String,
    /// "On top of the 5 that every member has."
    pub defaults: String,
    /// What is shared with it; none: behind a dialog.
    pub folders: Option<FolderTable>,
    /// Posts `csrf preset permission* apply`.
    pub permissions_action: String,
    pub permissions: PermissionsField,
    pub summary: Option<ErrorSummary>,
}

/// Somebody in a group.
pub struct PlaceRow {
    pub id: String,
    /// The member's own page.
    pub page: String,
    pub avatar: Avatar,
    pub name: String,
    pub email: String,
    pub status: Option<Status>,
    pub role: &'static str,
    /// In the group.
    pub since: Option<When>,
    /// Posts `csrf next`.
    pub remove: String,
}

/// *Edit name*, over the group.
#[derive(Template)]
#[template(path = "people/group_edit.html")]
pub struct GroupEditPage {
    pub shell: Shell,
    pub group: GroupView,
    pub form: GroupForm,
}

/// *Add people*, over the group. Posts `csrf subject* q do`.
#[derive(Template)]
#[template(path = "people/group_add.html")]
pub struct GroupAddPage {
    pub shell: Shell,
    pub group: GroupView,
    pub name: String,
    pub action: String,
    pub cancel: String,
    pub summary: Option<ErrorSummary>,
    pub picker: Picker,
}

/// *Delete group*, over the group. Posts `csrf`.
#[derive(Template)]
#[template(path = "people/group_delete.html")]
pub struct GroupDeletePage {
    pub shell: Shell,
    pub group: GroupView,
    pub name: String,
    pub action: String,
    pub cancel: String,
    /// "4 members".
    pub members: String,
    /// The first of those who will have less.
    pub losers: Vec<Loser>,
    /// How many more there are: "and 12 more"; empty where all are shown.
    pub more: String,
    /// The first of the folders that are shared with it; may be empty.
    pub folders: String,
}

/// Somebody who loses permissions with a group.
pub struct Loser {
    pub name: String,
    /// Names, separated by commas.
    pub lost: String,
}
