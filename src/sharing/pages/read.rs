//! What the dialog is made of, read with a fixed number of questions.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;

use super::names::Names;
use crate::{
    actor::Actor,
    error::Result,
    ids::{FolderId, GroupId, InvitationId, MemberId, ShareId},
    library::{self, Found, Roles, Share, Subject},
    notices,
    people::{self, InGroup},
    policy::{self, ManageMembers, Permit, SeeFolder, ShareFolder, permit},
    sharing::{model::Request, store},
};

/// How many have a row at once; the owners beyond it.
pub const PAGE: usize = 100;

/// How many of a group are named.
const NAMED: i64 = 20;

/// A folder, and what whoever looks may do in its dialog.
pub struct Sight {
    pub actor: Actor,
    pub found: Found<SeeFolder>,
    pub may_share: bool,
    pub may_share_with_keys: bool,
    pub may_invite: Option<Permit<ManageMembers>>,
}

impl Sight {
    /// # Errors
    /// Those of [`library::find`].
    pub fn read(
        conn: &mut PgConnection,
        actor: &Actor,
        folder: FolderId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let found = library::find::<SeeFolder>(conn, actor, folder, now)?;
        let library = permit(actor)?;
        let standing = found.permit.standing();
        let may_share = policy::folder_permit::<ShareFolder>(library, folder, standing).is_ok();
        Ok(Self {
            may_share,
            may_share_with_keys: may_share && policy::may_share_with_keys(actor),
            may_invite: permit::<ManageMembers>(actor).ok().filter(|_| may_share),
            actor: actor.clone(),
            found,
        })
    }

    /// In which folders a role is promised with this invitation.
    pub fn promised(&self, conn: &mut PgConnection, id: InvitationId) -> Result<Vec<FolderId>> {
        let promised = library::shares_of_invitations(conn, self.found.permit.library(), &[id])?;
        Ok(promised.iter().map(|(share, _)| share.folder).collect())
    }
}

/// Everybody and everything with a role in the folder, as far as one page shows it.
pub struct Access {
    pub owners: Vec<(FolderId, MemberId)>,
    pub shares: Vec<Share>,
    /// After which share this page begins.
    pub after: Option<ShareId>,
    /// After which share the next page begins.
    pub next: Option<ShareId>,
    pub count: i64,
    pub names: Names,
    /// Some of those in each group.
    pub in_groups: HashMap<GroupId, Vec<InGroup>>,
    /// The folders that it is in, by name.
    pub above: HashMap<FolderId, String>,
    /// Those of whoever looks.
    pub roles: Roles,
    /// Whom to ask for what one may not do oneself.
    pub leaders: Vec<String>,
    /// Whoever looks has a role, and may not share with keys.
    pub may_ask: bool,
    /// What waits for whoever may answer, or else what they have asked themselves.
    pub requests: Vec<Request>,
    pub told: notices::Open,
}

/// How long an answer is shown to whoever asked.
const ANSWERED: TimeDelta = TimeDelta::days(14);

impl Access {
    /// The owner of the folder, or else the admins.
    pub fn whom_to_ask(&self, sight: &Sight) -> String {
        let owner = sight.found.folder.owner_member_id;
        let owner = owner.and_then(|id| self.names.people.get(&id));
        match owner {
            Some(owner) if !owner.is_suspended => owner.name.clone(),
            _ => self.leaders.join(" or "),
        }
    }

    pub fn read(
        conn: &mut PgConnection,
        sight: &Sight,
        after: Option<ShareId>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let (permit, folder) = (&sight.found.permit, &sight.found.folder);
        let path = &folder.path;
        let owners = library::owners_on(conn, permit, path)?;
        let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut shares = library::shares_on(conn, permit, path, (after, most), now)?;
        let more = shares.len() > PAGE;
        shares.truncate(PAGE);
        let next = shares.last().filter(|_| more).map(|share| share.id);
        let requests = match (sight.may_share_with_keys, sight.actor.member_id()) {
            (true, _) => store::open(conn, permit)?,
            (false, Some(own)) => store::asked_by(conn, permit, (own, now - ANSWERED))?,
            (false, None) => Vec::new(),
        };
        let owned = owners.iter().map(|(_, member)| Subject::Member(*member));
        let askers = requests
            .iter()
            .map(|of| Subject::Member(of.asked_by_member_id));
        let subjects: Vec<Subject> = shares
            .iter()
            .map(|share| share.subject)
            .chain(owned)
            .chain(askers)
            .collect();
        let names = Names::read(conn, permit.library(), &subjects)?;
        let groups: Vec<GroupId> = names.groups.keys().copied().collect();
        let in_groups = people::first_in_groups(conn, permit.library(), &groups, NAMED)?;
        let count = library::count_shares(conn, permit, path, now)?;
        let above = library::ancestors(conn, permit, path)?;
        let leaders = match sight.may_share_with_keys {
            true => Vec::new(),
            false => people::leaders(conn, permit.library(), 3)?,
        };
        Ok(Self {
            count: count + i64::try_from(owners.len()).unwrap_or_default(),
            above: above.into_iter().map(|of| (of.id, of.name)).collect(),
            roles: library::roles_in(conn, permit.library(), std::slice::from_ref(folder), now)?,
            owners: if after.is_none() { owners } else { Vec::new() },
            shares,
            after,
            next,
            names,
            in_groups,
            leaders,
            may_ask: !sight.may_share_with_keys && permit.role().is_some(),
            requests,
            told: notices::own(conn, &sight.actor, "share_request", None)?,
        })
    }
}
