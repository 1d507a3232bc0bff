//! What a role in a folder allows, and what owners and admins may do to every folder.

use std::marker::PhantomData;

use chrono::{DateTime, Utc};

use super::{Permit, UseLibrary, is_admin};
use crate::{
    actor::{Actor, FolderRole},
    error::{Error, Refusal, Result},
    ids::{FolderId, WorkspaceId},
    permissions::Permission,
};

/// What somebody needs to have in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    User,
    Editor,
    /// The folder itself is theirs.
    Owner,
}

/// How somebody stands towards one folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    pub role: Option<FolderRole>,
    /// When they are no Editor any more; none: that does not end, or they are none.
    pub editor_until: Option<DateTime<Utc>>,
    /// The folder itself is theirs: of one above it they are Editors.
    pub is_owner: bool,
}

impl Standing {
    fn has(self, needs: Needs) -> bool {
        match needs {
            Needs::User => self.role.is_some(),
            Needs::Editor => self.role >= Some(FolderRole::Editor),
            Needs::Owner => self.is_owner,
        }
    }
}

/// Something that can be done to a folder: one unit struct per row of the table.
pub trait FolderAction {
    const NEEDS: Needs;
    /// Owners and admins of the workspace may, whatever their role in the folder.
    const IS_LEADERS_TOO: bool;
    /// It is about a folder in the trash, and about no other.
    const IN_TRASH: bool;
    /// What a member who sees the folder but may not is told.
    const WHY: &'static str;
}

macro_rules! folder_actions {
    ($($(#[$doc:meta])* $name:ident: $needs:ident, $leaders:literal, $trash:literal, $why:literal;)*) => {
        $($(#[$doc])* #[derive(Debug)] pub struct $name;
          impl FolderAction for $name {
              const NEEDS: Needs = Needs::$needs;
              const IS_LEADERS_TOO: bool = $leaders;
              const IN_TRASH: bool = $trash;
              const WHY: &'static str = $why;
          })*
        /// Every action with what it needs and whether owners and admins may anyway, for the policy matrix test.
        pub const FOLDER_ACTIONS: &[(&str, Needs, bool)] = &[$((stringify!($name), Needs::$needs, $leaders)),*];
    };
}

folder_actions! {
    /// See that it is there, how it is called, and who has access.
    SeeFolder: User, true, false, "This folder is not shared with you.";
    /// See and read what is in it.
    ReadFolder: User, false, false, "You have no role in this folder. Owners and admins can give themselves one under Settings → Library.";
    /// Put something into it, change or take what is in it.
    AddToFolder: Editor, false, false, "You need to be an Editor of this folder.";
    /// Rename and describe it, and say who meets it in lists.
    ChangeFolder: Editor, true, false, "You need to be an Editor of this folder to change it.";
    /// Put it into the trash.
    TrashFolder: Editor, true, false, "You need to be an Editor of this folder to delete it.";
    /// Take it out of the trash, or destroy it before its time.
    RestoreFolder: Editor, true, true, "You need to be an Editor of this folder to restore it.";
    /// Say who has access to it.
    ShareFolder: Editor, true, false, "You need to be an Editor of this folder to share it.";
    /// Make it another member's.
    HandOverFolder: Owner, true, false, "You need to be the owner of this folder to hand it over.";
}

/// Proof that `actor` may do `A` to one folder, and the source of its id and of the workspace's that stores filter by.
#[derive(Debug)]
pub struct FolderPermit<A: FolderAction> {
    library: Permit<UseLibrary>,
    folder: FolderId,
    standing: Standing,
    _action: PhantomData<A>,
}

impl<A: FolderAction> FolderPermit<A> {
    pub fn workspace(&self) -> WorkspaceId {
        self.library.workspace()
    }
    pub fn actor(&self) -> &Actor {
        self.library.actor()
    }
    pub fn folder(&self) -> FolderId {
        self.folder
    }
    /// None: an owner or admin of the workspace, who has none.
    pub fn role(&self) -> Option<FolderRole> {
        self.standing.role
    }
    pub fn standing(&self) -> Standing {
        self.standing
    }
    /// Until when they may do what an Editor may, and so may let others; none: it does not end.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.standing
            .editor_until
            .filter(|_| !is_admin(self.actor()))
    }
    /// Nobody gives a role for longer than they have one to give.
    pub fn may_give_until(&self, end: Option<DateTime<Utc>>) -> bool {
        self.until()
            .is_none_or(|until| end.is_some_and(|end| end <= until))
    }
    /// For what is beside the folder.
    pub fn library(&self) -> &Permit<UseLibrary> {
        &self.library
    }
}

/// Would [`folder_permit`] give one? For pages, which offer what can be done.
pub fn may_in_folder<A: FolderAction>(actor: &Actor, standing: Standing) -> bool {
    standing.has(A::NEEDS) || (A::IS_LEADERS_TOO && is_admin(actor))
}

/// Asks the table about one folder, which `standing` is about.
///
/// # Errors
/// `NotFound`: they may not know of it. To a key `Refused`, to a member `Forbidden`: they may, but not do this.
pub fn folder_permit<A: FolderAction>(
    library: Permit<UseLibrary>,
    folder: FolderId,
    standing: Standing,
) -> Result<FolderPermit<A>> {
    if may_in_folder::<A>(library.actor(), standing) {
        return Ok(FolderPermit {
            library,
            folder,
            standing,
            _action: PhantomData,
        });
    }
    match library.actor().key_id() {
        _ if standing.role.is_none() && !is_admin(library.actor()) => Err(Error::NotFound),
        Some(_) => Err(Error::Refused(Refusal::RoleTooLow)),
        None => Err(Error::Forbidden(A::WHY.to_owned())),
    }
}

/// # Errors
/// `Forbidden`: they may not.
pub fn check_may_share_with_keys(actor: &Actor) -> Result<()> {
    match may_share_with_keys(actor) {
        true => Ok(()),
        false => Err(Error::Forbidden(
            "You need to be an admin to share a folder with an API key. Ask an admin to add it."
                .to_owned(),
        )),
    }
}

/// May `actor` give keys of the workspace a role? Whom they may share with otherwise, [`ShareFolder`] says.
pub fn may_share_with_keys(actor: &Actor) -> bool {
    is_admin(actor) || super::leads(actor, Permission::AccessManage)
}

/// What whoever asks for something by a permission needs in the folder that it is about: to read it is enough to be a User.
pub fn needs(permission: Permission) -> Needs {
    match permission {
        Permission::ObjectsList
        | Permission::ObjectsFetch
        | Permission::LabelsList
        | Permission::CollectionsList
        | Permission::ConfigList
        | Permission::AccessRead => Needs::User,
        _ => Needs::Editor,
    }
}
