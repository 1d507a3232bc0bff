//! Who may do what to a folder, reviewed like code.

use keyroom::{
    actor::{Actor, FolderRole, Role, Source, Who},
    error::{Error, Refusal},
    ids::{FolderId, KeyId, MemberId, WorkspaceId},
    permissions::Permissions,
    policy::{self, FolderAction, Standing, UseLibrary, folder_permit},
};

/// `404`: they may not know of it; `-`: they may, but not do this. If you are here because an action is new or a rule has
/// changed: change the table by hand, and have it read.
const WHO_MAY_DO_WHAT: &str = "
                member  member  member  member   admin   admin   admin     key     key     key
                     -    user  editor   owner       -    user  editor       -    user  editor
SeeFolder          404     yes     yes     yes     yes     yes     yes     404     yes     yes
ReadFolder         404     yes     yes     yes       -     yes     yes     404     yes     yes
AddToFolder        404       -     yes     yes       -       -     yes     404       -     yes
ChangeFolder       404       -     yes     yes     yes     yes     yes     404       -     yes
TrashFolder        404       -     yes     yes     yes     yes     yes     404       -     yes
RestoreFolder      404       -     yes     yes     yes     yes     yes     404       -     yes
ShareFolder        404       -     yes     yes     yes     yes     yes     404       -     yes
HandOverFolder     404       -       -     yes     yes     yes     yes     404       -       -
";

/// One action's answer, asked of the table itself.
type Asks = fn(&Actor, Standing) -> &'static str;

fn ask<A: FolderAction>(actor: &Actor, standing: Standing) -> &'static str {
    let library = policy::permit::<UseLibrary>(actor).expect("everybody may use the library");
    match folder_permit::<A>(library, FolderId::fresh(), standing) {
        Ok(_) => "yes",
        Err(Error::NotFound) => "404",
        Err(Error::Forbidden(_)) if actor.key_id().is_none() => "-",
        Err(Error::Refused(Refusal::RoleTooLow)) if actor.key_id().is_some() => "-",
        Err(other) => panic!("{other:?}"),
    }
}

macro_rules! asks {
    ($($action:ident)*) => {
        [$((stringify!($action), ask::<policy::$action> as Asks)),*]
    };
}

#[test]
fn who_may_do_what_to_a_folder() {
    let member = |role| Who::Member {
        id: MemberId::fresh(),
        name: "Ada Park".to_owned(),
        role,
        permissions: Permissions::everything(),
    };
    let key = Who::Key {
        id: KeyId::fresh(),
        secret: 1,
        label: "production".to_owned(),
        permissions: Permissions::everything(),
        owner: None,
    };
    let standing = |role, is_owner| Standing {
        role,
        is_owner,
        ..Standing::default()
    };
    let (user, editor) = (Some(FolderRole::User), Some(FolderRole::Editor));
    let columns = [
        ("member", "-", member(Role::Member), standing(None, false)),
        (
            "member",
            "user",
            member(Role::Member),
            standing(user, false),
        ),
        (
            "member",
            "editor",
            member(Role::Member),
            standing(editor, false),
        ),
        (
            "member",
            "owner",
            member(Role::Member),
            standing(editor, true),
        ),
        ("admin", "-", member(Role::Admin), standing(None, false)),
        ("admin", "user", member(Role::Admin), standing(user, false)),
        (
            "admin",
            "editor",
            member(Role::Admin),
            standing(editor, false),
        ),
        ("key", "-", key.clone(), standing(None, false)),
        ("key", "user", key.clone(), standing(user, false)),
        ("key", "editor", key, standing(editor, false)),
    ];
    let asks = asks!(
        SeeFolder ReadFolder AddToFolder ChangeFolder TrashFolder RestoreFolder ShareFolder HandOverFolder
    );
    let known: Vec<&str> = policy::FOLDER_ACTIONS
        .iter()
        .map(|(name, ..)| *name)
        .collect();
    assert_eq!(asks.map(|(name, _)| name).as_slice(), known.as_slice());
    let mut table = format!("\n{:14}", "");
    for (who, ..) in &columns {
        table += &format!("{who:>8}");
    }
    table += &format!("\n{:14}", "");
    for (_, role, ..) in &columns {
        table += &format!("{role:>8}");
    }
    for (action, ask) in asks {
        table += &format!("\n{action:14}");
        for (_, _, who, standing) in &columns {
            let actor = Actor::new(who.clone(), WorkspaceId::fresh(), Source::default());
            table += &format!("{:>8}", ask(&actor, *standing));
        }
    }
    table += "\n";
    assert_eq!(table, WHO_MAY_DO_WHAT, "the table is now:{table}");
}
