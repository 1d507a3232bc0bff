//! *Resend*, and the one page that shows links where there is no mail.

use std::sync::Once;

use actix_web::web::Data;

use super::{OfInvitation, list_path};
use crate::{
    actor::{Actor, Confirmed, Person},
    db::Db,
    invitations::{
        actions::{self, Done, Post, Sent},
        let_in::Promised,
        views::{LinkRow, LinksPage},
    },
    mail::Mail,
    web::{
        Flash, Form, Now, Page, PageResult, Path, Site, back::Back, limit::Limits, see_other_with,
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
    Form(back): Form<Back>,
) -> PageResult {
    let sent = db
        .run(move |conn| {
            let post = Post {
                mail: &mail,
                limits: &limits,
                promised: &promised,
                person: &person,
                confirmed,
            };
            actions::resend(conn, &actor, of.invitation, &post, now)
        })
        .await?;
    if sent.link.is_some() {
        let done = Done {
            sent: vec![sent],
            skipped: Vec::new(),
        };
        return page(shell, &site, done).created();
    }
    let flash = Flash::done(
        format!("The invitation to {} is on its way again.", sent.email),
        "The link sent before opens nothing any more. The new one works for 7 days.",
    );
    see_other_with(&back.next.or_list(&list_path(&shell)), flash)
}

/// The one page that shows the links, for whoever invites somebody beside something else.
pub fn hand_over(shell: Shell, site: &Site, sent: Vec<Sent>) -> PageResult {
    let skipped = Vec::new();
    page(shell, site, Done { sent, skipped }).created()
}

pub fn page(shell: Shell, site: &Site, done: Done) -> Page<LinksPage> {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        log::warn!(
            "mail is not set up (KEYROOM_SMTP_URL): links of invitations are shown to whoever invites, to be handed over"
        );
    });
    let sent = done.sent.into_iter().enumerate();
    let links: Vec<LinkRow> = sent
        .map(|(n, sent)| LinkRow {
            number: n + 1,
            link: site.public_url.at(&sent.link.unwrap_or_default()),
            email: sent.email,
        })
        .collect();
    let list_href = list_path(&shell);
    Page(LinksPage {
        title: match links.as_slice() {
            [one] => format!("{} is invited", one.email),
            many => format!("{} people are invited", many.len()),
        },
        links,
        skipped: done.skipped,
        shell: shell
            .titled("Hand over the links", "members")
            .at(&list_href),
        list_href,
    })
}
