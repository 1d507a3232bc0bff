//! Secrets that a rotation ended and that are tried all the same: whoever has one has not heard of the new one, or has
//! no business with the key. The admins are told.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    callers::OfSecret,
    calls::{Outcome, Pending},
    store,
};
use crate::{
    error::Result,
    ids::KeyId,
    notices::{self, Audience, Kind, Notice, Subject},
    policy::Unscoped,
};

/// The code of a call with such a secret.
pub const ROTATED_OUT: Outcome = "key_rotated_out";

/// How often one was tried, when last, and whence.
#[derive(Debug, Clone, Copy)]
pub struct Tried {
    times: i64,
    at: DateTime<Utc>,
    ip: IpAddr,
}

/// By secret, of what was not told yet.
#[derive(Default)]
pub struct Retired(HashMap<OfSecret, Tried>);

impl Retired {
    pub fn count(&mut self, of: OfSecret, ip: IpAddr, at: DateTime<Utc>) {
        self.add(of, Tried { times: 1, at, ip });
    }

    /// What could not be told is told the next time.
    pub fn put_back(&mut self, taken: &Self) {
        for (of, tried) in &taken.0 {
            self.add(*of, *tried);
        }
    }

    fn add(&mut self, of: OfSecret, more: Tried) {
        let tried = self.0.entry(of).or_insert(Tried { times: 0, ..more });
        tried.times += more.times;
        if tried.at <= more.at {
            (tried.at, tried.ip) = (more.at, more.ip);
        }
    }
}

/// Tells the admins, in one order for every server. Of a key that is gone there is nothing to tell.
pub(super) fn tell(conn: &mut PgConnection, reason: Unscoped, pending: &Pending) -> Result<()> {
    let all: BTreeMap<&OfSecret, &Tried> = pending.retired.0.iter().collect();
    if all.is_empty() {
        return Ok(());
    }
    let ids: Vec<KeyId> = all.keys().map(|(_, key, _)| *key).collect();
    let labels = store::labels(conn, reason, &ids)?;
    for ((workspace, key, version), tried) in all {
        let Some(label) = labels.get(key) else {
            continue;
        };
        let notice = Notice {
            kind: Kind::RetiredSecretTried {
                secret: *version,
                ip: tried.ip,
            },
            subject: Subject {
                kind: "key",
                id: key.to_string(),
                label: label.clone(),
            },
            audience: Audience::Admins,
            times: tried.times,
        };
        notices::raise(conn, reason, *workspace, &notice, tried.at)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::{Error, Refusal},
        ids::WorkspaceId,
        web::problem,
    };

    #[test]
    fn it_has_the_code_of_its_refusal() {
        let error = Error::Refused(Refusal::KeyRotatedOut);
        assert_eq!(problem::of(&error).code, ROTATED_OUT);
    }

    #[test]
    fn the_last_address_is_told_and_every_time() {
        let at =
            |second: i64| DateTime::from_timestamp(1_800_000_000 + second, 0).expect("in range");
        let of = (WorkspaceId::fresh(), KeyId::fresh(), 1);
        let (one, other) = ([203, 0, 113, 7].into(), [203, 0, 113, 8].into());
        let (mut now, mut before) = (Retired::default(), Retired::default());
        now.count(of, one, at(5));
        before.count(of, other, at(1));
        before.count(of, other, at(2));
        now.put_back(&before);
        let tried = now.0[&of];
        assert_eq!((tried.times, tried.at, tried.ip), (3, at(5), one));
    }
}
