//! What the link of an invitation leads to, for whoever follows it.

use chrono::TimeDelta;
use futures_util::future::{join, join_all};
use keyroom::actor::Role;

use crate::{
    invitations::{JOIN, LIST, NOOR, count, invite, link, shown_link},
    mail::server::MailServer,
    scenes::{ADA, AUDIT, MEMBERS},
    support::{Browser, TestApp, http::Reply, log, make},
};

const ACCEPT: &str = "/invitation/acceptance";
const ACCOUNT: &str = "/invitation/account";
const CHOSEN: &str = "marble otters juggle seven plums";
const SAM: &str = "sam@elsewhere.example";

/// What a link leads to in this browser.
async fn open(browser: &Browser, link: &str) -> Reply {
    let led = browser.get(link).await.expect(303);
    assert_eq!(led.location(), JOIN);
    browser.follow(&led).await.expect(200)
}

/// The name and the password of somebody new.
async fn make_account(browser: &Browser, name: &str, password: &str) -> Reply {
    let form = browser.get(JOIN).await.expect(200).page().form(ACCOUNT);
    let form = form.with("name", name).with("password", password);
    browser.submit(&form).await
}

/// The link of an invitation to this address, which no mail carries.
async fn invited(owner: &Browser, email: &str, fields: &[(&str, &str)]) -> String {
    shown_link(&invite(owner, email, fields).await.expect(201))
}

/// Sam, who has an account in another workspace, signed in.
async fn sam(app: &TestApp) -> Browser {
    app.workspace("Elsewhere").await;
    make::named(app, "elsewhere", "Sam Okafor", SAM, Role::Member);
    app.sign_in(SAM).await
}

async fn heading(browser: &Browser, link: &str) -> String {
    open(browser, link).await.page().one("h1")
}

#[actix_web::test]
async fn somebody_new_sees_who_invites_them_chooses_a_password_and_is_in() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    let owner = app.set_up().await;
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    let chosen = format!("group:{group}");
    invite(&owner, NOOR, &[("subject", &chosen)])
        .await
        .expect(303);
    let link = link(&server.expect(1)[0]);
    let browser = app.stranger();
    let led = browser.get(&link).await.expect(303);
    // The token is in no address from here on, and no other site ever sees one.
    assert_eq!(led.location(), JOIN);
    assert_eq!(led.header("referrer-policy"), "same-origin");
    let before = app.sql(|sql| sql.dump());
    for _ in 0..3 {
        let page = browser.get(JOIN).await.expect(200).page();
        assert_eq!(page.title(), "Join Brightwater · Keyroom");
        let told = page.one(".lede");
        assert_eq!(
            told,
            format!("Ada Park invited {NOOR} as a member. You come into Engineering.")
        );
        assert!(page.text().contains("This invitation ends on "));
        assert!(!page.text().contains("Sign in to accept"));
    }
    browser
        .send(actix_web::http::Method::HEAD, JOIN, &[], &[])
        .await
        .expect(200);
    assert_eq!(app.sql(|sql| sql.dump()), before, "looking uses nothing up");

    for (name, password, field) in [
        ("Noor Khan", "too short", "password"),
        ("Noor Khan", "noor@partner.example", "password"),
        ("", CHOSEN, "name"),
    ] {
        let again = make_account(&browser, name, password)
            .await
            .expect(422)
            .page();
        assert!(again.title().starts_with("Error: "));
        assert!(again.has(&format!("#{field}-error")));
        let form = again.form(ACCOUNT);
        assert_eq!(form.value("name"), Some(name));
        assert_eq!(form.value("password"), Some(""));
    }
    let done = make_account(&browser, "Noor Khan", CHOSEN)
        .await
        .expect(303);
    assert_eq!(done.location(), "/w/brightwater");
    // The workspace decides what is seen first.
    let led = browser.follow(&done).await.expect(303);
    assert_eq!(led.location(), "/w/brightwater/library");
    let first = browser.follow(&led).await.expect(200).page();
    assert!(first.one("#flash").contains("You joined Brightwater."));
    assert!(first.text().contains(NOOR));
    let events = browser.get("/account/activity").await.page().text();
    for said in ["Signed in", "Joined a workspace Brightwater"] {
        assert!(events.contains(said), "{said} in {events}");
    }
    assert_eq!(browser.cookie("keyroom_invitation"), None);
    // The browser is known: no mail about a new one follows.
    browser.post("/sign-out", &[]).await.expect(303);
    let fields = [("email", NOOR), ("password", CHOSEN)];
    browser.post("/sign-in", &fields).await.expect(303);
    server.expect(1);

    assert_eq!(
        heading(&app.stranger(), &link).await,
        "This invitation was accepted already"
    );
    let said = owner.get(AUDIT).await.page();
    let whole = said.all("td.what").join("; ");
    assert!(
        whole.contains(&format!("accepted the invitation to {NOOR}")),
        "{whole}"
    );
    let changes = said.all("table.changes tbody tr");
    assert!(
        changes.contains(&"Status open accepted".to_owned()),
        "{changes:?}"
    );
    let member = owner.get(&format!("{LIST}?state=accepted")).await.page();
    let page = member.attributes(".who a", "href").remove(0);
    let member = owner.get(&page).await.expect(200).page();
    assert_eq!(member.one("h1"), "Noor Khan");
    assert!(member.text().contains("Engineering"));
    let token = &link[link.len() - 43..];
    let lines = log::lines();
    let mut lines = lines
        .iter()
        .filter(|line| !line.contains(" html5ever::") && !line.contains(" selectors::"));
    assert!(!lines.any(|line| line.contains(token)));
}

#[actix_web::test]
async fn whoever_has_an_account_signs_in_and_joins_with_one_click() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    let owner = app.set_up().await;
    sam(&app).await;
    // However the address was written.
    invite(&owner, "Sam@Elsewhere.example", &[("role", "admin")])
        .await
        .expect(303);
    let link = link(&server.expect(1)[0]);
    let browser = app.stranger();
    let page = open(&browser, &link).await.page();
    assert!(!page.offers(ACCOUNT) && !page.offers(ACCEPT));
    let sign_in = page.attributes("main a.primary", "href").remove(0);
    let form = browser
        .get(&sign_in)
        .await
        .expect(200)
        .page()
        .form("/sign-in");
    let form = form.with("email", SAM).with("password", make::PASSWORD);
    let back = browser.submit(&form).await.expect(303);
    assert_eq!(back.location(), JOIN);
    let page = browser.follow(&back).await.expect(200).page();
    assert!(page.text().contains("as an admin."));
    let done = browser.submit(&page.form(ACCEPT)).await.expect(303);
    let led = browser.follow(&done).await.expect(303);
    assert_eq!(led.location(), "/w/brightwater/library");
    browser.follow(&led).await.expect(200);
    let all = browser.get("/workspaces").await.page();
    assert_eq!(all.all(".rows > li > a"), ["Brightwater", "Elsewhere"]);
    // What was pressed once more says what there is to say.
    let again = browser.submit(&page.form(ACCEPT)).await.expect(409).page();
    assert_eq!(again.one("h1"), "This invitation was accepted already");
}

#[actix_web::test]
async fn somebody_else_is_told_so_signs_out_and_comes_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    sam(&app).await;
    let link = invited(&owner, SAM, &[]).await;
    let page = open(&owner, &link).await.page();
    assert_eq!(page.all(".notice b"), [ADA, SAM]);
    assert!(!page.offers(ACCEPT) && !page.offers(ACCOUNT));
    // Neither posting it all the same makes a member of them, nor a new account.
    let token = link[link.len() - 43..].to_owned();
    let refused = owner
        .post(ACCEPT, &[("token", &token)])
        .await
        .expect(409)
        .page();
    assert!(refused.text().contains("for another address than yours"));
    let fields = [
        ("token", token.as_str()),
        ("name", "X"),
        ("password", CHOSEN),
    ];
    assert_eq!(
        owner.post(ACCOUNT, &fields).await.expect(303).location(),
        JOIN
    );
    let out = owner.submit(&page.form("/sign-out")).await.expect(303);
    assert_eq!(out.location(), JOIN);
    let page = owner.follow(&out).await.expect(200).page();
    assert!(page.one("#flash").contains("You are signed out."));
    assert!(page.text().contains("Sign in to accept"));
    let elsewhere = [("next", "https://evil.example/")];
    let out = app.sign_in(ADA).await.post("/sign-out", &elsewhere).await;
    assert_eq!(out.expect(303).location(), "/sign-in");
}

/// Whoever invites without mail sees the link, and must not learn from it who has an account.
#[actix_web::test]
async fn a_link_that_was_handed_over_does_not_tell_whether_there_is_an_account() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    sam(&app).await;
    let mut told = Vec::new();
    for email in [SAM, NOOR] {
        let link = invited(&owner, email, &[]).await;
        let reply = open(&app.stranger(), &link).await;
        let page = reply.page();
        assert!(page.offers(ACCOUNT) && page.text().contains("Sign in to accept"));
        told.push(page.text().replace(email, "X"));
    }
    assert_eq!(told[0], told[1]);
    // Whoever has one and makes another is led to signing in.
    let browser = app.stranger();
    app.sql(|sql| sql.execute("UPDATE invitations SET cancelled_at = now()"));
    let link = invited(&owner, SAM, &[]).await;
    open(&browser, &link).await;
    let again = make_account(&browser, "Sam Again", CHOSEN)
        .await
        .expect(303);
    let page = browser.follow(&again).await.expect(200).page();
    assert!(
        page.one("#flash")
            .contains("This address has an account. Sign in to accept.")
    );
    assert_eq!(
        count(
            &app,
            "users WHERE lower(email) = lower('sam@elsewhere.example')"
        ),
        "1"
    );
}

#[actix_web::test]
async fn whoever_invited_must_be_able_to_do_so_still() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let olu = make::named(&app, "brightwater", "Olu Ade", "olu@x.example", Role::Owner);
    let inviter = app.sign_in("olu@x.example").await;
    let plain = invited(&inviter, NOOR, &[]).await;
    let high = invited(&inviter, "boss@x.example", &[("role", "owner")]).await;
    let browser = app.stranger();
    let turn = |change: &str| {
        app.sql(|sql| sql.execute(&format!("UPDATE members SET {change} WHERE id = '{olu}'")));
    };
    let over = "This invitation does not count any more";
    for (change, plain_is, high_is) in [
        ("role = 'admin'", "Join Brightwater", over),
        ("role = 'member'", over, over),
        ("role = 'owner', suspended_at = now()", over, over),
        (
            "suspended_at = NULL",
            "Join Brightwater",
            "Join Brightwater",
        ),
        ("removed_at = now()", over, over),
    ] {
        turn(change);
        assert_eq!(heading(&browser, &plain).await, plain_is, "{change}");
        assert_eq!(heading(&browser, &high).await, high_is, "{change}");
    }
    let told = open(&browser, &plain).await.page().text();
    assert!(
        told.contains("Olu Ade, who sent it, may not invite people to Brightwater"),
        "{told}"
    );
    // It is asked when it is accepted, not only when it is looked at.
    let token = plain[plain.len() - 43..].to_owned();
    let fields = [
        ("token", token.as_str()),
        ("name", "Noor"),
        ("password", CHOSEN),
    ];
    let refused = browser.post(ACCOUNT, &fields).await.expect(409).page();
    assert_eq!(refused.one("h1"), over);
    assert_eq!(count(&app, &format!("users WHERE email = '{NOOR}'")), "0");
    // Sent again by somebody else, somebody answers for it.
    let page = owner.get(LIST).await.page();
    let renewals = page.attributes("form[action$='/renewal']", "action");
    let again = owner.post(&renewals[1], &[]).await.expect(201);
    assert_eq!(
        heading(&browser, &shown_link(&again)).await,
        "Join Brightwater"
    );
}

#[actix_web::test]
async fn groups_that_are_gone_are_left_out_and_said() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let kept = make::group(&app, "brightwater", "Engineering", &[]);
    let gone = make::group(&app, "brightwater", "Support", &[]);
    let form = owner
        .get(&format!("{LIST}/new"))
        .await
        .page()
        .form(&format!("{LIST}/new"));
    let form = form
        .with("emails", NOOR)
        .also("subject", &format!("group:{kept}"))
        .also("subject", &format!("group:{gone}"));
    let link = shown_link(&owner.submit(&form).await.expect(201));
    let deletion = format!("/w/brightwater/settings/groups/{gone}/deletion");
    owner.post(&deletion, &[]).await.expect(303);
    let browser = app.stranger();
    let told = open(&browser, &link).await.page().one(".lede");
    assert!(
        told.contains("You come into Engineering. Not into what was deleted meanwhile: Support."),
        "{told}"
    );
    let done = make_account(&browser, "Noor", CHOSEN).await.expect(303);
    let led = browser.follow(&done).await;
    let flash = browser.follow(&led).await.page().one("#flash");
    assert!(flash.contains("was deleted meanwhile: Support."), "{flash}");
    assert_eq!(count(&app, "group_members"), "1");
    let changes = owner.get(AUDIT).await.page().all("table.changes tbody tr");
    assert!(
        changes.contains(&"Deleted groups – Support".to_owned()),
        "{changes:?}"
    );
}

#[actix_web::test]
async fn a_group_that_is_deleted_while_somebody_accepts_is_left_out_and_said() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let kept = make::group(&app, "brightwater", "Engineering", &[]);
    let gone = make::group(&app, "brightwater", "Support", &[]);
    let path = format!("{LIST}/new");
    let form = owner.get(&path).await.page().form(&path);
    let form = form
        .with("emails", NOOR)
        .also("subject", &format!("group:{kept}"))
        .also("subject", &format!("group:{gone}"));
    let link = shown_link(&owner.submit(&form).await.expect(201));
    let browser = app.stranger();
    open(&browser, &link).await;
    app.sql(|sql| {
        sql.execute(&format!("BEGIN; DELETE FROM groups WHERE id = '{gone}'"));
    });
    let end = async {
        app.somebody_waits().await;
        app.sql(|sql| sql.execute("COMMIT"));
    };
    let (done, ()) = join(make_account(&browser, "Noor", CHOSEN), end).await;
    let led = browser.follow(&done.expect(303)).await;
    let flash = browser.follow(&led).await.page().one("#flash");
    assert!(flash.contains("was deleted meanwhile: Support."), "{flash}");
    let changes = owner.get(AUDIT).await.page().all("table.changes tbody tr");
    for told in ["Deleted groups – Support", "Groups – Engineering"] {
        assert!(changes.contains(&told.to_owned()), "{told} in {changes:?}");
    }
}

#[actix_web::test]
async fn a_deleted_workspace_is_joined_by_nobody() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let link = invited(&owner, NOOR, &[]).await;
    let browser = app.stranger();
    open(&browser, &link).await;
    let form = browser.get(JOIN).await.page().form(ACCOUNT);
    app.sql(|sql| sql.execute("UPDATE workspaces SET deleted_at = now()"));
    assert_eq!(heading(&browser, &link).await, "This workspace was deleted");
    let form = form.with("name", "Noor").with("password", CHOSEN);
    browser.submit(&form).await.expect(409);
    assert_eq!(count(&app, "members"), "1");
    app.sql(|sql| sql.execute("UPDATE workspaces SET deleted_at = NULL"));
    browser.submit(&form).await.expect(303);
}

#[actix_web::test]
async fn members_suspended_and_removed_ones_are_told_or_come_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let browser = sam(&app).await;
    let link = invited(&owner, SAM, &[]).await;
    // They came in by another way.
    make::membership(&app, "brightwater", SAM, Role::Member);
    let page = open(&browser, &link).await.page();
    assert_eq!(page.one("h1"), "You belong to this workspace already");
    assert_eq!(
        page.attributes("main a.primary", "href"),
        ["/w/brightwater"]
    );
    let member = make::member_id(&app, "brightwater", SAM);
    make::suspended(&app, &member);
    assert_eq!(
        heading(&browser, &link).await,
        "You are suspended in this workspace"
    );
    let refused = invite(&owner, SAM, &[]).await.expect(422).page();
    assert!(
        refused
            .text()
            .contains("is suspended here. Reinstate them instead")
    );
    make::removed(&app, &member);
    // Whoever was removed comes back as a new member; what was stays as history.
    let page = open(&browser, &link).await.page();
    browser.submit(&page.form(ACCEPT)).await.expect(303);
    let states = app.sql(|sql| {
        sql.lines("SELECT (removed_at IS NULL)::text AS line FROM members JOIN users ON users.id = user_id
                   JOIN workspaces w ON w.id = workspace_id WHERE email = 'sam@elsewhere.example' AND slug = 'brightwater' ORDER BY 1")
    });
    assert_eq!(states, ["false", "true"]);
    let removed = owner.get(&format!("{MEMBERS}?state=removed")).await.page();
    assert!(removed.text().contains("Sam Okafor"));
    let refused = invite(&owner, SAM, &[]).await.expect(422).page();
    assert!(refused.text().contains("belongs to the workspace already"));
}

#[actix_web::test]
async fn of_twenty_who_accept_at_once_one_becomes_a_member() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let browser = sam(&app).await;
    let link = invited(&owner, SAM, &[]).await;
    let form = open(&browser, &link).await.page().form(ACCEPT);
    let all = join_all((0..20).map(|_| browser.submit(&form))).await;
    let joined = all.iter().filter(|reply| reply.status == 303).count();
    assert_eq!(
        joined,
        1,
        "{:?}",
        all.iter().map(|r| r.status).collect::<Vec<_>>()
    );
    assert!(
        all.iter()
            .all(|reply| matches!(reply.status, 303 | 409 | 503))
    );
    assert_eq!(count(&app, "members WHERE role = 'member'"), "2");
    assert_eq!(
        count(&app, "audit_events WHERE action = 'invitation.accepted'"),
        "1"
    );
    // The same of somebody new: one account, one member.
    let link = invited(&owner, NOOR, &[]).await;
    let browsers: Vec<Browser> = (0..4).map(|_| app.stranger()).collect();
    for browser in &browsers {
        open(browser, &link).await;
    }
    let all = join_all(browsers.iter().map(|b| make_account(b, "Noor", CHOSEN))).await;
    let joined = all
        .iter()
        .filter(|reply| reply.header("location") == "/w/brightwater")
        .count();
    assert_eq!(joined, 1);
    assert_eq!(count(&app, &format!("users WHERE email = '{NOOR}'")), "1");
}

#[actix_web::test]
async fn what_is_no_link_of_ours_opens_nothing() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let link = invited(&owner, NOOR, &[]).await;
    let browser = app.stranger();
    let nothing = "This invitation does not work any more";
    assert_eq!(
        browser.get(JOIN).await.expect(200).page().one("h1"),
        nothing
    );
    let (start, end) = link.split_at(link.len() - 1);
    let other = if end == "A" { "B" } else { "A" };
    for wrong in [
        format!("{start}{other}"),
        format!("{JOIN}?token="),
        format!("{JOIN}?token=%27--"),
    ] {
        assert_eq!(heading(&browser, &wrong).await, nothing);
        let token = wrong.split("token=").nth(1).unwrap_or_default();
        let fields = [("token", token), ("name", "X"), ("password", CHOSEN)];
        browser.post(ACCOUNT, &fields).await.expect(409);
    }
    // Whatever stands there gets into no header.
    let long = "A".repeat(6_000);
    for odd in ["a%3B+Domain%3Dx.example", "a%0d%0ab", &long] {
        let reply = browser.get(&format!("{JOIN}?token={odd}")).await;
        let given = reply.expect(303).cookies();
        assert!(given.iter().all(|c| c.value().is_empty()), "{given:?}");
    }
    browser.get(&format!("{JOIN}?what=ever")).await.expect(400);
    app.clock
        .advance(TimeDelta::days(7) + TimeDelta::seconds(1));
    let page = open(&browser, &link).await.page();
    assert_eq!(page.one("h1"), "This invitation is over");
    let ask = page.attributes("main a.primary", "href").remove(0);
    assert!(
        ask.starts_with("mailto:owner%40brightwater%2Eexample?subject="),
        "{ask}"
    );
    assert_eq!(page.one("main a.primary"), "Ask for a new invitation");
}
