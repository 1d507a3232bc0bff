//! *Resend* and *Cancel* of an invitation that comes with a role here.

use actix_web::web::Data;

use super::{OfInvitation, path, read::Sight};
use crate::{
    actor::{Actor, Confirmed, Person},
    db::Db,
    error::Error,
    invitations::{self, Post, Promised},
    library::{self, Subject},
    mail::Mail,
    web::{
        Flash, Form, Now, PageResult, Path, Site, back::Back, limit::Limits, see_other_with,
        ui::Shell,
    },
};

pub async fn resend(
    (actor, person, confirmed): (Actor, Person, Option<Confirmed>),
    shell: Shell,
    (db, mail, limits, site): (Data<Db>, Data<Mail>, Data<Limits>, Data<Site>),
    promised: Data<Promised>,
    Now(now): Now,
    Path(of): Path<OfInvitation>,
    Form(_): Form<Back>,
) -> PageResult {
    let sent = db
        .run(move |conn| {
            let sight = Sight::read(conn, &actor, of.folder, now)?;
            if !sight.promised(conn, of.invitation)?.contains(&of.folder) {
                return Err(Error::NotFound);
            }
            let post = Post {
                mail: &mail,
                limits: &limits,
                promised: &promised,
                person: &person,
                confirmed,
            };
            invitations::resend(conn, &actor, of.invitation, &post, now)
        })
        .await?;
    if sent.link.is_some() {
        return invitations::hand_over(shell, &site, vec![sent]);
    }
    let flash = Flash::done(
        format!("The invitation to {} is on its way again.", sent.email),
        "The link sent before opens nothing any more. The new one works for 7 days.",
    );
    see_other_with(&path(&shell, of.folder), flash)
}

/// The role here is promised no more. With the last of them, whoever invites cancels the invitation too.
pub async fn cancel(
    (actor, shell): (Actor, Shell),
    (db, promised): (Data<Db>, Data<Promised>),
    Now(now): Now,
    Path(of): Path<OfInvitation>,
    Form(_): Form<Back>,
) -> PageResult {
    let flash = db
        .run(move |conn| {
            let sight = Sight::read(conn, &actor, of.folder, now)?;
            let all = sight.promised(conn, of.invitation)?;
            if !all.contains(&of.folder) {
                return Err(Error::NotFound);
            }
            if sight.may_invite.is_some() && all.len() == 1 {
                let what = (of.invitation, &**promised);
                let cancelled = invitations::cancel(conn, &actor, what, now)?;
                return Ok(Flash::done(
                    format!("The invitation to {} is cancelled.", cancelled.email),
                    "Its link opens nothing any more.",
                ));
            }
            let role = (of.folder, Subject::Invitation(of.invitation));
            let (folder, _) = library::take_access(conn, &actor, role, now)?;
            Ok(Flash::done(
                format!("No role in {} is promised to them any more.", folder.name),
                "They are still invited to the workspace.",
            ))
        })
        .await?;
    see_other_with(&path(&shell, of.folder), flash)
}
