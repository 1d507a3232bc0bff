//! The open invitations of whoever leaves: taken over or cancelled, and reported.

use keyroom::actor::Role;

use crate::{
    invitations::{JOIN, LIST, NOOR, count, invite, shown_link},
    scenes::{AUDIT, MEMBERS, sentences},
    support::{Browser, TestApp, make},
};

const MATEO: &str = "mateo@brightwater.example";
const BOSS: &str = "boss@x.example";

/// Mateo, and the links of what he sent: to Noor as a member, and to a boss as an owner.
async fn mateo(app: &TestApp, role: Role) -> (String, Browser, [String; 2]) {
    let id = make::named(app, "brightwater", "Mateo Cruz", MATEO, Role::Owner);
    let browser = app.sign_in(MATEO).await;
    let noor = shown_link(&invite(&browser, NOOR, &[]).await.expect(201));
    let boss = invite(&browser, BOSS, &[("role", "owner")])
        .await
        .expect(201);
    let (links, name) = ([noor, shown_link(&boss)], role.name());
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE members SET role = '{name}' WHERE id = '{id}'"
        ))
    });
    (id, browser, links)
}

async fn heading(app: &TestApp, link: &str) -> String {
    let browser = app.stranger();
    browser.get(link).await.expect(303);
    browser.get(JOIN).await.expect(200).page().one("h1")
}

#[actix_web::test]
async fn without_a_decision_they_are_cancelled_in_the_same_step() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (id, _, links) = mateo(&app, Role::Admin).await;
    let removal = format!("{MEMBERS}/{id}/removal");
    let page = owner.get(&removal).await.expect(200).page();
    assert!(page.text().contains("2 open invitations"));
    assert!(
        page.text().contains(&format!("To {BOSS}, {NOOR}")),
        "{}",
        page.text()
    );
    let form = page.form(&removal);
    assert_eq!(form.value("invitations"), Some("cancel"));
    owner
        .post(&removal, &[("invitations", "burn")])
        .await
        .expect(400);
    let done = owner.submit(&form).await.expect(303);
    let report = owner.follow(&done).await.expect(200).page().text();
    assert!(report.contains(&format!("{NOOR} Cancelled")), "{report}");
    for link in &links {
        assert_eq!(heading(&app, link).await, "This invitation was cancelled");
    }
    let said = sentences(&owner, AUDIT).await;
    assert!(
        said.contains(&format!("cancelled the invitation to {NOOR}")),
        "{said:?}"
    );
    let changes = owner
        .get(AUDIT)
        .await
        .page()
        .all("table.changes tbody tr")
        .join("; ");
    assert!(changes.contains(&format!("{NOOR}: cancelled")), "{changes}");
}

#[actix_web::test]
async fn taken_over_they_work_on_but_for_what_the_other_may_not_give() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let (id, _, links) = mateo(&app, Role::Member).await;
    let admin = app.member(Role::Admin).await;
    let removal = format!("{MEMBERS}/{id}/removal");
    let form = admin.get(&removal).await.expect(200).page().form(&removal);
    let done = admin
        .submit(&form.with("invitations", "take_over"))
        .await
        .expect(303);
    let report = admin.follow(&done).await.page().text();
    for told in [format!("{NOOR} Taken over"), format!("{BOSS} Cancelled")] {
        assert!(report.contains(&told), "{told} in {report}");
    }
    assert_eq!(heading(&app, &links[0]).await, "Join Brightwater");
    assert_eq!(
        heading(&app, &links[1]).await,
        "This invitation was cancelled"
    );
    let row = admin.get(LIST).await.page().one("tbody tr");
    assert!(row.contains("by you"), "{row}");
    let said = sentences(&owner, AUDIT).await;
    assert!(
        said.contains(&format!("took over the invitation to {NOOR}")),
        "{said:?}"
    );
}

#[actix_web::test]
async fn whoever_leaves_takes_their_invitations_with_them() {
    let app = TestApp::start();
    app.set_up().await;
    let (_, browser, links) = mateo(&app, Role::Admin).await;
    let leaving = "/w/brightwater/leaving";
    let page = browser.get(leaving).await.expect(200).page();
    assert!(
        page.text()
            .contains("2 open invitations that you sent will be cancelled.")
    );
    browser.submit(&page.form(leaving)).await.expect(303);
    for link in &links {
        assert_eq!(heading(&app, link).await, "This invitation was cancelled");
    }
    assert_eq!(
        count(&app, "audit_events WHERE action = 'invitation.cancelled'"),
        "2"
    );
}

#[actix_web::test]
async fn whoever_sent_none_leaves_as_before() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let sam = make::named(&app, "brightwater", "Sam", "sam@x.example", Role::Member);
    let removal = format!("{MEMBERS}/{sam}/removal");
    let page = owner.get(&removal).await.expect(200).page();
    assert!(!page.text().contains("Invitations they sent"));
    let done = owner.submit(&page.form(&removal)).await.expect(303);
    let report = owner.follow(&done).await.page();
    assert!(!report.text().contains("Invitations they sent"));
}
