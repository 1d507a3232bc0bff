use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use tokio::sync::Notify;

use super::{letter::Letter, model::NewMail, seal::MailSeal, smtp::Server, store};
use crate::{
    config::{PublicUrl, Smtp},
    error::Result,
    ids::MailId,
    key_files::MasterKey,
    policy::Unscoped,
};

const WHY: Unscoped =
    Unscoped::because("mails are of the installation; who may cause one was asked before");

/// Where features put what they have to tell people.
pub struct Mail {
    pub(super) server: Option<Server>,
    pub(super) seal: MailSeal,
    /// Rung when a mail has been committed.
    pub(super) bell: Arc<Notify>,
    public_url: PublicUrl,
}

impl Mail {
    /// # Errors
    /// No encrypted connection can be made on this machine.
    pub fn new(
        smtp: Option<&Smtp>,
        public_url: PublicUrl,
        master: &MasterKey,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            server: smtp
                .map(|smtp| Server::new(smtp, &public_url))
                .transpose()?,
            seal: MailSeal::of(master),
            bell: Arc::default(),
            public_url,
        })
    }

    /// Without a mail server nothing is sent, and whoever would write must find another way.
    pub fn is_configured(&self) -> bool {
        self.server.is_some()
    }

    /// Writes a mail in the caller's transaction; it is sent once that has been committed. None: nothing will be sent,
    /// as mail is not set up.
    pub fn enqueue(
        &self,
        conn: &mut PgConnection,
        to: &str,
        letter: Letter,
        now: DateTime<Utc>,
    ) -> Result<Option<MailId>> {
        if !self.is_configured() {
            return Ok(None);
        }
        let new = self.write(to, letter, now)?;
        let id = new.id;
        store::insert(conn, WHY, new)?;
        let bell = self.bell.clone();
        crate::db::after_commit(move || bell.notify_waiters());
        Ok(Some(id))
    }

    /// For a mail that nobody must learn of from how long things take: does as much whether the mail is meant or not,
    /// and keeps it only where it is. It goes out when the outbox is looked at next, within seconds, and wakes nobody.
    pub fn enqueue_unheard(
        &self,
        conn: &mut PgConnection,
        to: &str,
        letter: Letter,
        is_meant: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if !self.is_configured() {
            return Ok(());
        }
        let new = self.write(to, letter, now)?;
        store::insert_if(conn, WHY, new, is_meant)
    }

    fn write<'a>(&self, to: &'a str, letter: Letter, now: DateTime<Utc>) -> Result<NewMail<'a>> {
        let id = MailId::fresh();
        let (purpose, not_after) = (letter.purpose, now + letter.lasts);
        let written = letter.write(&self.public_url)?;
        Ok(NewMail {
            id,
            purpose,
            recipient: to,
            created_at: now,
            not_after,
            sealed: self.seal.close(id, to, &written)?,
            due_at: now,
        })
    }
}
