//! Whoever made keys, or looks after them, is told of what will happen to them: once, also by several servers.
//!
//! What is told is noted in the transaction of the notices and mails, and whoever cannot note it tells nothing.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{ending, unused};
use crate::{
    db::Db,
    error::Result,
    ids::MemberId,
    keys::{letter, store::Told},
    mail::{Letter, Mail},
    notices::{Audience, Kind, Notice, Subject},
    people::{self, Recipient},
    policy::Unscoped,
    workspaces::{self, Workspace},
};

/// To be called each hour, by every server: before keys end, and where nobody uses them. A workspace in which it cannot
/// be done now does not hold up the others, and is tried again the next time.
pub async fn warn(db: &Db, mail: &Data<Mail>, reason: Unscoped, now: DateTime<Utc>) {
    let all = db.run(move |conn| workspaces::living(conn, reason));
    let all = match all.await {
        Ok(all) => all,
        Err(error) => return log::warn!("whoever has keys waits to be told of them: {error}"),
    };
    for of in all {
        let name = of.slug.clone();
        if let Err(error) = warn_in(db, mail, reason, of, now).await {
            let why = error.in_full();
            log::warn!("whoever has keys in {name} waits to be told of them: {why}");
        }
    }
}

type Step = fn(&mut PgConnection, &Teller<'_>) -> Result<bool>;

async fn warn_in(
    db: &Db,
    mail: &Data<Mail>,
    reason: Unscoped,
    of: Workspace,
    now: DateTime<Utc>,
) -> Result<()> {
    let steps: [Step; 3] = [ending::tell, unused::settle, unused::tell];
    for step in steps {
        loop {
            let (mail, of) = (mail.clone(), of.clone());
            let more = db.run(move |conn| {
                let teller = Teller {
                    mail: &mail,
                    reason,
                    of: &of,
                    now,
                };
                step(conn, &teller)
            });
            if !more.await? {
                break;
            }
        }
    }
    Ok(())
}

/// Who tells, in which workspace, and when.
pub struct Teller<'a> {
    pub mail: &'a Mail,
    pub reason: Unscoped,
    pub of: &'a Workspace,
    pub now: DateTime<Utc>,
}

impl Teller<'_> {
    /// Raises a notice about each key, and writes to everybody whom some of them concern: one letter each.
    pub fn tell(
        &self,
        conn: &mut PgConnection,
        keys: &[(Told, Kind)],
        letter: fn(&letter::To<'_>, &[&Told], DateTime<Utc>) -> Letter,
    ) -> Result<()> {
        let whose: Vec<MemberId> = keys
            .iter()
            .filter_map(|(key, _)| key.owner.or(key.created_by))
            .collect();
        let people = people::recipients(conn, self.reason, self.of.id, &whose)?;
        let all: Vec<Notice> = keys
            .iter()
            .filter_map(|(key, kind)| notice(key, kind, &people))
            .collect();
        crate::notices::raise_all(conn, self.reason, self.of.id, &all, self.now)?;
        for person in &people {
            let theirs: Vec<&Told> = keys
                .iter()
                .map(|(key, _)| key)
                .filter(|key| key.concerns(person))
                .collect();
            if theirs.is_empty() {
                continue;
            }
            let to = letter::To {
                person,
                of: self.of,
            };
            let letter = letter(&to, &theirs, self.now);
            self.mail.enqueue(conn, &person.email, letter, self.now)?;
        }
        Ok(())
    }
}

impl Told {
    /// Their own, or one that they made or look after. A key of somebody else is not their business.
    fn concerns(&self, person: &Recipient) -> bool {
        match self.owner {
            Some(owner) => owner == person.id,
            None => person.is_admin() || self.created_by == Some(person.id),
        }
    }
}

/// None: its owner is not there, so it answers nobody.
pub fn notice(key: &Told, kind: &Kind, people: &[Recipient]) -> Option<Notice> {
    let audience = match key.owner {
        None => Audience::Admins,
        Some(owner) => {
            people.iter().find(|person| person.id == owner)?;
            Audience::Member(owner)
        }
    };
    Some(Notice {
        kind: kind.clone(),
        subject: Subject {
            kind: "key",
            id: key.id.to_string(),
            label: key.label.clone(),
        },
        audience,
        times: 1,
    })
}
