//! Another email in *Your account*: done when the present address and the new one have both confirmed it.

use chrono::TimeDelta;
use keyroom::actor::Role;

use crate::{
    mail::server::{MailServer, Taken},
    scenes::{ADA, KEYS},
    support::{Browser, TestApp, http::Reply, make, page::Page},
};

const ACCOUNT: &str = "/account";
const EMAIL: &str = "/account/email";
const AGAIN: &str = "/account/email/mails";
const CANCEL: &str = "/account/email/cancellation";
const CONFIRMATION: &str = "/account/email/confirmation";
const NEW: &str = "ada@northlight.example";
const OVER: &str = "That link does not work.";

struct World {
    app: TestApp,
    server: MailServer,
    ada: Browser,
}

impl World {
    /// Ada is signed in, and nobody was told.
    async fn new() -> Self {
        let server = MailServer::start();
        let app = TestApp::start_mailing(&server.url());
        let ada = app.set_up().await;
        Self { app, server, ada }
    }

    async fn ask(&self, email: &str) -> Reply {
        let form = account(&self.ada).await.form(EMAIL);
        self.ada.submit(&form.with("email", email)).await
    }

    /// The mails so far, of which there are `n`: the last of them to an address.
    #[track_caller]
    fn mail(&self, n: usize, to: &str) -> Taken {
        let mails = self.server.expect(n);
        let mail = mails.iter().rev().find(|mail| mail.to == to);
        mail.unwrap_or_else(|| panic!("no mail to {to}")).clone()
    }

    /// The paths of the links in the last mails to the present and the new address.
    #[track_caller]
    fn links(&self, n: usize, new: &str) -> [String; 2] {
        [ADA, new].map(|to| link(&self.app, &self.mail(n, to)))
    }

    async fn can_sign_in(&self, email: &str) -> bool {
        self.app.clock.advance(TimeDelta::seconds(10));
        let fields = [("email", email), ("password", make::PASSWORD)];
        self.app.stranger().post("/sign-in", &fields).await.status == 303
    }

    fn count(&self, what: &str) -> String {
        let query = format!("SELECT count(*)::text AS line FROM {what}");
        self.app.sql(|sql| sql.line(&query))
    }
}

async fn account(browser: &Browser) -> Page {
    browser.get(ACCOUNT).await.expect(200).page()
}

#[track_caller]
fn link(app: &TestApp, mail: &Taken) -> String {
    let (_, rest) = mail.text.split_once("Confirm:\n").expect("a link");
    let url = rest.lines().next().expect("an address");
    assert!(mail.html.contains(url), "{}", mail.html);
    let path = url.strip_prefix(&format!("http://{}", app.address));
    path.expect("an address of ours").to_owned()
}

/// Follows a link, up to the answer that it leads to.
async fn follow(browser: &Browser, link: &str) -> Reply {
    let led = browser.get(link).await.expect(303);
    assert_eq!(
        led.location(),
        CONFIRMATION,
        "no token in the second address"
    );
    browser.follow(&led).await
}

/// Follows a link and confirms; what the next page says of it.
async fn confirm(browser: &Browser, link: &str) -> String {
    let page = follow(browser, link).await.expect(200).page();
    assert_eq!(page.one("h1"), "Change your email?");
    let done = browser.submit(&page.form(CONFIRMATION)).await.expect(303);
    browser.follow(&done).await.expect(200).page().one("#flash")
}

async fn is_over(browser: &Browser, link: &str) {
    let led = follow(browser, link).await.expect(303);
    let page = browser.follow(&led).await.expect(200).page();
    assert!(page.one("#flash").contains(OVER), "{}", page.one("#flash"));
}

#[actix_web::test]
async fn it_is_changed_when_both_addresses_have_confirmed_it() {
    for new_first in [false, true] {
        let world = World::new().await;
        let elsewhere = world.app.sign_in(ADA).await;
        world.server.expect(1);
        let asked = world.ask(&format!(" {NEW} ")).await.expect(303);
        let page = world.ada.follow(&asked).await.expect(200).page();
        let flash = page.one("#flash");
        assert!(
            flash.contains("Two mails are on their way.") && flash.contains(NEW),
            "{flash}"
        );
        let waiting = page.text();
        assert_eq!(waiting.matches("Not confirmed yet").count(), 2, "{waiting}");
        assert!(page.offers(AGAIN) && page.offers(CANCEL) && !page.offers(EMAIL));

        let mut links = world.links(3, NEW);
        let mut addresses = [ADA, NEW];
        if new_first {
            links.reverse();
            addresses.reverse();
        }
        // Looking changes nothing, however often.
        for _ in 0..2 {
            follow(&world.ada, &links[0]).await.expect(200);
        }
        let told = confirm(&world.ada, &links[0]).await;
        assert!(
            told.contains("This address is confirmed.") && told.contains(addresses[1]),
            "{told}"
        );
        is_over(&world.ada, &links[0]).await;
        let page = account(&world.ada).await;
        assert_eq!(page.text().matches("Not confirmed yet").count(), 1);
        assert!(page.text().contains(ADA) && world.can_sign_in(ADA).await);
        let told = confirm(&world.ada, &links[1]).await;
        assert!(
            told.contains("Your email is changed.") && told.contains(NEW),
            "{told}"
        );

        assert!(world.can_sign_in(&NEW.to_uppercase()).await && !world.can_sign_in(ADA).await);
        // The password is the same, so nobody is signed out.
        elsewhere.get(KEYS).await.expect(200);
        let page = account(&world.ada).await;
        assert!(page.offers(EMAIL) && !page.offers(CANCEL));
        let activity = world.ada.get("/account/activity").await.page();
        let said = activity.all(".items > li .t");
        let change = format!("Email: {ADA} → {NEW}");
        let of = |what: &str| said.iter().find(|said| said.starts_with(what));
        assert!(
            of("Changed the email").is_some_and(|s| s.contains(&change)),
            "{said:?}"
        );
        assert!(of("Asked to change the email").is_some_and(|s| s.contains(&change)));
        assert!(of("Confirmed the change").is_some_and(|s| s.contains(addresses[0])));
        assert_eq!(world.count("email_changes"), "0");
    }
}

#[actix_web::test]
async fn the_mails_say_what_is_wanted_and_by_whom() {
    let world = World::new().await;
    world.ask(NEW).await.expect(303);
    let old = world.mail(2, ADA);
    assert_eq!(
        old.header("Subject"),
        "Confirm the change of your Keyroom email"
    );
    let from = format!("IP address: {}\n", world.ada.ip());
    for words in [
        &format!("From: {ADA}\n"),
        &format!("To: {NEW}\n"),
        &from,
        "Device: Firefox on Linux\n",
        "do not confirm it",
        "works once, until ",
    ] {
        assert!(old.text.contains(words), "{words} in {}", old.text);
    }
    let new = world.mail(2, NEW);
    assert_eq!(new.header("Subject"), "Confirm your new Keyroom email");
    assert!(new.text.contains(&from), "{}", new.text);
    // It may be a stranger's: what they have no business with is not in it.
    for private in [ADA, "Ada Park", "Brightwater"] {
        assert!(!new.text.contains(private), "{private} in {}", new.text);
    }
    let lasts = "SELECT DISTINCT (not_after - created_at)::text AS line FROM outbox";
    assert_eq!(world.app.sql(|sql| sql.line(lasts)), "1 day");
}

#[actix_web::test]
async fn only_the_person_themselves_confirms_it() {
    let world = World::new().await;
    let other = world.app.workspace("Other").await;
    world.ask(NEW).await.expect(303);
    let [old, new] = world.links(2, NEW);
    // Somebody else's links are as none.
    is_over(&other, &old).await;
    let token = old.split_once('=').expect("a token").1;
    let reply = other
        .post(CONFIRMATION, &[("token", token)])
        .await
        .expect(303);
    assert!(
        other
            .follow(&reply)
            .await
            .page()
            .one("#flash")
            .contains(OVER)
    );
    confirm(&world.ada, &old).await;
    // Who is not signed in is asked to, and comes back with the link in a cookie.
    let phone = world.app.stranger();
    let door = follow(&phone, &new).await.expect(303);
    assert_eq!(
        door.location(),
        "/sign-in?next=%2Faccount%2Femail%2Fconfirmation"
    );
    let page = phone.follow(&door).await.page();
    let form = page.form("/sign-in").with("email", ADA);
    let there = phone
        .submit(&form.with("password", make::PASSWORD))
        .await
        .expect(303);
    assert_eq!(there.location(), CONFIRMATION);
    let page = phone.follow(&there).await.expect(200).page();
    assert!(
        page.text()
            .contains("since the other address has confirmed it")
    );
    let done = phone.submit(&page.form(CONFIRMATION)).await.expect(303);
    assert!(
        phone
            .follow(&done)
            .await
            .page()
            .one("#flash")
            .contains("Your email is changed.")
    );
    assert_eq!(phone.cookie("keyroom_email"), None, "it is put down");
    let strangers = world.app.stranger();
    for path in [EMAIL, AGAIN, CANCEL, CONFIRMATION] {
        let reply = strangers.post(path, &[("email", NEW)]).await.expect(303);
        assert!(reply.location().starts_with("/sign-in"));
    }
}

#[actix_web::test]
async fn the_password_is_asked_before_anything_is_sent() {
    let world = World::new().await;
    world.app.clock.advance(TimeDelta::minutes(10));
    let asked = world.ask(NEW).await.expect(200).page();
    assert_eq!(asked.one("h1"), "Confirm it's you");
    assert_eq!(world.count("outbox"), "0");
    let form = asked.form(EMAIL);
    assert_eq!(
        form.value("email"),
        Some(NEW),
        "nothing has to be typed again"
    );
    let done = world
        .ada
        .submit(&form.with("confirm-password", make::PASSWORD))
        .await;
    done.expect(303);
    world.server.expect(2);
}

#[actix_web::test]
async fn that_an_address_has_an_account_is_told_to_it_alone() {
    let world = World::new().await;
    let taken = make::member(&world.app, "brightwater", Role::Member);
    let mut seen = Vec::new();
    for new in [NEW, &taken.to_uppercase()] {
        let asked = world.ask(new).await.expect(303);
        let page = world.ada.follow(&asked).await.expect(200);
        let again = world.ada.submit(&page.page().form(AGAIN)).await.expect(303);
        let repeated = world.ada.follow(&again).await.expect(200);
        let text = [page, repeated].map(|page| page.page().text().replace(new, "NEW"));
        seen.push(text);
        world.ada.post(CANCEL, &[]).await.expect(303);
    }
    assert_eq!(seen[0], seen[1]);
    world.ask(&taken).await.expect(303);
    let mails = world.server.expect(10);
    let to_taken: Vec<&Taken> = mails
        .iter()
        .filter(|mail| mail.to.eq_ignore_ascii_case(&taken))
        .collect();
    assert_eq!(to_taken.len(), 3);
    for mail in to_taken {
        assert_eq!(
            mail.header("Subject"),
            "Your Keyroom email is in use already"
        );
        assert!(
            !mail.text.contains("token=") && !mail.text.contains(ADA),
            "{}",
            mail.text
        );
    }
    // The mails to her own address are the same as ever; with their link alone nothing is done.
    let told = confirm(&world.ada, &link(&world.app, &world.mail(10, ADA))).await;
    assert!(told.contains("This address is confirmed."), "{told}");
    assert!(world.can_sign_in(ADA).await && world.can_sign_in(&taken).await);
}

#[actix_web::test]
async fn as_much_is_asked_of_the_database_for_an_address_that_is_taken() {
    let world = World::new().await;
    let taken = make::member(&world.app, "brightwater", Role::Member);
    let mut asked = Vec::new();
    for new in [NEW, &taken] {
        let form = account(&world.ada).await.form(EMAIL).with("email", new);
        let (reply, queries) = world.app.counting(world.ada.submit(&form)).await;
        reply.expect(303);
        // Those of the outbox, which is emptied meanwhile, are no part of it.
        let inserted = |q: &&String| {
            q.contains("email_changes")
                || q.contains(r#"INTO "outbox""#)
                || q.contains(r#""users""#)
        };
        asked.push(queries.iter().filter(inserted).count());
        world.ada.post(CANCEL, &[]).await.expect(303);
    }
    assert_eq!(asked[0], asked[1]);
    assert!(asked[0] >= 4, "{asked:?}");
}

#[actix_web::test]
async fn an_address_that_is_taken_meanwhile_stays_with_whoever_took_it() {
    let world = World::new().await;
    world.ask(NEW).await.expect(303);
    let [old, new] = world.links(2, NEW);
    confirm(&world.ada, &old).await;
    let bo = make::member(&world.app, "brightwater", Role::Member);
    world.app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE users SET email = '{}' WHERE email = '{bo}'",
            NEW.to_uppercase()
        ));
    });
    let told = confirm(&world.ada, &new).await;
    assert!(
        told.contains("Your email was not changed.") && told.contains(NEW),
        "{told}"
    );
    assert!(
        account(&world.ada).await.offers(EMAIL),
        "nothing waits any more"
    );
    assert!(world.can_sign_in(ADA).await);
    let activity = world.ada.get("/account/activity").await.page();
    let said = activity.all(".items > li b");
    assert!(
        said.contains(&"The email was not changed: somebody else has it Failed".to_owned()),
        "{said:?}"
    );
}

#[actix_web::test]
async fn two_people_who_want_the_same_address_do_not_both_get_it() {
    let world = World::new().await;
    let bo = make::member(&world.app, "brightwater", Role::Member);
    let browser = world.app.sign_in(&bo).await;
    world.ask(NEW).await.expect(303);
    let [a_old, a_new] = world.links(2, NEW);
    let form = account(&browser).await.form(EMAIL);
    browser.submit(&form.with("email", NEW)).await.expect(303);
    let (b_old, b_new) = (
        link(&world.app, &world.mail(4, &bo)),
        link(&world.app, &world.mail(4, NEW)),
    );
    confirm(&world.ada, &a_old).await;
    confirm(&browser, &b_old).await;
    let form = |page: Reply| page.expect(200).page().form(CONFIRMATION);
    let (a, b) = (
        form(follow(&world.ada, &a_new).await),
        form(follow(&browser, &b_new).await),
    );
    let (a, b) = futures_util::future::join(world.ada.submit(&a), browser.submit(&b)).await;
    let mut told = Vec::new();
    for (browser, reply) in [(&world.ada, a.expect(303)), (&browser, b.expect(303))] {
        told.push(browser.follow(&reply).await.page().one("#flash"));
    }
    let done = |what: &str| told.iter().filter(|told| told.starts_with(what)).count();
    assert_eq!(
        (
            done("Your email is changed."),
            done("Your email was not changed.")
        ),
        (1, 1),
        "{told:?}"
    );
    assert_eq!(world.count(&format!("users WHERE email = '{NEW}'")), "1");
}

#[actix_web::test]
async fn it_can_be_cancelled_and_sent_again() {
    let world = World::new().await;
    world.ask(NEW).await.expect(303);
    let first = world.links(2, NEW);
    world.app.clock.advance(TimeDelta::hours(11));
    let sent = world
        .ada
        .submit(&account(&world.ada).await.form(AGAIN))
        .await
        .expect(303);
    assert!(
        world
            .ada
            .follow(&sent)
            .await
            .page()
            .one("#flash")
            .contains("It is sent again.")
    );
    let second = world.links(4, NEW);
    for link in &first {
        is_over(&world.ada, link).await;
    }
    // It has its whole time again, and what is confirmed stays so.
    confirm(&world.ada, &second[0]).await;
    world.ada.post(AGAIN, &[]).await.expect(303);
    let mails = world.server.expect(5);
    world.app.clock.advance(TimeDelta::hours(11));
    assert_eq!(
        mails[4].to, NEW,
        "only to the one that has not confirmed it"
    );
    let third = link(&world.app, &mails[4]);
    follow(&world.ada, &third).await.expect(200);

    let cancelled = world
        .ada
        .submit(&account(&world.ada).await.form(CANCEL))
        .await
        .expect(303);
    let page = world.ada.follow(&cancelled).await.page();
    assert!(page.one("#flash").contains("Your email stays what it is."));
    assert!(page.offers(EMAIL) && !page.offers(CANCEL));
    is_over(&world.ada, &third).await;
    for path in [CANCEL, AGAIN] {
        let reply = world.ada.post(path, &[]).await.expect(303);
        let flash = world.ada.follow(&reply).await.page().one("#flash");
        assert!(
            flash.contains("No change of your email waits any more."),
            "{flash}"
        );
    }
    let activity = world.ada.get("/account/activity").await.page();
    let said = activity.all(".items > li b");
    for words in [
        "Cancelled the change of the email",
        "Had the mails about the new email sent again",
    ] {
        assert!(said.contains(&words.to_owned()), "{said:?}");
    }
}

#[actix_web::test]
async fn the_links_work_for_a_day() {
    let world = World::new().await;
    world.ask(NEW).await.expect(303);
    let [old, new] = world.links(2, NEW);
    confirm(&world.ada, &old).await;
    // Twice, so that her session goes on.
    for _ in 0..2 {
        world
            .app
            .clock
            .advance(TimeDelta::hours(12) - TimeDelta::seconds(5));
        assert!(account(&world.ada).await.offers(CANCEL));
    }
    let form = follow(&world.ada, &new)
        .await
        .expect(200)
        .page()
        .form(CONFIRMATION);
    world.app.clock.advance(TimeDelta::seconds(10));
    assert!(account(&world.ada).await.offers(EMAIL));
    is_over(&world.ada, &new).await;
    let reply = world.ada.submit(&form).await.expect(303);
    assert!(
        world
            .ada
            .follow(&reply)
            .await
            .page()
            .one("#flash")
            .contains(OVER)
    );
    assert!(world.can_sign_in(ADA).await && !world.can_sign_in(NEW).await);
}

#[actix_web::test]
async fn a_new_password_ends_it_and_a_new_email_ends_a_reset() {
    let world = World::new().await;
    world.ask(NEW).await.expect(303);
    let [old, _] = world.links(2, NEW);
    let fresh = "marble otters juggle seven plums";
    let fields = [("current", make::PASSWORD), ("new", fresh)];
    world
        .ada
        .post("/account/password", &fields)
        .await
        .expect(303);
    is_over(&world.ada, &old).await;
    assert!(account(&world.ada).await.offers(EMAIL));
    world.ask(NEW).await.expect(303);
    let [old, new] = world.links(5, NEW);
    confirm(&world.ada, &old).await;
    let stranger = world.app.stranger();
    stranger
        .post("/forgot-password", &[("email", ADA)])
        .await
        .expect(303);
    let mail = world.mail(6, ADA);
    confirm(&world.ada, &new).await;
    let (_, rest) = mail
        .text
        .split_once("Choose a new password:\n")
        .expect("a link");
    let path = rest.lines().next().expect("an address");
    let path = &path[format!("http://{}", world.app.address).len()..];
    let led = stranger.get(path).await.expect(303);
    let page = stranger.follow(&led).await.page();
    assert_eq!(page.one("h1"), "This link does not work any more");
    // Nor is a link for the one any for the other.
    assert_eq!(world.count("reset_links"), "0");
}

#[actix_web::test]
async fn a_reset_of_the_password_ends_it_too() {
    let world = World::new().await;
    world.ask(NEW).await.expect(303);
    let [old, _] = world.links(2, NEW);
    let token = old.split_once('=').expect("a token").1;
    let stranger = world.app.stranger();
    let fields = [
        ("token", token),
        ("new", "marble otters juggle seven plums"),
    ];
    // It is bound to what it is for.
    stranger.post("/reset-password", &fields).await.expect(409);
    stranger
        .post("/forgot-password", &[("email", ADA)])
        .await
        .expect(303);
    let mail = world.mail(3, ADA);
    let (_, token) = mail.text.split_once("?token=").expect("a token");
    let token = token.lines().next().expect("a token");
    let fields = [
        ("token", token),
        ("new", "marble otters juggle seven plums"),
    ];
    stranger.post("/reset-password", &fields).await.expect(303);
    assert_eq!(world.count("email_changes"), "0");
}

#[actix_web::test]
async fn mistakes_are_told_and_nothing_is_sent() {
    let world = World::new().await;
    for (typed, why) in [
        ("", "Enter an email address"),
        ("ada <b>", "such as ada@example.com"),
        (ADA, "That is your email already"),
    ] {
        let reply = world.ask(typed).await.expect(422);
        let page = reply.page();
        assert!(page.title().starts_with("Error: "), "{}", page.title());
        assert!(page.one("#email-error").contains(why), "{typed}");
        assert_eq!(page.form(EMAIL).value("email"), Some(typed));
        assert!(!reply.text().contains("ada <b>"), "escaped");
        assert_eq!(page.form(ACCOUNT).value("name"), Some("Ada Park"));
    }
    assert_eq!(world.count("outbox"), "0");
    assert_eq!(world.ada.get(EMAIL).await.location(), ACCOUNT);
    // The other case of the same address is another writing of it.
    world.ask(&ADA.to_uppercase()).await.expect(303);
    world.server.expect(2);
}

#[actix_web::test]
async fn five_rounds_of_mails_are_enough() {
    let world = World::new().await;
    world.ask(NEW).await.expect(303);
    for _ in 0..4 {
        world.ada.post(AGAIN, &[]).await.expect(303);
    }
    let limited = world.ada.post(AGAIN, &[]).await.expect(429);
    let page = limited.page();
    assert!(page.title().starts_with("Error: ") && page.offers(CANCEL));
    assert!(
        page.one("[role=alert]")
            .contains("Several mails were sent already.")
    );
    world.ada.post(CANCEL, &[]).await.expect(303);
    let limited = world.ask("bo@northlight.example").await.expect(429);
    assert!(!limited.header("retry-after").is_empty());
    let page = limited.page();
    assert!(page.one("#email-error").contains("Try again in"));
    assert_eq!(
        page.form(EMAIL).value("email"),
        Some("bo@northlight.example")
    );
    world.server.expect(10);
}

#[actix_web::test]
async fn without_mail_the_page_says_why_not() {
    let app = TestApp::start();
    let ada = app.set_up().await;
    let page = account(&ada).await;
    assert!(
        page.text().contains("this Keyroom sends none"),
        "{}",
        page.text()
    );
    assert!(!page.offers(EMAIL) && page.text().contains(ADA));
    for path in [EMAIL, AGAIN] {
        let reply = ada.post(path, &[("email", NEW)]).await;
        assert!([400, 409].contains(&reply.status), "{}", reply.asked);
    }
    ada.post(EMAIL, &[("email", NEW)]).await.expect(409);
    assert_eq!(
        app.sql(|sql| sql.line("SELECT count(*)::text AS line FROM email_changes")),
        "0"
    );
}

#[actix_web::test]
async fn the_tokens_are_in_the_mails_alone() {
    let world = World::new().await;
    world.ask(NEW).await.expect(303);
    let links = world.links(2, NEW);
    let dump = world.app.sql(|sql| sql.dump());
    for link in links {
        let token = link.split_once('=').expect("a token").1;
        assert!(!dump.values().flatten().any(|row| row.contains(token)));
        confirm(&world.ada, &link).await;
        let told = crate::support::log::lines();
        let ours =
            |line: &&String| !line.contains(" html5ever::") && !line.contains(" selectors::");
        assert!(!told.iter().filter(ours).any(|line| line.contains(token)));
    }
}
