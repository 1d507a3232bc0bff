//! Sends what waits in the outbox, beside the requests.
//!
//! A mail is claimed in one transaction, sent outside of any, and noted in another, so that nothing is held while a
//! mail server thinks. A claim that is not renewed runs out: what a server that died was sending, another sends.

use std::{convert::Infallible, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use tokio::{
    pin, select,
    sync::watch,
    time::{MissedTickBehavior, interval, sleep},
};

use super::{
    Mail,
    compose::{addressee, compose},
    model::{Claimed, Failure},
    smtp::{Failed, Farewell, Server},
    store,
};
use crate::{clock::Clock, db::Db, policy::Unscoped};

const WHY: Unscoped = Unscoped::because("the outbox is emptied for everybody");

/// Mails on their way at once.
const AT_ONCE: usize = 2;
/// For what another server wrote, and what is due again.
const LOOK: Duration = Duration::from_secs(3);
/// A claim lasts several of these.
const RENEWAL: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Sender {
    mail: Arc<Mail>,
    db: Db,
    clock: Clock,
    stop: watch::Receiver<bool>,
}

/// Runs until `stop` says so; then a mail that is on its way is the last. Ends at once where mail is not set up.
pub async fn run(mail: Arc<Mail>, db: Db, clock: Clock, stop: watch::Receiver<bool>) {
    let sender = Sender {
        mail,
        db,
        clock,
        stop,
    };
    if let Some(server) = &sender.mail.server {
        join_all((0..AT_ONCE).map(|_| sender.clone().work(server))).await;
    }
}

impl Sender {
    async fn work(mut self, server: &Server) {
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mail = self.mail.clone();
        loop {
            // Listening before it looks, so that nothing is committed unheard in between.
            let rung = mail.bell.notified();
            pin!(rung);
            rung.as_mut().enable();
            self.empty(server).await;
            select! {
                () = rung => {}
                _ = look.tick() => {}
                _ = self.stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Sends until nothing is due, or the server is the reason why a mail was not sent: then the rest waits a moment.
    async fn empty(&self, server: &Server) {
        let now = self.clock.now();
        let given_up = self.db.run(move |conn| store::give_up(conn, WHY, now));
        if let Err(error) = given_up.await {
            log::warn!("the outbox waits for the database: {error}");
            return;
        }
        while !*self.stop.borrow() {
            let now = self.clock.now();
            match self.db.run(move |conn| store::claim(conn, WHY, now)).await {
                Ok(Some(mail)) => {
                    if !self.send(server, mail).await {
                        return;
                    }
                }
                Ok(None) => return,
                Err(error) => {
                    log::warn!("the outbox waits for the database: {error}");
                    return;
                }
            }
        }
    }

    /// False: the server takes no mail at all.
    async fn send(&self, server: &Server, mail: Claimed) -> bool {
        let outcome = select! {
            outcome = self.deliver(server, &mail) => outcome,
            never = self.hold(&mail) => match never {},
        };
        let (id, purpose) = (mail.id, mail.purpose.clone());
        let (outcome, farewell) = match outcome {
            Ok(farewell) => (Ok(()), Some(farewell)),
            Err(failed) => (Err(failed), None),
        };
        let goes_on = match &outcome {
            Ok(()) => {
                log::info!("mail {id} ({purpose}) was sent");
                true
            }
            Err(Failed { why, reply, .. }) => {
                let why_not = why.words();
                log::warn!("mail {id} ({purpose}) was not sent: {why_not} ({reply})");
                !why.is_of_the_server()
            }
        };
        self.note(Arc::new(mail), Arc::new(outcome)).await;
        if let Some(farewell) = farewell {
            farewell.say().await;
        }
        goes_on
    }

    async fn deliver(&self, server: &Server, mail: &Claimed) -> Result<Farewell, Failed> {
        let sealed = mail.sealed.as_deref().unwrap_or_default();
        let opened = self.mail.seal.open(mail.id, &mail.recipient, sealed);
        let Some(written) = opened else {
            return Err(Failed::new(Failure::Sealed, "the key file has changed"));
        };
        let refused = |why: &str| Failed::new(Failure::Refused, why);
        let to = addressee(&mail.recipient).ok_or_else(|| refused("the address is none"))?;
        let between = (&server.settings.from, &to);
        let composed = compose(mail.id, between, written, mail.created_at)
            .map_err(|e| refused(&e.to_string()))?;
        let time_left = (mail.not_after - self.clock.now()).to_std();
        server
            .deliver(&to, &composed, time_left.unwrap_or_default())
            .await
    }

    /// Says again and again that this server is still at it.
    async fn hold(&self, mail: &Claimed) -> Infallible {
        loop {
            sleep(RENEWAL).await;
            let (claim, now) = ((mail.id, mail.tries), self.clock.now());
            let held = self.db.run(move |conn| store::hold(conn, WHY, claim, now));
            if let Err(error) = held.await {
                log::warn!(
                    "mail {} may be taken over, and sent twice: {error}",
                    mail.id
                );
            }
        }
    }

    /// As long as the database takes: what is not noted is sent again.
    async fn note(&self, mail: Arc<Claimed>, outcome: Arc<Result<(), Failed>>) {
        let now: DateTime<Utc> = self.clock.now();
        loop {
            let (mail, outcome) = (mail.clone(), outcome.clone());
            let id = mail.id;
            let noted = self.db.run(move |conn| match outcome.as_ref() {
                Ok(()) => store::note_sent(conn, WHY, mail.id, now),
                Err(failed) => store::note_failed(conn, WHY, &mail, failed, now),
            });
            match noted.await {
                Ok(()) => return,
                Err(error) => {
                    log::warn!("what became of mail {id} waits for the database: {error}")
                }
            }
            sleep(Duration::from_secs(1)).await;
        }
    }
}
