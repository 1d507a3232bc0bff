use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;

use super::{Letter, Mail, isolated};
use crate::{
    actor::{Actor, Person},
    audit,
    error::{Error, Result},
    policy::{TestMail, permit},
};

pub(super) const TEST: &str = "test";

/// How long a test is worth waiting for.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// Sends a mail to whoever asks.
///
/// # Errors
/// `Conflict`: mail is not set up.
pub(super) fn send_test(
    conn: &mut PgConnection,
    mail: &Mail,
    (actor, person): (&Actor, &Person),
    workspace: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    permit::<TestMail>(actor)?;
    let letter = test_letter(workspace, &person.name);
    mail.enqueue(conn, &person.email, letter, now)?
        .ok_or(Error::Conflict("Mail is not set up, so none can be sent."))?;
    let entry = audit::Entry {
        action: "workspace.mail_tested",
        subject: audit::Subject {
            kind: "workspace",
            id: actor.workspace.to_string(),
            label: workspace.to_owned(),
        },
        before: None,
        after: None,
    };
    audit::record(conn, actor, entry, now)
}

fn test_letter(workspace: &str, asked_by: &str) -> Letter {
    let (of, who) = (isolated(workspace), isolated(asked_by));
    Letter::new(TEST, &format!("Test mail from {of}"), PATIENCE)
        .of_workspace(workspace)
        .says("This is a test. That you read it means that Keyroom can send mail to you.")
        .small_print(format!(
            "{who} asked for it in the settings of {of}. There is nothing to do."
        ))
}
