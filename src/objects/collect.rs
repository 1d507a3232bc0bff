//! Deletes what nothing refers to.

use std::{collections::HashMap, fmt::Display};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt;

use super::{
    At, Objects,
    place::Found,
    store::{self, ARRIVING},
};
use crate::{
    db::Db,
    error::{Error, Result},
    policy::Unscoped,
};

/// How long an upload may stand still, and what nothing refers to is kept for whoever reads it just now.
const STILL: TimeDelta = TimeDelta::hours(1);

/// Of one look into the database.
const SOME: usize = 500;

/// Where so many in a row cannot be deleted, the store is away: others are not tried.
const PATIENCE: usize = 10;

/// What a collection has deleted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Collected {
    /// Objects that no row of a feature referred to: uploads that broke off, and contents that were let go.
    pub ended: usize,
    /// What was in the store without a row.
    pub strays: usize,
}

/// Deletes objects that nothing refers to and that have not moved for an hour, and what is in the store without a row.
/// While a backup is made it deletes nothing. What cannot be deleted holds up nothing else, and is tried again by the next
/// collection.
///
/// # Errors
/// The database or the store is away, or there was something that cannot be deleted.
pub async fn collect(
    objects: &Objects,
    db: &Db,
    why: Unscoped,
    now: DateTime<Utc>,
) -> Result<Collected> {
    let mut refused = Refused::default();
    let ended = end_all(objects, db, why, (now, &mut refused)).await?;
    refused.in_a_row = 0;
    let mut strays = 0;
    let mut all = objects.place.list()?.try_chunks(SOME);
    while let Some(some) = all.try_next().await.map_err(|e| e.1)? {
        strays += remove_strays(objects, db, why, (some, &mut refused)).await?;
        if refused.is_hopeless() {
            break;
        }
    }
    match refused.all {
        0 => Ok(Collected { ended, strays }),
        n => Err(Error::Away(format!("{n} of them cannot be deleted"))),
    }
}

/// What could not be deleted.
#[derive(Default)]
struct Refused {
    all: usize,
    in_a_row: usize,
}

impl Refused {
    /// Was it deleted?
    fn is_done(&mut self, name: impl Display, done: Result<()>) -> bool {
        match done {
            Ok(()) => {
                self.in_a_row = 0;
                true
            }
            Err(error) => {
                log::warn!("{name} cannot be deleted: {}", error.in_full());
                self.all += 1;
                self.in_a_row += 1;
                false
            }
        }
    }

    fn is_hopeless(&self) -> bool {
        self.in_a_row >= PATIENCE
    }
}

async fn end_all(
    objects: &Objects,
    db: &Db,
    why: Unscoped,
    (now, refused): (DateTime<Utc>, &mut Refused),
) -> Result<usize> {
    let mut ended = 0;
    loop {
        let times = (now - STILL, now);
        let some = db.run(move |conn| store::pick(conn, why, times, SOME));
        let some = some.await?;
        let is_last = some.len() < SOME;
        for (at, upload) in some {
            let done = objects.place.end(at, upload.as_deref()).await;
            if refused.is_done(format_args!("{}/{}", at.workspace, at.id), done) {
                let is_ours = db.run(move |conn| store::forget(conn, why, at)).await?;
                ended += usize::from(is_ours);
            }
            if refused.is_hopeless() {
                return Ok(ended);
            }
        }
        if is_last {
            return Ok(ended);
        }
    }
}

async fn remove_strays(
    objects: &Objects,
    db: &Db,
    why: Unscoped,
    (some, refused): (Vec<Found>, &mut Refused),
) -> Result<usize> {
    let ids = some
        .iter()
        .filter_map(|found| found.at)
        .collect::<Vec<At>>();
    let Some(known) = db.run(move |conn| store::states(conn, why, &ids)).await? else {
        return Ok(0);
    };
    let mut removed = 0;
    for found in some.iter().filter(|found| is_stray(found, &known)) {
        let done = objects.place.remove(found).await;
        removed += usize::from(refused.is_done(&found.name, done));
        if refused.is_hopeless() {
            break;
        }
    }
    Ok(removed)
}

/// What has a name that is none of ours was put there by somebody else.
fn is_stray(found: &Found, known: &HashMap<At, String>) -> bool {
    let Some(at) = found.at else {
        return false;
    };
    match known.get(&at) {
        None => true,
        Some(state) => found.is_partial && state != ARRIVING,
    }
}
