//! What somebody keeps in folders in which they lose what was given to them.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    asked::Who,
    store::{self, Remains},
};
use crate::{
    error::Result,
    ids::{FolderId, GroupId},
    people,
    policy::{ManageLibrary, Permit},
    reached_folders::Through,
};

/// What they keep in each of some folders in which they lose what was given to them.
pub fn what_stays(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    (who, ids): (Who, &[FolderId]),
    now: DateTime<Utc>,
) -> Result<HashMap<FolderId, String>> {
    let kept = store::kept(conn, permit, (who.0, ids), now)?;
    let groups: BTreeSet<GroupId> = kept
        .values()
        .flatten()
        .filter_map(|kept| match kept.through {
            Through::Group(id, _) => Some(id),
            Through::Direct | Through::Owner => None,
        })
        .collect();
    let groups: Vec<GroupId> = groups.into_iter().collect();
    let names = people::named_groups(conn, permit, &groups)?;
    let named = |through: &Through| match through {
        Through::Group(id, _) => {
            let name = names.iter().find(|(group, _)| group == id);
            let name = name.map_or("a group", |(_, name)| name);
            format!("through {name}")
        }
        other => other.in_words(),
    };
    let said = |all: Vec<Remains>| {
        let each = all.iter().map(|kept| match &kept.above {
            None => named(&kept.through),
            Some(above) => format!("through {above}"),
        });
        let each: Vec<String> = each.collect();
        format!("Keeps a role: {}", each.join(", "))
    };
    Ok(kept.into_iter().map(|(id, all)| (id, said(all))).collect())
}
