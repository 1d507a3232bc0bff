//! What nobody waits for is done a piece at a time.

use std::fmt;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::Db;
use crate::{error::Result, ids::WorkspaceId};

/// One thing that waits to be tidied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting<I> {
    pub since: DateTime<Utc>,
    pub workspace: WorkspaceId,
    pub id: I,
}

impl<I> From<(DateTime<Utc>, WorkspaceId, I)> for Waiting<I> {
    fn from((since, workspace, id): (DateTime<Utc>, WorkspaceId, I)) -> Self {
        Self {
            since,
            workspace,
            id,
        }
    }
}

impl<I: fmt::Display> fmt::Display for Waiting<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of workspace {}", self.id, self.workspace)
    }
}

impl Db {
    /// Does what waits, one after the other. `next`: some that wait, after the last one that was tried; none: that was
    /// all. `piece`: a part of one, in a transaction of its own; false: nothing of it is left to be done, or another server is
    /// at it. Where that fails the log says so, and the others have their turn: whoever comes again tries again.
    pub async fn run_each<I, N, P>(&self, what: &str, next: N, piece: P)
    where
        I: fmt::Display + Copy + Send + 'static,
        N: Fn(&mut PgConnection, Option<Waiting<I>>) -> Result<Vec<Waiting<I>>>
            + Copy
            + Send
            + 'static,
        P: Fn(&mut PgConnection, Waiting<I>) -> Result<bool> + Copy + Send + 'static,
    {
        let mut last = None;
        loop {
            let some = match self.run(move |conn| next(conn, last)).await {
                Ok(some) => some,
                Err(error) => return log::warn!("{what} wait: {}", error.in_full()),
            };
            if some.is_empty() {
                return;
            }
            for one in some {
                last = Some(one);
                if let Err(error) = self.run_out(one, piece).await {
                    log::warn!("{what} wait, {one} among them: {}", error.in_full());
                    // Where nothing can be done, to look for the next fails too.
                    break;
                }
            }
        }
    }

    async fn run_out<I, P>(&self, one: Waiting<I>, piece: P) -> Result<()>
    where
        I: Copy + Send + 'static,
        P: Fn(&mut PgConnection, Waiting<I>) -> Result<bool> + Copy + Send + 'static,
    {
        while self.run(move |conn| piece(conn, one)).await? {}
        Ok(())
    }
}
