//! *Invite people* and *Resend*.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Post, check_role, entry, may_touch};
use crate::{
    actor::{Actor, Role},
    audit,
    error::{Error, FieldError, Result, field},
    ids::{GroupId, InvitationId, MemberId, UserId},
    invitations::{
        JOIN,
        letter::{Beside, letter},
        model::{Invitation, State, Wanted},
        store::{self, Renewal},
    },
    people::{self, Email},
    policy::{ManageMembers, Permit, permit},
    web::{
        link::{LinkToken, Purpose},
        time::Zone,
    },
    workspaces::{self, Workspace},
};

/// An invitation on its way.
pub struct Sent {
    pub id: InvitationId,
    pub email: String,
    /// The path that opens it, where there is no mail: for whoever invites to hand over. It is not kept.
    pub link: Option<String>,
}

pub struct Done {
    pub sent: Vec<Sent>,
    /// Who was left out, in a sentence each.
    pub skipped: Vec<String>,
}

/// What was promised beside one that has expired is not promised any more.
///
/// # Errors
/// `Forbidden` and `Unconfirmed`, where the role is owner. `Invalid` under `emails`: somebody cannot be invited, one
/// sentence each, or nobody is left; under `subject`: a group is not there. `Limited`. Then nobody is invited.
pub fn invite(
    conn: &mut PgConnection,
    actor: &Actor,
    wanted: &Wanted,
    (post, beside): (&Post<'_>, &Beside),
    now: DateTime<Utc>,
) -> Result<Done> {
    let permit = permit::<ManageMembers>(actor)?;
    check_role(actor, wanted.role, post.confirmed)?;
    people::hold(conn, &permit)?;
    let ids: Vec<GroupId> = wanted.groups.iter().copied().collect();
    let groups = people::named_groups(conn, &permit, &ids)?;
    if groups.len() < ids.len() {
        let why = "A group that was chosen is not there any more. Choose again";
        return Err(field("subject", why));
    }
    let (mut fit, mut skipped) = (Vec::new(), Vec::new());
    for email in &wanted.emails {
        match obstacle(conn, &permit, email.as_str(), now)? {
            Ok(expired) => fit.push((email.as_str(), expired)),
            Err(why) => skipped.push(why),
        }
    }
    if fit.is_empty() || (!skipped.is_empty() && !wanted.skips) {
        let mistakes = skipped.into_iter();
        let mistakes = mistakes.map(|why| FieldError::new("emails", why)).collect();
        return Err(Error::Invalid(mistakes));
    }
    let emails: Vec<&str> = fit.iter().map(|(email, _)| *email).collect();
    take(post, actor, &emails)?;
    let workspace = workspaces::find(conn, &permit)?;
    let names: Vec<String> = groups.iter().map(|(_, name)| name.clone()).collect();
    let (mut sent, mut entries) = (Vec::new(), Vec::new());
    for (email, expired) in fit {
        let (token, renewal) = renewal(&permit, post, now)?;
        let what = (email, wanted.role, groups.as_slice());
        if let Some(expired) = &expired {
            let old = (expired.id, expired.email.as_str());
            (post.promised.forget)(conn, actor, &[old], now)?;
        }
        let made = store::insert(conn, &permit, expired.as_ref(), what, &renewal)?;
        let after = made.facts(&names, now);
        entries.push(entry("invitation.created", &made, None, Some(after)));
        let what = (&made, names.as_slice(), beside);
        sent.push(send(conn, post, what, &workspace, &token, now)?);
    }
    audit::record_all(conn, actor, entries, now)?;
    Ok(Done { sent, skipped })
}

/// Why the address cannot be invited, or what was sent to it before and is over. Nothing is asked about anybody who is
/// not of this workspace.
fn obstacle(
    conn: &mut PgConnection,
    permit: &Permit<ManageMembers>,
    email: &str,
    now: DateTime<Utc>,
) -> Result<Result<Option<Invitation>, String>> {
    match people::is_suspended_with(conn, permit, email)? {
        Some(true) => {
            let why = format!("{email} is suspended here. Reinstate them instead");
            return Ok(Err(why));
        }
        Some(false) => return Ok(Err(format!("{email} belongs to the workspace already"))),
        None => {}
    }
    let waiting = store::lock_waiting(conn, permit, email)?;
    Ok(match waiting {
        Some(waiting) if waiting.state(now) == State::Open => Err(format!(
            "{email} is invited already. Send that invitation again instead"
        )),
        expired => Ok(expired),
    })
}

/// The old link opens nothing any more, the new one works for its whole time, and whoever sends it answers for it.
///
/// # Errors
/// `Conflict`: it was accepted or cancelled, or they belong to the workspace. `Forbidden`, `Unconfirmed` and `Limited` as
/// [`invite`].
pub fn resend(
    conn: &mut PgConnection,
    actor: &Actor,
    id: InvitationId,
    post: &Post<'_>,
    now: DateTime<Utc>,
) -> Result<Sent> {
    let permit = permit::<ManageMembers>(actor)?;
    people::hold(conn, &permit)?;
    let before = store::lock(conn, &permit, id)?;
    check_role(actor, before.role, post.confirmed)?;
    if !matches!(before.state(now), State::Open | State::Expired) {
        return Err(Error::Conflict(
            "This invitation is over. Invite them anew. Nothing was sent.",
        ));
    }
    if people::is_suspended_with(conn, &permit, &before.email)?.is_some() {
        return Err(Error::Conflict(
            "They belong to the workspace already. Nothing was sent.",
        ));
    }
    take(post, actor, &[before.email.as_str()])?;
    let (token, renewal) = renewal(&permit, post, now)?;
    let after = store::renew(conn, &permit, id, &renewal)?;
    let workspace = workspaces::find(conn, &permit)?;
    let mut names = store::group_names(conn, &permit, &[id])?;
    let names = names.remove(&id).unwrap_or_default();
    let sides = [&before, &after].map(|of| Some(json!({ "expires_at": of.expires_at })));
    let [old, new] = sides;
    audit::record(
        conn,
        actor,
        entry("invitation.resent", &after, old, new),
        now,
    )?;
    let what = (&after, names.as_slice(), &Beside::default());
    send(conn, post, what, &workspace, &token, now)
}

/// One person, who gets something beside the membership. Whoever is invited already is not written to again: with the
/// invitation that they have.
///
/// # Errors
/// Those of [`invite`].
pub fn invite_beside(
    conn: &mut PgConnection,
    actor: &Actor,
    email: Email,
    (post, beside): (&Post<'_>, &Beside),
    now: DateTime<Utc>,
) -> Result<(InvitationId, Option<Sent>)> {
    let permit = permit::<ManageMembers>(actor)?;
    people::hold(conn, &permit)?;
    if let Some(open) = store::open_to(conn, &permit, email.as_str(), now)? {
        may_touch(actor, open.role)?;
        return Ok((open.id, None));
    }
    let wanted = Wanted {
        emails: vec![email],
        role: Role::Member,
        groups: BTreeSet::new(),
        skips: false,
    };
    let done = invite(conn, actor, &wanted, (post, beside), now)?;
    let sent = done.sent.into_iter().next().ok_or(Error::NotFound)?;
    Ok((sent.id, Some(sent)))
}

fn renewal(
    permit: &Permit<ManageMembers>,
    post: &Post<'_>,
    now: DateTime<Utc>,
) -> Result<(LinkToken, Renewal)> {
    let by: MemberId = permit.actor().member_id().ok_or(Error::NotFound)?;
    let token = LinkToken::fresh()?;
    let renewal = Renewal {
        digest: token.digest(Purpose::Join),
        was_shown: !post.mail.is_configured(),
        by,
        at: now,
    };
    Ok((token, renewal))
}

/// By mail, or without one as a link.
fn send(
    conn: &mut PgConnection,
    post: &Post<'_>,
    (invitation, groups, beside): (&Invitation, &[String], &Beside),
    workspace: &Workspace,
    token: &LinkToken,
    now: DateTime<Utc>,
) -> Result<Sent> {
    let zone = Zone::named(&workspace.time_zone).unwrap_or_default();
    let email = &invitation.email;
    let what = (email.as_str(), invitation.role, groups, beside);
    let letter = letter(what, (post.person, &workspace.name), token, zone, now);
    let mailed = post.mail.enqueue(conn, email, letter, now)?;
    Ok(Sent {
        id: invitation.id,
        email: email.clone(),
        link: mailed.is_none().then(|| token.at(JOIN)),
    })
}

/// # Errors
/// `Limited`: too many by this person, in this workspace, or by this person to one of the addresses.
fn take(post: &Post<'_>, actor: &Actor, emails: &[&str]) -> Result<()> {
    let (limits, person) = (post.limits, post.person.id);
    for email in emails {
        limits.invitations_to.take(&to(person, email))?;
    }
    limits.invitations_by.take_many(&person, emails.len())?;
    limits
        .invitations_in
        .take_many(&actor.workspace, emails.len())
}

/// Of one person alone: that others have invited an address is not told.
fn to(person: UserId, email: &str) -> [u8; 32] {
    let person = Sha256::new().chain_update(person.to_string());
    person.chain_update(email.to_lowercase()).finalize().into()
}
