//! What a member may ask the API for: what every member may, and what their groups add. Shown with through what.

use keyroom::{
    actor::{Actor, Role, Source, Who},
    error::Error,
    ids::WorkspaceId,
    people,
    permissions::{Permission, Permissions},
    policy::{self, Unscoped},
};

use crate::{
    scenes::{AUDIT, GROUPS, MEMBERS, sentences},
    support::{Browser, TestApp, make},
};

const SAM: &str = "sam@brightwater.example";
const DEFAULTS: &str = "/w/brightwater/settings/groups/default-permissions";

fn sam(app: &TestApp, role: Role) -> String {
    make::named(app, "brightwater", "Sam Okafor", SAM, role)
}

/// What the guard gives somebody as a member of Brightwater.
fn held(app: &TestApp, email: &str) -> Permissions {
    const WHY: Unscoped = Unscoped::because("a test looks");
    app.db
        .run_here(|conn| {
            let user = people::find_user(conn, WHY, email)?.ok_or(Error::NotFound)?;
            let of = people::memberships(conn, WHY, user.id)?;
            let member = of.into_iter().find(|m| m.slug == "brightwater");
            let member = member.ok_or(Error::NotFound)?;
            let who = Who::Member {
                id: member.id,
                name: user.name,
                role: member.role,
                permissions: people::permissions_of(conn, WHY, &member)?,
            };
            Ok(policy::held(&Actor::new(
                who,
                member.workspace,
                Source::default(),
            )))
        })
        .expect("a member")
}

/// "Upload files through Every member", of a member's page.
async fn through(browser: &Browser, id: &str) -> Vec<String> {
    let page = browser
        .get(&format!("{MEMBERS}/{id}"))
        .await
        .expect(200)
        .page();
    page.all(".permlist li > span")
}

#[actix_web::test]
async fn a_member_holds_the_defaults_and_what_their_groups_add() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = sam(&app, Role::Member);
    let defaults: Permissions = [
        Permission::ObjectsList,
        Permission::ObjectsFetch,
        Permission::LabelsList,
        Permission::CollectionsList,
        Permission::FileUpload,
    ]
    .into_iter()
    .collect();
    assert_eq!(held(&app, SAM), defaults);
    let of = |name, permissions: &[Permission]| make::group(&app, "brightwater", name, permissions);
    let engineering = of(
        "Engineering",
        &[Permission::FileUpload, Permission::DirCreate],
    );
    let support = of("Support", &[Permission::DirCreate, Permission::FileDelete]);
    of("Others", &[Permission::AccessManage]);
    make::in_group(&app, &engineering, &id);
    make::in_group(&app, &support, &id);
    let added: Permissions = [Permission::DirCreate, Permission::FileDelete]
        .into_iter()
        .collect();
    assert_eq!(held(&app, SAM), defaults.with(&added));
    let told = through(&owner, &id).await;
    for line in [
        "Upload files through Every member, Engineering FILE_UPLOAD",
        "Create folders through Engineering, Support DIR_CREATE",
        "Delete files Careful through Support FILE_DELETE",
        "View labels through Every member LABELS_LIST",
    ] {
        assert!(told.contains(&line.to_owned()), "{line} in {told:?}");
    }
    assert_eq!(told.len(), 7);
    let page = owner.get(&format!("{MEMBERS}/{id}")).await.page();
    assert_eq!(page.all("main ul.items a")[..2], ["Engineering", "Support"]);
    assert!(page.text().contains("7 of 31"));
    // In the list, too.
    let list = owner.get(MEMBERS).await.page();
    assert!(list.text().contains("Engineering, Support"));
}

#[actix_web::test]
async fn owners_and_admins_hold_everything_through_their_role() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = sam(&app, Role::Admin);
    assert_eq!(held(&app, SAM), Permissions::everything());
    let page = owner.get(&format!("{MEMBERS}/{id}")).await.page();
    assert!(
        page.text()
            .contains("Admins hold all 31 permissions, through their role.")
    );
    assert!(!page.has(".permlist"));
}

#[actix_web::test]
async fn the_defaults_are_changed_for_everybody_at_once_and_recorded() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    sam(&app, Role::Member);
    let form = owner.get(DEFAULTS).await.expect(200).page().form(DEFAULTS);
    assert_eq!(
        form.fields
            .iter()
            .filter(|(n, _)| n == "permission")
            .count(),
        5
    );
    let few = form.clone().with("permission", "OBJECTS_LIST");
    let done = owner.submit(&few).await.expect(303);
    assert_eq!(done.location(), GROUPS);
    let page = owner.follow(&done).await.page();
    assert!(
        page.one("#flash")
            .contains("Every member now has: 1 permission.")
    );
    assert_eq!(
        held(&app, SAM),
        [Permission::ObjectsList].into_iter().collect()
    );
    owner.submit(&few).await.expect(303);
    let said = sentences(&owner, AUDIT).await;
    let changed: Vec<&String> = said.iter().filter(|s| s.starts_with("changed")).collect();
    assert_eq!(changed, ["changed what every member may do in Brightwater"]);
    // None at all is a choice.
    owner
        .submit(&form.clone().without("permission"))
        .await
        .expect(303);
    assert_eq!(held(&app, SAM), Permissions::default());
    let wrong = owner
        .submit(&form.clone().also("permission", "FILE_FLY"))
        .await
        .expect(422);
    assert!(wrong.page().has("#permissions-error"));
    let shown = owner
        .submit(&form.with("preset", "upload").with("apply", "preset"))
        .await
        .expect(200)
        .page();
    assert_eq!(shown.elements("input[name=permission][checked]").len(), 7);
    assert_eq!(
        held(&app, SAM),
        Permissions::default(),
        "nothing is saved yet"
    );
}

#[actix_web::test]
async fn another_workspace_has_defaults_of_its_own() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let other = app.workspace("Elsewhere").await;
    owner
        .post(DEFAULTS, &[("permission", "OBJECTS_LIST")])
        .await
        .expect(303);
    other.post(DEFAULTS, &[]).await.expect(404);
    other.get(DEFAULTS).await.expect(404);
    let theirs = other
        .get("/w/elsewhere/settings/groups")
        .await
        .expect(200)
        .page();
    assert!(theirs.text().contains("5 permissions"));
}

#[actix_web::test]
async fn a_member_gives_nothing_they_do_not_have() {
    let app = TestApp::start();
    app.set_up().await;
    let actor = |role, permissions: &[Permission]| {
        Actor::new(
            Who::Member {
                id: keyroom::ids::MemberId::fresh(),
                name: "Sam".to_owned(),
                role,
                permissions: permissions.iter().copied().collect(),
            },
            WorkspaceId::fresh(),
            Source::default(),
        )
    };
    let given: Permissions = [Permission::DirCreate, Permission::FileDelete]
        .into_iter()
        .collect();
    let some = actor(Role::Member, &[Permission::DirCreate]);
    let Err(Error::Invalid(mistakes)) = policy::check_may_give(&some, &given) else {
        panic!("it is beyond what they have");
    };
    assert_eq!(mistakes.len(), 1);
    assert!(
        mistakes[0]
            .message
            .contains("You cannot grant “Delete files”")
    );
    assert!(policy::check_may_give(&actor(Role::Admin, &[]), &given).is_ok());
}

#[actix_web::test]
async fn whoever_is_removed_leaves_their_groups() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let id = sam(&app, Role::Member);
    let group = make::group(&app, "brightwater", "Engineering", &[Permission::DirCreate]);
    make::in_group(&app, &group, &id);
    owner
        .post(&format!("{MEMBERS}/{id}/removal"), &[])
        .await
        .expect(303);
    let page = owner.get(&format!("{GROUPS}/{group}")).await.page();
    assert!(page.text().contains("Nobody is in this group yet"));
    let rows = owner
        .get(AUDIT)
        .await
        .page()
        .all("table.changes tbody tr")
        .join("; ");
    assert!(rows.contains("Groups Engineering –"), "{rows}");
    let page = owner.get(&format!("{MEMBERS}/{id}")).await.page();
    assert!(
        page.text()
            .contains("They were removed, so they hold no permission here.")
    );
}
