//! The mails about what was shared.

mod asked;

pub use asked::{answered, asked};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    actor::FolderRole,
    library::Folder,
    mail::{Letter, isolated},
    web::{time::Zone, ui::last_moment},
    workspaces::Workspace,
};

/// How long they are worth sending.
const LASTS: TimeDelta = TimeDelta::days(7);

/// What somebody is told of what they have got.
pub struct Shared<'a> {
    pub by: &'a str,
    pub folder: &'a Folder,
    pub role: FolderRole,
    pub ends_at: Option<DateTime<Utc>>,
    pub message: &'a str,
}

pub fn shared(what: &Shared<'_>, of: &Workspace, zone: Zone) -> Letter {
    let (who, folder) = (isolated(what.by), isolated(&what.folder.name));
    let subject = format!("{who} shared {folder} with you");
    let letter = Letter::new("share", &subject, LASTS)
        .of_workspace(&of.name)
        .says(format!(
            "You are {} of the folder {folder} now. {}.",
            what.role.article(),
            what.role.means()
        ));
    let letter = match what.message {
        "" => letter,
        message => letter.says(format!("{who} writes: {}", isolated(message))),
    };
    let letter = match what.ends_at {
        None => letter,
        Some(end) => letter.fact("Until the end of", &zone.long_day(last_moment(end))),
    };
    letter
        .button("Open the folder", path(of, what.folder))
        .small_print(format!(
            "You get this because {who} chose to tell those whom they share it with. You can switch these mails off in \
             your account, under Profile."
        ))
}

fn path(of: &Workspace, folder: &Folder) -> String {
    format!("/w/{}/folders/{}", of.slug, folder.id)
}
