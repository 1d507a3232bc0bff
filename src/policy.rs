//! Who may do what. The only place that looks at a role or a key's permissions.

mod folder;

use std::marker::PhantomData;

use crate::{
    actor::{Actor, Role, Who},
    error::{Error, FieldError, Refusal, Result},
    ids::{KeyId, MemberId, WorkspaceId},
    permissions::{Permission, Permissions},
};

pub use folder::{
    AddToFolder, ChangeFolder, FOLDER_ACTIONS, FolderAction, FolderPermit, HandOverFolder, Needs,
    ReadFolder, RestoreFolder, SeeFolder, ShareFolder, Standing, TrashFolder,
    check_may_share_with_keys, folder_permit, may_in_folder, may_share_with_keys, needs,
};

/// Something that can be asked for: one unit struct per row of the table.
pub trait Action {
    const ALLOWS: fn(&Actor) -> bool;
    /// What a member who may not is told.
    const NEEDS: &'static str;
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident, $needs:literal => $allows:expr;)*) => {
        $($(#[$doc])* #[derive(Debug)] pub struct $name;
          impl Action for $name {
              const ALLOWS: fn(&Actor) -> bool = $allows;
              const NEEDS: &'static str = $needs;
          })*
        /// Every action with its rule, for the policy matrix test.
        pub const ALL: &[(&str, fn(&Actor) -> bool)] = &[$((stringify!($name), $allows)),*];
    };
}

actions! {
    /// See labels, ids and use of the keys that one reaches, never secrets: see [`Permit::owner`].
    ListKeys, "You need to be an admin to see API keys." => |a| is_admin(a) || is_about_own(a) || leads(a, Permission::AccessRead);
    /// Make, edit, deactivate, activate, revoke and restore the keys that one reaches; of other members' only as
    /// [`check_may_change_key_of`] says, and a key only what is within it.
    ManageKeys, "You need to be an admin to manage keys." => |a| is_admin(a) || matches!(a.who, Who::CommandLine) || is_finder(a) || is_about_own(a) || leads(a, Permission::AccessManage);
    /// See what was done to something that one has found by another permit.
    ReadHistory, "You need to be an admin to see what was done." => |a| is_admin(a) || holds(a, Permission::AccessRead) || is_about_own(a);
    /// See the secret of a recoverable key again; never of another member's key: see [`check_may_change_key_of`].
    RevealKeys, "You need to be an admin to show the secret of a key again." => |a| is_admin(a) || is_about_own(a);
    /// Make another member's personal key the workspace's.
    TakeOverKeys, "You need to be an admin to take over a key." => |a| is_admin(a);
    /// See and do what follows where a key was compromised.
    HandleIncidents, "You need to be an admin to handle what happened to a compromised key." => |a| is_admin(a);
    /// A key looks at itself, or ends itself.
    BeKey, "Only an API key can do this." => |a| matches!(a.who, Who::Key { .. });
    /// See how often keys were called.
    ReadUsage, "You need to be an admin to see how keys are used." => |a| is_admin(a) || leads(a, Permission::AccessRead);
    /// See who can reach what.
    ReadAccess, "You need to be an admin to see who has access." => |a| is_admin(a) || leads(a, Permission::AccessRead);
    /// See whether somebody's token, which one has, is a key.
    Introspect, "You need an API key to ask whether a token is one." => |a| holds(a, Permission::AccessRead);
    ReadAudit, "You need to be an admin to read the audit log." => |a| is_admin(a) || leads(a, Permission::AccessRead);
    /// Put the workspace into the trash, and take it out again.
    DeleteWorkspace, "You need to be an owner to delete or restore the workspace." => |a| is_owner(a);
    ReadConfig, "You need to be an admin to see the settings of the workspace." => |a| is_admin(a) || holds(a, Permission::ConfigList);
    ChangeWorkspace, "You need to be an admin to change the settings of the workspace." => |a| is_admin(a) || holds(a, Permission::ConfigChange);
    /// See whether mail is sent, and send one to oneself.
    TestMail, "You need to be an admin to see and test how mail is sent." => |a| is_admin(a);
    /// See who is a member, with what role, in which groups.
    ListMembers, "You need to be an admin to see members and groups." => |a| is_admin(a);
    /// Change roles, suspend, reinstate and remove; of owners only as [`may_touch`] says.
    ManageMembers, "You need to be an admin to manage members." => |a| is_admin(a);
    /// Give up one's own membership.
    LeaveWorkspace, "You need to be a member of the workspace to leave it." => |a| matches!(a.who, Who::Member { .. });
    /// Make, change and delete groups.
    ManageGroups, "You need to be an admin to manage groups." => |a| is_admin(a);
    /// Be told what the admins must know, and dismiss it for all of them.
    ReadNotices, "You need to be an admin to see the notices of the workspace." => |a| is_admin(a);
    /// Be told what one must know oneself.
    OwnNotices, "You need to be a member of the workspace to be told anything." => |a| matches!(a.who, Who::Member { .. });
    /// See and use what one has a role in: see [`folder_permit`].
    UseLibrary, "You need to be a member of the workspace to use its library." => |a| matches!(a.who, Who::Member { .. } | Who::Key { .. } | Who::Keyroom);
    ManageLabels, "You need to be an admin to manage labels." => |a| is_admin(a) || holds(a, Permission::LabelManage);
    /// See all folders of the workspace, their size and who has access, and look after them.
    ManageLibrary, "You need to be an admin to look after all folders." => |a| is_admin(a);
    /// Say what every member may do, within what one has oneself.
    ChangeDefaults, "You need to be an admin to say what every member may do." => |a| is_admin(a) || holds(a, Permission::ConfigChange);
}

fn is_admin(actor: &Actor) -> bool {
    matches!(actor.who, Who::Member { role, .. } if sees_settings(role))
}

/// A member in their account, where they reach what is their own and nothing else.
fn is_about_own(actor: &Actor) -> bool {
    actor.own().is_some()
}

/// Is the settings' side bar of any use to them?
pub fn sees_settings(role: Role) -> bool {
    role >= Role::Admin
}

fn is_owner(actor: &Actor) -> bool {
    matches!(actor.who, Who::Member { role, .. } if role >= Role::Owner)
}

/// A key that has the permission.
fn holds(actor: &Actor, permission: Permission) -> bool {
    matches!(&actor.who, Who::Key { permissions, .. } if permissions.contains(permission))
}

/// The same, and it stands for the workspace: it is a key of the workspace, or of an owner or admin at this moment.
fn leads(actor: &Actor, permission: Permission) -> bool {
    let is_leaders = matches!(&actor.who, Who::Key { owner, .. } if owner.is_none_or(|(_, role)| role >= Role::Admin));
    is_leaders && holds(actor, permission)
}

/// About the one key that they present: see `keys::actions::report`.
fn is_finder(actor: &Actor) -> bool {
    matches!(actor.who, Who::Finder)
}

/// May `actor` change somebody who has this role, or give it? Owners are the business of owners.
pub fn may_touch(actor: &Actor, role: Role) -> bool {
    role < Role::Owner || matches!(actor.who, Who::Member { role, .. } if role == Role::Owner)
}

/// Everything `actor` may ask the API for, and so may give to a key.
pub fn held(actor: &Actor) -> Permissions {
    match &actor.who {
        Who::CommandLine => Permissions::everything(),
        Who::Keyroom | Who::Finder => Permissions::default(),
        Who::Member {
            role, permissions, ..
        } => held_by(*role, permissions),
        Who::Key { permissions, .. } => permissions.clone(),
    }
}

/// Whoever has found a key ends it, and does nothing else to it.
///
/// # Errors
/// `Forbidden`: it is not known who acts.
pub fn check_is_known(actor: &Actor) -> Result<()> {
    match actor.who {
        Who::Finder => Err(Error::Forbidden(
            "Whoever has found a key can only end it.".to_owned(),
        )),
        Who::CommandLine | Who::Keyroom | Who::Member { .. } | Who::Key { .. } => Ok(()),
    }
}

/// What a call needs beyond what its route asks for. Of a member nothing: a permission is what they give to keys.
///
/// # Errors
/// To a key `Refused`, with every permission that it lacks.
pub fn check_holds(actor: &Actor, needed: &Permissions) -> Result<()> {
    let missing = needed.beyond(&held(actor));
    match actor.key_id().is_none() || missing.is_empty() {
        true => Ok(()),
        false => Err(Error::Refused(Refusal::PermissionMissing(missing))),
    }
}

/// What a member holds. `given`: what every member has and what their groups add.
pub fn held_by(role: Role, given: &Permissions) -> Permissions {
    match role {
        Role::Owner | Role::Admin => Permissions::everything(),
        Role::Member => given.clone(),
    }
}

/// A personal key is its owner's: others only stop it. A personal key that changes keys is as its owner.
///
/// # Errors
/// `Forbidden`: it is another member's.
pub fn check_may_change_key_of(actor: &Actor, owner: Option<MemberId>) -> Result<()> {
    let (own, why) = match &actor.who {
        Who::Key { owner, .. } => (
            owner.map(|(id, _)| id),
            "This is another member's personal key. A key can deactivate or revoke it; everything else is up to its owner.",
        ),
        Who::Member { .. } | Who::CommandLine | Who::Keyroom | Who::Finder => (
            actor.member_id(),
            "This is another member's personal key. You can deactivate or revoke it, or take it over; everything else is up to its owner.",
        ),
    };
    // Whoever has found a key only stops it.
    match !is_finder(actor) && (owner.is_none() || owner == own) {
        true => Ok(()),
        false => Err(Error::Forbidden(why.to_owned())),
    }
}

/// Owners and admins may always have personal keys; others where the workspace allows it.
///
/// # Errors
/// `Forbidden`, with who can allow it.
pub fn check_may_have_personal_keys(actor: &Actor, are_allowed: bool) -> Result<()> {
    match are_allowed || is_admin(actor) {
        true => Ok(()),
        false => Err(Error::Forbidden(
            "Members make no personal keys in this workspace. An owner or admin can allow it under Settings → General."
                .to_owned(),
        )),
    }
}

/// Nobody gives what they do not have: to a key, to a group or to every member.
///
/// # Errors
/// `Invalid` under `permissions`, with each that is beyond what `actor` has; to a key, `Refused`.
pub fn check_may_give(actor: &Actor, given: &Permissions) -> Result<()> {
    let beyond = given.beyond(&held(actor));
    if actor.key_id().is_some() && !beyond.is_empty() {
        return Err(Error::Refused(Refusal::PermissionMissing(beyond)));
    }
    let mistakes: Vec<FieldError> = beyond
        .iter()
        .map(|p| {
            let name = p.describe().name;
            let why = format!("You cannot grant “{name}”, because you do not have it");
            FieldError::new("permissions", why)
        })
        .collect();
    match mistakes.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid(mistakes)),
    }
}

/// Proof that `actor` may do `A` in one workspace.
///
/// It is also the only source of the workspace id that stores filter by, so a
/// query without a permission does not compile, and one for another tenant
/// cannot be written.
#[derive(Debug)]
pub struct Permit<A: Action> {
    actor: Actor,
    _action: PhantomData<A>,
}

impl<A: Action> Permit<A> {
    pub fn workspace(&self) -> WorkspaceId {
        self.actor.workspace
    }
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
    /// Whose keys it reaches, and whose they are that it makes. None: all keys of the workspace, and makes workspace keys.
    pub fn owner(&self) -> Option<MemberId> {
        self.actor.own()
    }
}

impl Permit<BeKey> {
    /// The key that holds this permit.
    pub fn key(&self) -> Result<KeyId> {
        match &self.actor.who {
            Who::Key { id, .. } => Ok(*id),
            Who::Member { .. } | Who::CommandLine | Who::Keyroom | Who::Finder => {
                Err(Error::NotFound)
            }
        }
    }
}

/// Asks the table.
///
/// # Errors
/// [`Error::Forbidden`] with the sentence of the row.
pub fn permit<A: Action>(actor: &Actor) -> Result<Permit<A>> {
    if (A::ALLOWS)(actor) {
        Ok(Permit {
            actor: actor.clone(),
            _action: PhantomData,
        })
    } else {
        // What a key has was asked for on its way here.
        let why = match actor.key_id() {
            None => A::NEEDS,
            Some(_) => {
                "A personal key does this only while its owner is an owner or admin of the workspace."
            }
        };
        Err(Error::Forbidden(why.to_owned()))
    }
}

/// What the few queries hold that run before anybody is known, or for the server itself. Each says why.
#[derive(Debug, Clone, Copy)]
pub struct Unscoped(#[expect(dead_code, reason = "for whoever reads the code")] &'static str);

impl Unscoped {
    pub const fn because(reason: &'static str) -> Self {
        Self(reason)
    }
}
