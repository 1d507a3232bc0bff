//! What the screens of invitations show. Handlers fill these; the templates choose nothing.

use crate::web::{
    filters,
    ui::{Avatar, ErrorSummary, Pager, Picker, Shell, TextField, When},
};
use askama::Template;

/// Settings → Workspace → Members → Invitations.
#[derive(Template)]
#[template(path = "invitations/index.html")]
pub struct InvitationsPage {
    pub shell: Shell,
    pub list: InvitationList,
}

/// The list as its dialog shows it behind itself.
pub struct InvitationList {
    pub workspace: String,
    /// Where the search goes: the list itself.
    pub action: String,
    /// The address of *Invite people*.
    pub new: String,
    pub q: String,
    /// As the address has it; often empty.
    pub state: &'static str,
    pub states: Vec<StateLink>,
    /// "Ends", "Ended", "Accepted", "Cancelled": what the last column tells.
    pub end: &'static str,
    pub rows: Vec<InvitationRow>,
    pub pager: Pager,
    /// Shown instead of the table.
    pub empty: Option<Empty>,
}

/// A link that narrows the list.
pub struct StateLink {
    pub text: &'static str,
    pub count: i64,
    pub href: String,
    pub current: bool,
}

/// Why there is no row.
pub struct Empty {
    pub title: &'static str,
    pub text: &'static str,
    /// Where to go on from here.
    pub href: String,
    pub link: &'static str,
}

/// An invitation. Its element id is `i-{id}`.
pub struct InvitationRow {
    pub id: String,
    pub avatar: Avatar,
    pub email: String,
    /// The page of whoever accepted it.
    pub member: Option<String>,
    pub role: &'static str,
    /// May be empty.
    pub groups: String,
    /// Who sent it; may be empty.
    pub by: String,
    pub sent: When,
    pub end: When,
    /// It ends within a day.
    pub is_urgent: bool,
    /// Where *Resend* and *Cancel* post to.
    pub resend: Option<String>,
    pub cancel: Option<String>,
}

/// *Invite people*, over the list. Posts `csrf emails role subject* q do`.
#[derive(Template)]
#[template(path = "invitations/new.html")]
pub struct InvitePage {
    pub shell: Shell,
    pub list: InvitationList,
    pub action: String,
    pub cancel: String,
    pub summary: Option<ErrorSummary>,
    /// As it was typed.
    pub emails: String,
    /// What is wrong with it, one thing each.
    pub mistakes: Vec<String>,
    pub roles: Vec<RoleChoice>,
    pub groups: Picker,
    /// Some of the addresses are good: they can be invited without the others.
    pub can_skip: bool,
    /// "each gets a mail", or that they do not.
    pub how: &'static str,
}

/// A radio button.
pub struct RoleChoice {
    pub value: &'static str,
    pub text: &'static str,
    pub means: &'static str,
    pub checked: bool,
}

/// The links of invitations that no mail carries, shown once.
#[derive(Template)]
#[template(path = "invitations/links.html")]
pub struct LinksPage {
    pub shell: Shell,
    pub list_href: String,
    /// Begins the title of the page.
    pub title: String,
    pub links: Vec<LinkRow>,
    /// Who was left out, in a sentence each.
    pub skipped: Vec<String>,
}

pub struct LinkRow {
    /// 1, 2, … for the ids of elements.
    pub number: usize,
    pub email: String,
    /// The whole address.
    pub link: String,
}

/// *Join workspace*, as a link leads to it.
#[derive(Template)]
#[template(path = "invitations/join.html")]
pub struct JoinPage {
    pub shell: Shell,
    pub workspace: String,
    pub inviter: String,
    pub email: String,
    /// "an admin".
    pub role: &'static str,
    /// The groups they come into, separated by commas; may be empty.
    pub groups: String,
    /// Those that were deleted meanwhile; may be empty.
    pub left_out: String,
    /// "26 November 2026".
    pub until: String,
    pub token: String,
    pub summary: Option<ErrorSummary>,
    pub way: Way,
}

/// What whoever looks can do; more than one where it is not known who they are.
#[derive(Default)]
pub struct Way {
    /// With the account they are signed in to.
    pub accepts: bool,
    /// The address of the account they are signed in to, which is another.
    pub somebody_else: Option<String>,
    /// Posts `csrf token name email password`.
    pub account: Option<NewAccount>,
    /// Leads to *Sign in*, and back here.
    pub sign_in: Option<&'static str>,
}

pub struct NewAccount {
    pub name: TextField,
    pub password: TextField,
}

/// A link that opens nothing, and why.
#[derive(Template)]
#[template(path = "invitations/over.html")]
pub struct OverPage {
    pub shell: Shell,
    pub title: &'static str,
    pub text: String,
    /// A way on: its address, and its words.
    pub way: (String, &'static str),
}
