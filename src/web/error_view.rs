//! What people see when something cannot be done.

use super::{
    filters,
    ui::{Shell, WorkspaceView},
};
use askama::Template;

/// One refusal in plain words.
pub struct ErrorView {
    pub status: u16,
    /// Beside the number in the small print: "Page not found".
    pub name: &'static str,
    pub title: String,
    pub text: String,
    /// The one way on.
    pub way: Option<Way>,
    /// Of the account, which is in no workspace and keeps a frame of its own.
    pub in_account: bool,
    pub request_id: String,
}

/// A link that leads on.
pub struct Way {
    pub href: String,
    pub text: &'static str,
}

impl ErrorView {
    /// Inside the settings where the viewer has some, else on a page of its own.
    pub fn render(self, shell: Shell) -> askama::Result<String> {
        if shell.viewer.is_some() && shell.workspace.is_some() && !self.in_account {
            ErrorInSettings { shell, error: self }.render()
        } else {
            ErrorPage { shell, error: self }.render()
        }
    }
}

/// An error on a page of its own.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub shell: Shell,
    pub error: ErrorView,
}

/// An error beside the side bar.
#[derive(Template)]
#[template(path = "error_in_settings.html")]
pub struct ErrorInSettings {
    pub shell: Shell,
    pub error: ErrorView,
}

/// Where an error page leads when the page itself does not know better. None: an error of the start page itself,
/// which has nowhere to go but back to itself. `path` is that of the request.
pub fn way_on(workspace: Option<&WorkspaceView>, path: &str) -> Option<Way> {
    match workspace {
        _ if is_of_account(path) => Some(Way {
            href: "/account".to_owned(),
            text: "Go to your account",
        }),
        Some(workspace) => Some(Way {
            href: workspace.library.clone(),
            text: "Go to the Library",
        }),
        None if path == "/" => None,
        None => Some(Way {
            href: "/".to_owned(),
            text: "Go to the start page",
        }),
    }
}

pub fn is_of_account(path: &str) -> bool {
    let in_workspace = path.starts_with("/w/") && path.split('/').nth(3) == Some("account");
    path == "/account" || path.starts_with("/account/") || in_workspace
}
