//! Inviting people: by mail or by a link to hand over, one or many, again or not any more.

use chrono::TimeDelta;
use keyroom::actor::Role;

use crate::{
    mail::server::{MailServer, Taken},
    scenes::{ADA, AUDIT, MEMBERS, sentences},
    support::{Browser, TestApp, http::Reply, log, make, page::Page},
};

pub const LIST: &str = "/w/brightwater/settings/invitations";
pub const NEW: &str = "/w/brightwater/settings/invitations/new";
pub const JOIN: &str = "/invitation";
pub const NOOR: &str = "noor@partner.example";

/// Sends the dialog with these addresses and fields.
pub async fn invite(browser: &Browser, emails: &str, fields: &[(&str, &str)]) -> Reply {
    let form = browser.get(NEW).await.expect(200).page().form(NEW);
    let form = fields
        .iter()
        .fold(form.with("emails", emails), |form, (name, value)| {
            form.without(name).with(name, value)
        });
    browser.submit(&form).await
}

/// The path that a mail leads to.
pub fn link(mail: &Taken) -> String {
    let at = mail.text.find("/invitation?token=").expect("a link");
    let rest = mail.text[at..].split_whitespace().next();
    rest.expect("the link").to_owned()
}

/// The path that the page shows which follows on inviting without mail.
pub fn shown_link(reply: &Reply) -> String {
    let whole = reply.page().one("#link-1");
    whole[whole.find(JOIN).expect("a link")..].to_owned()
}

/// The addresses of the list, in its order.
fn emails(page: &Page) -> Vec<String> {
    page.all("tbody tr .who > :first-child")
}

async fn list(browser: &Browser, query: &str) -> Page {
    let page = browser.get(&format!("{LIST}{query}")).await;
    page.expect(200).page()
}

fn mistakes(reply: &Reply) -> Vec<String> {
    reply.page().all("#emails-error .err")
}

fn id(app: &TestApp, email: &str) -> String {
    app.sql(|sql| {
        sql.line(&format!(
            "SELECT id::text AS line FROM invitations WHERE email = '{email}'"
        ))
    })
}

pub fn count(app: &TestApp, what: &str) -> String {
    app.sql(|sql| sql.line(&format!("SELECT count(*)::text AS line FROM {what}")))
}

#[actix_web::test]
async fn strangers_members_and_others_invite_nobody() {
    let app = TestApp::start();
    app.set_up().await;
    let fields = [("emails", NOOR), ("do", "add")];
    let stranger = app.stranger().post(NEW, &fields).await;
    assert!(stranger.location().starts_with("/sign-in"));
    let member = app.member(Role::Member).await;
    let refused = member.post(NEW, &fields).await.expect(403).page();
    assert!(
        refused
            .text()
            .contains("You need to be an admin to manage members.")
    );
    member.get(LIST).await.expect(403);
    app.workspace("Elsewhere")
        .await
        .post(NEW, &fields)
        .await
        .expect(404);
    assert_eq!(count(&app, "invitations"), "0");
}

#[actix_web::test]
async fn a_pasted_list_is_invited_each_by_a_mail_of_their_own() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    let owner = app.set_up().await;
    assert!(
        list(&owner, "")
            .await
            .text()
            .contains("No open invitations")
    );
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    let fields = [("role", "admin"), ("subject", &format!("group:{group}"))];
    let pasted =
        format!("Noor Khan <{NOOR}>; tomas@brightwater.example\n\"Li, Bo\" <bo@x.example>");
    let done = invite(&owner, &pasted, &fields).await.expect(303);
    let page = owner.follow(&done).await.expect(200).page();
    assert!(page.one("#flash").contains("3 people are invited."));
    let mut told = emails(&page);
    told.sort();
    assert_eq!(told, ["bo@x.example", NOOR, "tomas@brightwater.example"]);
    let row = page.one(&format!("#i-{}", id(&app, NOOR)));
    for words in [
        "Admin",
        "Into Engineering",
        "by you",
        "in 7 days",
        "just now",
    ] {
        assert!(row.contains(words), "{words} in {row}");
    }
    let label = format!("button[aria-label='Resend invitation to {NOOR}']");
    assert!(page.has(&label) && page.has(&label.replace("Resend", "Cancel")));

    let mails = server.expect(3);
    let mut links = std::collections::BTreeSet::new();
    for mail in &mails {
        assert_eq!(
            mail.header("Subject"),
            "Ada Park invited you to Brightwater"
        );
        let path = link(mail);
        assert!(
            mail.html.contains(&path.replace('&', "&#38;")),
            "the same link in both forms"
        );
        for words in [
            "an admin of Brightwater",
            "Groups: Engineering\n",
            &format!("works once, for {}, until ", mail.to),
            &format!("If you do not know Ada Park ({ADA})"),
            &format!("http://{}{path}\n", app.address),
        ] {
            assert!(mail.text.contains(words), "{words} in {}", mail.text);
        }
        links.insert(path);
    }
    assert_eq!(links.len(), 3, "each has its own link");
    let until = "SELECT bool_and(not_after = expires_at)::text AS line FROM outbox JOIN invitations ON email = recipient";
    assert_eq!(
        app.sql(|sql| sql.line(until)),
        "true",
        "never sent when it is over"
    );

    let said = sentences(&owner, AUDIT).await;
    assert!(
        said.contains(&format!("invited {NOOR} as an admin")),
        "{said:?}"
    );
    let changes = owner.get(AUDIT).await.page().all("table.changes tbody tr");
    assert!(
        changes.contains(&"Groups – Engineering".to_owned()),
        "{changes:?}"
    );
    // What is kept of the links is a digest.
    let dump = app.sql(|sql| sql.dump());
    let kept: String = dump.into_values().flatten().collect();
    for link in &links {
        let token = &link[link.len() - 43..];
        assert!(!kept.contains(token) && !log::lines().iter().any(|line| line.contains(token)));
    }
}

#[actix_web::test]
async fn whoever_cannot_be_invited_is_named_and_nothing_typed_is_lost() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    let owner = app.set_up().await;
    let lena = make::named(&app, "brightwater", "Lena", "lena@x.example", Role::Member);
    make::suspended(&app, &lena);
    invite(&owner, "tomas@x.example", &[]).await.expect(303);
    let typed = "\nnoor@partner.example, Noor@Partner.example\nnobody\n<b>@x; fine@x.example";
    let again = invite(&owner, typed, &[("role", "admin")])
        .await
        .expect(422);
    assert_eq!(
        mistakes(&again),
        [
            "Noor@Partner.example stands there more than once",
            "“nobody” is not an email address",
            "“b” is not an email address",
            "“@x” is not an email address",
        ]
    );
    let page = again.page();
    assert!(page.title().starts_with("Error: "));
    let form = page.form(NEW);
    assert_eq!(form.value("emails"), Some(typed));
    assert_eq!(form.value("role"), Some("admin"));
    assert!(
        page.all("dialog .df button")
            .contains(&"Invite the others".to_owned())
    );

    let typed = format!("{ADA} lena@x.example TOMAS@x.example fine@x.example");
    let again = invite(&owner, &typed, &[]).await.expect(422);
    assert_eq!(
        mistakes(&again),
        [
            format!("{ADA} belongs to the workspace already"),
            "lena@x.example is suspended here. Reinstate them instead".to_owned(),
            "TOMAS@x.example is invited already. Send that invitation again instead".to_owned(),
        ]
    );
    server.expect(1);
    let form = again.page().form(NEW).with("do", "others");
    let done = owner.submit(&form).await.expect(303);
    let flash = owner.follow(&done).await.page().one("#flash");
    assert!(
        flash.contains("fine@x.example is invited. Left out: owner@"),
        "{flash}"
    );
    server.expect(2);
    // Nobody at all, too many, and nobody who fits.
    let none = invite(&owner, " ,; \n", &[]).await.expect(422);
    assert_eq!(mistakes(&none), ["Enter at least one email address"]);
    let many: Vec<String> = (1..=51).map(|n| format!("p{n}@x.example")).collect();
    let many = invite(&owner, &many.join(" "), &[]).await.expect(422);
    assert_eq!(
        mistakes(&many),
        ["Invite at most 50 people at once. These are 51"]
    );
    let unfit = invite(&owner, ADA, &[("do", "others")]).await.expect(422);
    assert_eq!(mistakes(&unfit).len(), 1);
    assert!(!unfit.page().text().contains("Invite the others"));
    server.expect(2);
}

#[actix_web::test]
async fn groups_are_found_and_chosen_and_what_was_typed_stays() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let group = make::group(&app, "brightwater", "Engineering", &[]);
    let theirs = make::group(&app, "brightwater", "Support", &[]);
    let found = invite(&owner, NOOR, &[("q", "engin"), ("do", "find")])
        .await
        .expect(200);
    let page = found.page();
    assert_eq!(page.all(".found b"), ["Engineering"]);
    let form = page.form(NEW);
    assert_eq!(form.value("emails"), Some(NOOR));
    let form = form
        .with("q", "")
        .also("subject", &format!("group:{group}"))
        .with("do", "add");
    owner.submit(&form).await.expect(201);
    assert_eq!(
        count(&app, "invitation_groups WHERE name = 'Engineering'"),
        "1"
    );
    // A name that was typed and not found yet.
    let again = invite(&owner, "b@x.example", &[("q", "supp")])
        .await
        .expect(422)
        .page();
    assert!(
        again
            .one("#subject-error")
            .contains("Choose a group of those found")
    );
    // Gone meanwhile, another workspace's, and none: all alike.
    app.workspace("Elsewhere").await;
    let foreign = make::group(&app, "elsewhere", "Circle", &[]);
    app.sql(|sql| sql.execute(&format!("DELETE FROM groups WHERE id = '{theirs}'")));
    for gone in [&theirs, &foreign] {
        let chosen = [("subject", format!("group:{gone}"))];
        let chosen = chosen
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let again = invite(&owner, "b@x.example", &chosen)
            .await
            .expect(422)
            .page();
        assert!(
            again
                .one("#subject-error")
                .contains("is not there any more")
        );
    }
    invite(&owner, "b@x.example", &[("subject", "group:x")])
        .await
        .expect(404);
    // The script asks for the same.
    let headers = [("hx-request", "true"), ("sec-fetch-site", "same-origin")];
    let get = actix_web::http::Method::GET;
    let options = owner
        .send(get, &format!("{NEW}?q=ENG"), &headers, &[])
        .await;
    assert_eq!(options.expect(200).page().all(".option b"), ["Engineering"]);
}

#[actix_web::test]
async fn owners_are_invited_by_owners_who_have_just_entered_their_password() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let admin = app.member(Role::Admin).await;
    let roles = admin
        .get(NEW)
        .await
        .page()
        .attributes("input[name=role]", "value");
    assert_eq!(roles, ["admin", "member"]);
    let refused = invite(&admin, NOOR, &[("role", "owner")])
        .await
        .expect(403)
        .page();
    assert!(
        refused
            .text()
            .contains("You need to be an owner to invite an owner.")
    );
    app.sql(|sql| sql.execute("UPDATE sessions SET confirmed_at = NULL"));
    let asked = invite(&owner, NOOR, &[("role", "owner")])
        .await
        .expect(200)
        .page();
    assert_eq!(asked.one("h1"), "Confirm it's you");
    assert_eq!(count(&app, "invitations"), "0");
    let form = asked.form(NEW).with("confirm-password", make::PASSWORD);
    owner.submit(&form).await.expect(201);
    let path = format!("{LIST}/{}", id(&app, NOOR));
    // Nor does an admin send it again, or take it back.
    let page = list(&admin, "").await;
    assert!(!page.offers(&format!("{path}/renewal")));
    for what in ["renewal", "cancellation"] {
        admin.post(&format!("{path}/{what}"), &[]).await.expect(403);
    }
    app.sql(|sql| sql.execute("UPDATE sessions SET confirmed_at = NULL"));
    let asked = owner
        .post(&format!("{path}/renewal"), &[])
        .await
        .expect(200)
        .page();
    assert_eq!(asked.one("h1"), "Confirm it's you");
    invite(&owner, "plain@x.example", &[]).await.expect(201);
}

#[actix_web::test]
async fn sent_again_only_the_new_link_works_for_its_whole_time() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    let owner = app.set_up().await;
    invite(&owner, NOOR, &[]).await.expect(303);
    let first = link(&server.expect(1)[0]);
    app.clock.advance(TimeDelta::days(6) + TimeDelta::hours(12));
    let page = list(&app.sign_in(ADA).await, "").await;
    assert!(page.text().contains("Ends soon"), "{}", page.text());
    let owner = app.sign_in(ADA).await;
    let renewal = format!("{LIST}/{}/renewal", id(&app, NOOR));
    let done = owner
        .submit(&list(&owner, "").await.form(&renewal))
        .await
        .expect(303);
    let page = owner.follow(&done).await.page();
    assert!(
        page.one("#flash")
            .contains(&format!("{NOOR} is on its way again."))
    );
    let to_noor = |mails: Vec<Taken>| {
        mails
            .into_iter()
            .filter(|m| m.to == NOOR)
            .collect::<Vec<_>>()
    };
    let mails = to_noor(server.expect(4));
    let second = link(&mails[1]);
    app.clock.advance(TimeDelta::days(6));
    let opened = async |link: &str| {
        let browser = app.stranger();
        let led = browser.get(link).await.expect(303);
        assert_eq!(led.location(), JOIN);
        browser.follow(&led).await.expect(200).page().one("h1")
    };
    assert_eq!(
        opened(&first).await,
        "This invitation does not work any more"
    );
    assert_eq!(opened(&second).await, "Join Brightwater");
    app.clock
        .advance(TimeDelta::days(1) + TimeDelta::seconds(1));
    assert_eq!(opened(&second).await, "This invitation is over");
    let owner = app.sign_in(ADA).await;
    let said = sentences(&owner, AUDIT).await;
    assert!(
        said.contains(&format!("resent the invitation to {NOOR}")),
        "{said:?}"
    );
    // Over as it is, it can be sent again, and the address invited anew.
    assert_eq!(emails(&list(&owner, "?state=expired").await), [NOOR]);
    invite(&owner, NOOR, &[("role", "admin")]).await.expect(303);
    assert!(emails(&list(&owner, "?state=expired").await).is_empty());
    assert_eq!(count(&app, "invitations"), "1");
}

#[actix_web::test]
async fn what_is_cancelled_opens_nothing_and_is_not_sent_again() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let link = shown_link(&invite(&owner, NOOR, &[]).await.expect(201));
    let path = format!("{LIST}/{}", id(&app, NOOR));
    let form = list(&owner, "").await.form(&format!("{path}/cancellation"));
    let done = owner.submit(&form).await.expect(303);
    let page = owner.follow(&done).await.page();
    assert!(
        page.one("#flash")
            .contains(&format!("The invitation to {NOOR} is cancelled."))
    );
    assert!(emails(&page).is_empty());
    let browser = app.stranger();
    let opened = browser
        .follow(&browser.get(&link).await)
        .await
        .expect(200)
        .page();
    assert_eq!(opened.one("h1"), "This invitation was cancelled");
    // Twice is once, in the log too.
    owner.submit(&form).await.expect(303);
    let said = sentences(&owner, AUDIT).await;
    let told = said
        .iter()
        .filter(|s| **s == format!("cancelled the invitation to {NOOR}"));
    assert_eq!(told.count(), 1, "{said:?}");
    owner
        .post(&format!("{path}/renewal"), &[])
        .await
        .expect(409);
    let gone = list(&owner, "?state=cancelled").await;
    assert_eq!(emails(&gone), [NOOR]);
    assert!(!gone.offers(&format!("{path}/renewal")));
    // The address is free again.
    invite(&owner, NOOR, &[]).await.expect(201);
    assert_eq!(count(&app, "invitations"), "2");
}

#[actix_web::test]
async fn without_mail_the_links_are_shown_once_to_be_handed_over() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let dialog = owner.get(NEW).await.page();
    assert!(
        dialog
            .text()
            .contains("Mail is not set up, so you get a link for each")
    );
    let form = dialog.form(NEW).with("emails", "a@x.example b@x.example");
    let reply = owner.submit(&form).await.expect(201);
    assert_eq!(reply.header("cache-control"), "no-store");
    let page = reply.page();
    assert_eq!(page.one("h1"), "2 people are invited");
    assert_eq!(page.all(".links b"), ["a@x.example", "b@x.example"]);
    let links = page.all(".links textarea");
    for link in &links {
        let token = link.strip_prefix(&format!("http://{}/invitation?token=", app.address));
        assert_eq!(token.map(str::len), Some(43), "{link}");
        assert!(!list(&owner, "").await.text().contains(link.as_str()));
    }
    // Nor on reload, which invites nobody twice.
    owner.submit(&form).await.expect(422);
    let renewed = format!("{LIST}/{}/renewal", id(&app, "a@x.example"));
    let again = owner.post(&renewed, &[]).await.expect(201);
    assert!(again.page().one("#link-1") != links[0]);
    let warned = log::lines();
    let warned = warned
        .iter()
        .filter(|line| line.contains("links of invitations are shown"));
    assert!(warned.count() <= 1, "said once by a server");
    assert_eq!(count(&app, "outbox"), "0");
}

/// Whoever invites must not learn whether an address has an account in another workspace.
#[actix_web::test]
async fn an_address_that_is_known_elsewhere_is_invited_in_the_same_words() {
    let server = MailServer::start();
    let app = TestApp::start_mailing(&server.url());
    let owner = app.set_up().await;
    app.workspace("Elsewhere").await;
    let known = make::member(&app, "elsewhere", Role::Member);
    let unknown = "nobody-here@elsewhere.example";
    // So that everything was there once.
    invite(&owner, "first@x.example", &[]).await.expect(303);
    let mut told = Vec::new();
    for email in [known.as_str(), unknown] {
        let (done, queries) = app.counting(invite(&owner, email, &[])).await;
        let flash = owner.follow(&done.expect(303)).await.page().one("#flash");
        let row = list(&owner, "")
            .await
            .one(&format!("#i-{}", id(&app, email)));
        told.push((
            flash.replace(email, "X"),
            row.replace(email, "X"),
            queries.len(),
        ));
    }
    assert_eq!(told[0], told[1]);
    let mails = server.expect(3).split_off(1);
    let bare = |mail: &Taken| {
        mail.text
            .replace(&link(mail), "LINK")
            .replace(&mail.to, "X")
    };
    assert_eq!(bare(&mails[0]), bare(&mails[1]));
}

#[actix_web::test]
async fn nobody_is_buried_in_invitations() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    invite(&owner, NOOR, &[]).await.expect(201);
    let renewal = format!("{LIST}/{}/renewal", id(&app, NOOR));
    for _ in 0..4 {
        owner.post(&renewal, &[]).await.expect(201);
    }
    let limited = owner.post(&renewal, &[]).await.expect(429);
    assert!(!limited.header("retry-after").is_empty());
    // One person invites so many at once, and what they typed stays.
    let form = owner.get(NEW).await.page().form(NEW);
    for batch in 0..2 {
        let many: Vec<String> = (0..47).map(|n| format!("p{batch}-{n}@x.example")).collect();
        let form = form.clone().with("emails", &many.join("\n"));
        owner.submit(&form).await.expect(201);
    }
    let limited = invite(&owner, "one@x.example two@x.example", &[])
        .await
        .expect(429);
    assert!(mistakes(&limited)[0].starts_with("You sent many invitations. Send the next in "));
    let page = limited.page();
    assert_eq!(
        page.form(NEW).value("emails"),
        Some("one@x.example two@x.example")
    );
    assert!(!page.text().contains("Invite the others"));
    // Others go on.
    invite(&app.member(Role::Admin).await, "one@x.example", &[])
        .await
        .expect(201);
}

#[actix_web::test]
async fn the_list_is_searched_by_address_and_goes_on_over_pages() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let many: Vec<String> = (1..=25).map(|n| format!("p{n:02}@x.example")).collect();
    invite(&owner, &many.join(" "), &[]).await.expect(201);
    let first = list(&owner, "").await;
    assert_eq!(emails(&first).len(), 20);
    assert!(first.text().contains("20 of 25 invitations"));
    let older = first.attributes("#older", "href").remove(0);
    let second = owner.get(&older).await.expect(200).page();
    let mut all = [emails(&first), emails(&second)].concat();
    all.sort();
    assert_eq!(all, many);
    let back = second.attributes("#newer", "href").remove(0);
    assert_eq!(emails(&owner.get(&back).await.page()), emails(&first));
    assert_eq!(emails(&list(&owner, "?q=P07").await), ["p07@x.example"]);
    assert!(emails(&list(&owner, "?q=%25").await).is_empty());
    assert!(
        list(&owner, "?q=zzz")
            .await
            .text()
            .contains("No invitations match")
    );
    assert!(
        list(&owner, "?state=accepted")
            .await
            .text()
            .contains("None of these")
    );
    for wrong in ["?state=lost", "?before=x", "?after=x&before=y"] {
        owner.get(&format!("{LIST}{wrong}")).await.expect(404);
    }
    owner.get(&format!("{LIST}?what=ever")).await.expect(400);
    let members = owner.get(MEMBERS).await.page().attributes("main a", "href");
    assert!(members.contains(&LIST.to_owned()) && members.contains(&NEW.to_owned()));
}
