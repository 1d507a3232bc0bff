//! The mails about what somebody asks the admins to share.

use chrono::TimeDelta;

use super::path;
use crate::{
    library::Folder,
    mail::{Letter, isolated},
    sharing::model::Request,
    workspaces::Workspace,
};

const LASTS: TimeDelta = TimeDelta::days(7);

/// To those who decide.
pub fn asked(request: &Request, by: &str, (folder, of): (&Folder, &Workspace)) -> Letter {
    let (who, name) = (isolated(by), isolated(&folder.name));
    let subject = format!("{who} asks you to add an API key to {name}");
    let letter = Letter::new("share_request", &subject, LASTS)
        .of_workspace(&of.name)
        .says(format!(
            "{who} would like an API key to be {} of the folder {name}. You choose the key, and approve or decline.",
            request.role.article()
        ))
        .fact("Which key or app", &request.wanted)
        .fact("API access role", request.role.title());
    let letter = match request.note.as_str() {
        "" => letter,
        note => letter.says(format!("{who} writes: {}", isolated(note))),
    };
    let page = format!("{}/share/requests/{}", path(of, folder), request.id);
    letter.button("Answer", page).small_print(
        "Every owner and admin of the workspace gets this. The first to answer decides.",
    )
}

/// To whoever asked. `key`: what has the role now; none: it was declined.
pub fn answered(
    request: &Request,
    (by, key): (&str, Option<&str>),
    (folder, of): (&Folder, &Workspace),
) -> Letter {
    let (who, name) = (isolated(by), isolated(&folder.name));
    let (subject, text) = match key {
        Some(key) => (
            format!("{who} added an API key to {name}"),
            format!(
                "{} is {} of the folder {name} now, as you asked.",
                isolated(key),
                request.role.article()
            ),
        ),
        None => (
            format!("{who} did not add an API key to {name}"),
            format!(
                "You asked for {} to be {} of the folder {name}.",
                isolated(&request.wanted),
                request.role.article()
            ),
        ),
    };
    let letter = Letter::new("share_answer", &subject, LASTS)
        .of_workspace(&of.name)
        .says(text);
    let letter = match request.reason.as_str() {
        "" => letter,
        reason => letter.says(format!("{who} writes: {}", isolated(reason))),
    };
    letter
        .button("Open the folder", path(of, folder))
        .small_print("You get this because you asked for it.")
}
