//! *Share*.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;

use crate::{
    actor::{Actor, Who},
    error::{Error, Result, field},
    ids::FolderId,
    invitations::{self, Beside, Post, Sent},
    library::{self, ByKind, Folder, Found, Grant, Share, Subject},
    people::{self, Email},
    policy::ShareFolder,
    sharing::{
        letter::{self, Shared},
        model::{Pick, Wanted},
    },
    web::time::Zone,
    workspaces,
};

/// People that one form writes to, at most.
const MOST_TOLD: i64 = 100;

/// What became of a form.
pub struct Done {
    pub folder: Folder,
    pub new: Vec<Share>,
    /// Who had a role in the folder itself already, and keeps that as it is.
    pub had: Vec<Subject>,
    /// Addresses that were invited, or were so already and get this too.
    pub invited: Vec<String>,
    /// Where there is no mail: what to hand over.
    pub links: Vec<Sent>,
    /// More people have got something than are written to at once.
    pub told_all: bool,
}

/// All of it or nothing. Somebody new is invited to the workspace, and gets the role when they accept.
///
/// # Errors
/// Those of [`library::add_access`], with mistakes under `subject`, and those of [`invitations::invite_beside`]. `Limited`:
/// too many mails by this member.
pub fn share(
    conn: &mut PgConnection,
    actor: &Actor,
    id: FolderId,
    (wanted, post): (&Wanted, &Post<'_>),
    now: DateTime<Utc>,
) -> Result<Done> {
    let found = library::find::<ShareFolder>(conn, actor, id, now)?;
    // A day on which their own role ends is over with that.
    let until = found.permit.until();
    let ends_at = wanted.ends_at.map(|end| {
        let own = until.filter(|own| *own < end && end - *own < TimeDelta::days(1));
        own.unwrap_or(end)
    });
    let (mut subjects, mut links, mut invited) = (Vec::new(), Vec::new(), Vec::new());
    for pick in &wanted.picks {
        match pick {
            Pick::Known(subject) => subjects.push(*subject),
            Pick::Email(email) => {
                let email = Email::parse(email).map_err(|why| field("subject", why))?;
                let beside = Beside {
                    folder: Some((found.folder.name.clone(), wanted.role.title())),
                    message: wanted.message.clone(),
                };
                invited.push(email.as_str().to_owned());
                let made = invitations::invite_beside(conn, actor, email, (post, &beside), now);
                let (invitation, sent) = made.map_err(of_subject)?;
                subjects.push(Subject::Invitation(invitation));
                links.extend(sent.filter(|sent| sent.link.is_some()));
            }
        }
    }
    let grants: Vec<Grant> = subjects
        .into_iter()
        .map(|subject| Grant {
            subject,
            role: wanted.role,
            expires_at: ends_at,
        })
        .collect();
    let given = library::add_access(conn, actor, id, &grants, now).map_err(of_subject)?;
    let told_all = match wanted.tells {
        true => tell(conn, &found, (&given.new, ends_at), (wanted, post), now)?,
        false => true,
    };
    Ok(Done {
        folder: given.folder,
        new: given.new,
        had: given.had,
        invited,
        links,
        told_all,
    })
}

/// The form has one field for all of them.
pub fn of_subject(error: Error) -> Error {
    match error {
        Error::Invalid(mut mistakes) => {
            for mistake in &mut mistakes {
                mistake.field = "subject".into();
            }
            Error::Invalid(mistakes)
        }
        other => other,
    }
}

/// Writes to the people among them who wish it, also to those in the groups, and says whether that was everybody.
fn tell(
    conn: &mut PgConnection,
    found: &Found<ShareFolder>,
    (new, ends_at): (&[Share], Option<DateTime<Utc>>),
    (wanted, post): (&Wanted, &Post<'_>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let Who::Member { id: own, name, .. } = &found.permit.actor().who else {
        return Ok(true);
    };
    if !post.mail.is_configured() {
        return Ok(true);
    }
    let all: ByKind = new.iter().map(|share| share.subject).collect();
    let library = found.permit.library();
    let of = (all.members.as_slice(), all.groups.as_slice());
    let mut people = people::to_tell_of_shares(conn, library, of, MOST_TOLD + 2)?;
    people.retain(|person| person.id != *own);
    let told_all = i64::try_from(people.len()).unwrap_or(i64::MAX) <= MOST_TOLD;
    people.truncate(usize::try_from(MOST_TOLD).unwrap_or(usize::MAX));
    if people.is_empty() {
        return Ok(told_all);
    }
    post.limits.share_mails.take_many(own, people.len())?;
    let workspace = workspaces::find(conn, library)?;
    for person in people {
        let zone = person.time_zone.as_deref().unwrap_or(&workspace.time_zone);
        let what = Shared {
            by: name,
            folder: &found.folder,
            role: wanted.role,
            ends_at,
            message: &wanted.message,
        };
        let zone = Zone::named(zone).unwrap_or_default();
        let letter = letter::shared(&what, &workspace, zone);
        post.mail.enqueue(conn, &person.email, letter, now)?;
    }
    Ok(told_all)
}
