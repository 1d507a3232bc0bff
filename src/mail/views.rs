//! The frame of every mail, and the page about mail.

use crate::web::{
    filters,
    ui::{Fact, Shell, Status},
};
use askama::Template;

/// One after the other, they are what a mail says.
pub enum Part {
    Paragraph(String),
    Facts(Vec<(String, String)>),
    Button { label: &'static str, link: String },
}

#[derive(Template)]
#[template(path = "mail/frame.html")]
pub struct HtmlMail<'a> {
    pub subject: &'a str,
    pub parts: &'a [Part],
    /// May be empty.
    pub small_print: &'a str,
    pub sent_by: &'a str,
}

/// The same as text; its heading is the subject.
#[derive(Template)]
#[template(path = "mail/frame.txt")]
pub struct TextMail<'a> {
    pub parts: &'a [Part],
    pub small_print: &'a str,
    pub sent_by: &'a str,
}

/// Settings → Workspace → Mail. Posts `csrf`.
#[derive(Template)]
#[template(path = "mail/index.html")]
pub struct MailPage {
    pub shell: Shell,
    /// Why nothing was done.
    pub mistake: Option<String>,
    /// None: mail is not set up.
    pub server: Option<ServerView>,
}

/// The server that takes the mails, and how that goes.
pub struct ServerView {
    pub status: Status,
    pub facts: Vec<Fact>,
    /// What is wrong, and what becomes of the mails.
    pub trouble: Option<Trouble>,
    /// Where the button posts to.
    pub test: String,
    /// Whom a test mail goes to.
    pub email: String,
    pub outcome: Option<OutcomeView>,
}

pub struct Trouble {
    pub text: String,
    /// As the server said it; may be empty.
    pub reply: String,
}

/// What came of the last test mail.
pub struct OutcomeView {
    /// Of the notice: empty, `good`, `warn` or `bad`.
    pub tone: &'static str,
    pub icon: &'static str,
    pub strong: &'static str,
    pub text: String,
    /// May be empty.
    pub reply: String,
}
