//! Who may do what, reviewed like code.

use keyroom::{
    actor::{Actor, Role, Source, Who},
    ids::{KeyId, MemberId, WorkspaceId},
    permissions::Permissions,
    policy,
};

/// If you are here because an action is new or a rule has changed: change the table by hand, and have it read.
const WHO_MAY_DO_WHAT: &str = "
                   owner   admin  member     key  command line  finder
ListKeys             yes     yes       -     yes             -       -
ManageKeys           yes     yes       -     yes           yes     yes
ReadHistory          yes     yes       -     yes             -       -
RevealKeys           yes     yes       -       -             -       -
TakeOverKeys         yes     yes       -       -             -       -
HandleIncidents      yes     yes       -       -             -       -
BeKey                  -       -       -     yes             -       -
ReadUsage            yes     yes       -     yes             -       -
ReadAccess           yes     yes       -     yes             -       -
Introspect             -       -       -     yes             -       -
ReadAudit            yes     yes       -     yes             -       -
DeleteWorkspace      yes       -       -       -             -       -
ReadConfig           yes     yes       -     yes             -       -
ChangeWorkspace      yes     yes       -     yes             -       -
TestMail             yes     yes       -       -             -       -
ListMembers          yes     yes       -       -             -       -
ManageMembers        yes     yes       -       -             -       -
LeaveWorkspace       yes     yes     yes       -             -       -
ManageGroups         yes     yes       -       -             -       -
ReadNotices          yes     yes       -       -             -       -
OwnNotices           yes     yes     yes       -             -       -
UseLibrary           yes     yes     yes     yes             -       -
ManageLabels         yes     yes       -     yes             -       -
ManageLibrary        yes     yes       -       -             -       -
ChangeDefaults       yes     yes       -     yes             -       -
";

#[test]
fn who_may_do_what() {
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
    let people = [
        ("owner", 8, member(Role::Owner)),
        ("admin", 8, member(Role::Admin)),
        ("member", 8, member(Role::Member)),
        ("key", 8, key),
        ("command line", 14, Who::CommandLine),
        ("finder", 8, Who::Finder),
    ];
    let mut table = format!("\n{:16}", "");
    for (name, width, _) in &people {
        table += &format!("{name:>width$}");
    }
    for (action, allows) in policy::ALL {
        table += &format!("\n{action:16}");
        for (_, width, who) in &people {
            let actor = Actor::new(who.clone(), WorkspaceId::fresh(), Source::default());
            let may = if allows(&actor) { "yes" } else { "-" };
            table += &format!("{may:>width$}");
        }
    }
    table += "\n";
    assert_eq!(table, WHO_MAY_DO_WHAT, "the table is now:{table}");
}
