//! Who has access to a folder, counted and by name.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    error::Result,
    ids::{GroupId, KeyId, MemberId},
    keys,
    library::{
        model::{ByKind, Path, Subject},
        store,
        views::{Losses, Pile},
    },
    people,
    policy::{Permit, UseLibrary},
    web::{time, ui::Avatar},
};

/// Beyond these nobody is counted.
pub const MOST: usize = 100;

/// Of those in a pile.
const PICTURED: usize = 3;

/// Of those who lose access, how many a question names before it only counts them.
const LOST: usize = 10;

/// Active members, groups and keys, each once.
#[derive(Default)]
pub struct Access {
    /// In the order in which they were asked for, with their names.
    pub named: Vec<(Subject, String)>,
    is_only_me: bool,
    is_more: bool,
}

impl Access {
    /// `is_more`: there are others that were not read.
    pub fn read(
        conn: &mut PgConnection,
        permit: &Permit<UseLibrary>,
        subjects: &[Subject],
        is_more: bool,
    ) -> Result<Self> {
        let all: ByKind = subjects.iter().copied().collect();
        let active = people::active_members(conn, permit, &all.members)?;
        let members: Vec<MemberId> = active.into_iter().collect();
        let members = people::names(conn, permit, &members)?;
        let groups: Vec<(GroupId, String)> = match all.groups.is_empty() {
            true => Vec::new(),
            false => people::named_groups(conn, permit, &all.groups)?,
        };
        let labels = keys::named(conn, permit, &all.keys)?;
        let key = |id: &KeyId| labels.get(id).filter(|key| key.revoked_at.is_none());
        let name = |subject: &Subject| match subject {
            Subject::Member(id) => members.get(id).cloned(),
            Subject::Group(id) => {
                let found = groups.iter().find(|(group, _)| group == id);
                found.map(|(_, name)| name.clone())
            }
            Subject::Key(id) => key(id).map(|key| key.label.clone()),
            Subject::Invitation(_) => None,
        };
        let mut seen = HashSet::new();
        let named: Vec<(Subject, String)> = subjects
            .iter()
            .filter(|subject| seen.insert(**subject))
            .filter_map(|subject| Some((*subject, name(subject)?)))
            .collect();
        let me = permit.actor().member_id().map(Subject::Member);
        Ok(Self {
            is_only_me: named.len() == 1 && named.first().map(|(subject, _)| *subject) == me,
            named,
            is_more,
        })
    }

    /// All who have a role along the way to these and in what is in them, but for whoever asks.
    pub fn lost(
        conn: &mut PgConnection,
        permit: &Permit<UseLibrary>,
        paths: &[Path],
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let most = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
        let owners = store::owners_within(conn, permit, paths, most)?;
        let shares = store::shares_within(conn, permit, paths, most, now)?;
        let is_more = owners.len() > MOST || shares.len() > MOST;
        let given = shares.into_iter().map(|share| share.subject);
        let owners = owners.into_iter().map(Subject::Member);
        let subjects: Vec<Subject> = owners.chain(given).collect();
        let losing = Self::read(conn, permit, &subjects, is_more)?;
        Ok(losing.without(permit.actor().member_id()))
    }

    /// Without whoever asks.
    fn without(mut self, me: Option<MemberId>) -> Self {
        self.named
            .retain(|(subject, _)| Some(*subject) != me.map(Subject::Member));
        self.is_only_me = false;
        self
    }

    /// "3 people, 1 group and 2 API keys"; empty where there is nobody.
    pub fn counted(&self) -> String {
        if self.is_more {
            return format!("More than {MOST} people, groups and API keys");
        }
        let count = |which: fn(&Subject) -> bool| {
            let found = self.named.iter().filter(|(subject, _)| which(subject));
            i64::try_from(found.count()).unwrap_or(i64::MAX)
        };
        let people = match count(|s| matches!(s, Subject::Member(_))) {
            1 => "1 person".to_owned(),
            n => format!("{} people", time::grouped(n)),
        };
        let groups = time::counted(count(|s| matches!(s, Subject::Group(_))), "group");
        let keys = time::counted(count(|s| matches!(s, Subject::Key(_))), "API key");
        let some: Vec<String> = [people, groups, keys]
            .into_iter()
            .filter(|counted| !counted.starts_with("0 "))
            .collect();
        match some.split_last() {
            None => String::new(),
            Some((last, [])) => last.clone(),
            Some((last, before)) => format!("{} and {last}", before.join(", ")),
        }
    }

    /// Of those who lose access.
    pub fn losses(&self) -> Losses {
        let names = self.named.iter().take(LOST);
        Losses {
            label: self.pile("loses access", "lose access").label,
            names: names.map(|(_, name)| name.clone()).collect(),
            more: match self.named.len().saturating_sub(LOST) {
                0 => String::new(),
                n => format!("and {n} more"),
            },
        }
    }

    /// `does`: "have access".
    pub fn pile(&self, one: &str, many: &str) -> Pile {
        let label = match (self.is_only_me, self.named.len()) {
            (true, _) => format!("Only you {many}"),
            (false, 0) => format!("Nobody {one}"),
            (false, 1) => format!("{} {one}", self.counted()),
            _ => format!("{} {many}", self.counted()),
        };
        let more = self.named.len().saturating_sub(PICTURED);
        Pile {
            label,
            first: self.named.iter().take(PICTURED).map(picture).collect(),
            more: match (more, self.is_more) {
                (0, _) => String::new(),
                (_, true) => "…".to_owned(),
                (n, false) => format!("+{n}"),
            },
        }
    }
}

fn picture((subject, name): &(Subject, String)) -> Avatar {
    match subject {
        Subject::Group(_) => Avatar::group(),
        Subject::Key(_) => Avatar::key(),
        Subject::Member(_) | Subject::Invitation(_) => Avatar::person(name),
    }
}
