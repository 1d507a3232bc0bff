//! *Forgot your password?*: a link by mail, for 30 minutes and once.

use actix_web::http::Method;
use chrono::TimeDelta;
use futures_util::future::join_all;
use keyroom::{actor::Role, auth, people::TypedPassword, policy::Unscoped};

use crate::{
    mail::server::{MailServer, Taken},
    program::wait_until,
    routes::are_alike,
    scenes::{ADA, KEYS},
    support::{Browser, TestApp, http::Reply, log, make},
};

const FORGOT: &str = "/forgot-password";
const RESET: &str = "/reset-password";
const NOBODY: &str = "nobody@brightwater.example";
const FRESH: &str = "marble otters juggle seven plums";
const OVER: &str = "This link does not work any more";

struct World {
    app: TestApp,
    server: MailServer,
}

impl World {
    /// Set up, with a mail server; Ada is its owner.
    fn new() -> Self {
        let server = MailServer::start();
        let app = TestApp::start_mailing(&server.url());
        make::workspace(&app, "Brightwater");
        Self { app, server }
    }

    async fn ask(&self, email: &str) -> Reply {
        ask(&self.app.stranger(), email).await
    }

    /// The path of the link in the `n`th mail, which is the last so far.
    #[track_caller]
    fn link(&self, n: usize) -> String {
        let mail = self.server.expect(n).remove(n - 1);
        link(&self.app, &mail)
    }

    async fn sign_in(&self, password: &str) -> Reply {
        let fields = [("email", ADA), ("password", password)];
        self.app.stranger().post("/sign-in", &fields).await
    }

    fn count(&self, what: &str) -> String {
        let query = format!("SELECT count(*)::text AS line FROM {what}");
        self.app.sql(|sql| sql.line(&query))
    }
}

/// Fills in the form of the page.
async fn ask(browser: &Browser, email: &str) -> Reply {
    let form = browser.get(FORGOT).await.expect(200).page().form(FORGOT);
    browser.submit(&form.with("email", email)).await
}

#[track_caller]
fn link(app: &TestApp, mail: &Taken) -> String {
    assert_eq!(mail.header("Subject"), "Reset your Keyroom password");
    let (_, rest) = mail
        .text
        .split_once("Choose a new password:\n")
        .expect("a link");
    let url = rest.lines().next().expect("an address");
    assert!(mail.html.contains(url), "{}", mail.html);
    let path = url.strip_prefix(&format!("http://{}", app.address));
    path.expect("an address of ours").to_owned()
}

/// Follows a link, up to the page that it leads to.
async fn follow(browser: &Browser, link: &str) -> Reply {
    let led = browser.get(link).await.expect(303);
    assert_eq!(led.location(), RESET, "no token in the second address");
    browser.follow(&led).await.expect(200)
}

async fn choose(browser: &Browser, link: &str, password: &str) -> Reply {
    let page = follow(browser, link).await.page();
    let form = page.form(RESET);
    browser.submit(&form.with("new", password)).await
}

#[track_caller]
fn is_over(reply: &Reply) {
    assert_eq!(reply.page().one("h1"), OVER, "{}", reply.asked);
    assert!(
        reply.page().has(&format!(r#"a[href="{FORGOT}"]"#)),
        "it leads on"
    );
}

#[actix_web::test]
async fn whoever_forgot_gets_back_in_and_nobody_else_stays() {
    let world = World::new();
    let app = &world.app;
    app.clock.stop();
    let elsewhere = app.sign_in(ADA).await;
    // Locked out by guesses, too.
    world
        .sign_in("purple tractor sings at noon")
        .await
        .expect(422);
    world.sign_in(make::PASSWORD).await.expect(429);
    let browser = app.stranger();
    let door = browser.get("/sign-in").await.expect(200).page();
    assert_eq!(door.attributes(".foot a", "href"), [FORGOT]);
    let asked = ask(&browser, &ADA.to_uppercase()).await.expect(303);
    let page = browser.follow(&asked).await.expect(200).page();
    assert!(page.one("#flash").contains("Check your mail."));

    let mail = world.server.expect(1).remove(0);
    assert_eq!(mail.to, ADA);
    for words in ["Device: Firefox on Linux\n", "works once, until "] {
        assert!(mail.text.contains(words), "{words} in {}", mail.text);
    }
    let link = link(app, &mail);
    let page = follow(&browser, &link).await.page();
    assert!(page.text().contains(ADA));
    assert_eq!(page.form(RESET).value("email"), Some(ADA));
    let done = choose(&browser, &link, FRESH).await.expect(303);
    assert_eq!(done.location(), "/sign-in");
    let page = browser.follow(&done).await.expect(200).page();
    assert!(page.one("#flash").contains("Your password is changed."));

    let door = elsewhere.get(KEYS).await.expect(303);
    assert!(door.location().starts_with("/sign-in"));
    assert_eq!(world.count("sessions"), "0");
    // At once; and with a browser that is known by now, so that nobody is told of it.
    let fields = [("email", ADA), ("password", FRESH)];
    browser.post("/sign-in", &fields).await.expect(303);
    world.sign_in(make::PASSWORD).await.expect(422);
    let told = world.server.expect(2).remove(1);
    assert_eq!(
        (told.to.as_str(), told.header("Subject")),
        (ADA, "Your Keyroom password was changed")
    );
    assert!(
        told.text
            .contains(&format!("IP address: {}\n", browser.ip())),
        "{}",
        told.text
    );
    let activity = browser.get("/account/activity").await.page();
    let said = activity.all(".items > li b");
    assert!(
        said.contains(&"The password was reset".to_owned())
            && said.contains(&"Somebody asked for a link to reset the password".to_owned()),
        "{said:?}"
    );
    assert!(!activity.text().contains("The server's command line"));
}

#[actix_web::test]
async fn the_answer_is_the_same_whether_there_is_an_account_or_not() {
    let world = World::new();
    let former = make::member(&world.app, "brightwater", Role::Member);
    world.app.sql(|sql| {
        sql.execute("UPDATE members SET removed_at = now() WHERE role = 'member'");
    });
    let mut answers = Vec::new();
    // The last one has an account, so once its mail has come, nothing of the others is on its way.
    for email in [NOBODY, "somebody@else.example", &former, ADA] {
        let browser = world.app.stranger();
        let asked = ask(&browser, email).await.expect(303);
        assert!(!asked.header("set-cookie").is_empty());
        let page = browser.follow(&asked).await.expect(200);
        answers.push((asked, page, email));
    }
    let (_, first, nobody) = &answers[0];
    for (asked, page, email) in &answers {
        assert_eq!(asked.location(), FORGOT);
        let mut told = page.page().one("#flash");
        assert!(told.contains(email), "{told}");
        told = told.replace(email, "");
        assert_eq!(told, first.page().one("#flash").replace(nobody, ""));
        are_alike(&world.app, (page, email), (first, nobody));
    }
    let mut to: Vec<String> = world.server.expect(2).into_iter().map(|m| m.to).collect();
    to.sort();
    let mut expected = [ADA.to_owned(), former];
    expected.sort();
    // Whoever is in no workspace any more has an account all the same.
    assert_eq!(to, expected);
    assert_eq!(world.count("outbox"), "2", "nothing is kept for the others");
}

#[actix_web::test]
async fn looking_at_a_link_uses_nothing_up_and_using_it_does() {
    let world = World::new();
    world.ask(ADA).await.expect(303);
    let link = world.link(1);
    for _ in 0..3 {
        // As programs that search mails do: without any cookies.
        world.app.stranger().get(&link).await.expect(303);
        let head = world.app.stranger();
        let ours = [("sec-fetch-site", "none")];
        head.send(Method::HEAD, &link, &ours, &[]).await.expect(303);
        follow(&world.app.stranger(), &link).await;
    }
    let browser = world.app.stranger();
    let form = follow(&browser, &link).await.page().form(RESET);
    for (password, why) in [
        ("", "Enter a password"),
        ("short", "at least 15 characters"),
        ("passwordpassword", "easy to guess"),
        (ADA, "easy to guess"),
    ] {
        let reply = browser
            .submit(&form.clone().with("new", password))
            .await
            .expect(422);
        let page = reply.page();
        assert!(page.title().starts_with("Error: "), "{}", page.title());
        assert!(page.one("#new-error").contains(why), "{password}");
        assert_eq!(page.form(RESET).value("new"), Some(""));
        assert_eq!(page.form(RESET).value("token"), form.value("token"));
    }
    choose(&browser, &link, FRESH).await.expect(303);
    is_over(&follow(&world.app.stranger(), &link).await);
    let again = form.with("new", "another lantern hums along");
    is_over(&browser.submit(&again).await.expect(409));
    world.sign_in(FRESH).await.expect(303);
}

#[actix_web::test]
async fn a_link_that_is_used_twice_at_once_is_used_once() {
    let world = World::new();
    world.ask(ADA).await.expect(303);
    let link = world.link(1);
    let browser = world.app.stranger();
    let form = follow(&browser, &link).await.page().form(RESET);
    let forms: Vec<_> = (0..4)
        .map(|n| form.clone().with("new", &format!("{FRESH} {n}")))
        .collect();
    let answers = join_all(forms.iter().map(|form| browser.submit(form))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|a| a.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409, 409]);
}

#[actix_web::test]
async fn a_link_works_for_thirty_minutes() {
    let world = World::new();
    world.ask(ADA).await.expect(303);
    let link = world.link(1);
    let lasts = world
        .app
        .sql(|sql| sql.line("SELECT (not_after - created_at)::text AS line FROM outbox"));
    assert_eq!(lasts, "00:30:00", "nor is it sent later");
    world
        .app
        .clock
        .advance(TimeDelta::minutes(30) - TimeDelta::seconds(5));
    let browser = world.app.stranger();
    let form = follow(&browser, &link).await.page().form(RESET);
    world.app.clock.advance(TimeDelta::seconds(5));
    is_over(&browser.get(RESET).await);
    is_over(&browser.submit(&form.with("new", FRESH)).await.expect(409));
    world.sign_in(make::PASSWORD).await.expect(303);
}

#[actix_web::test]
async fn a_newer_link_and_a_new_password_end_the_ones_before() {
    let world = World::new();
    let app = &world.app;
    let owner = app.sign_in(ADA).await;
    world.ask(ADA).await.expect(303);
    let first = world.link(1);
    world.ask(ADA).await.expect(303);
    let second = world.link(2);
    is_over(&follow(&app.stranger(), &first).await);
    let fields = [("current", make::PASSWORD), ("new", FRESH)];
    owner.post("/account/password", &fields).await.expect(303);
    is_over(&follow(&app.stranger(), &second).await);
    assert_eq!(
        world.server.expect(3)[2].header("Subject"),
        "Your Keyroom password was changed"
    );
    // As does the operator.
    world.ask(ADA).await.expect(303);
    let third = world.link(4);
    let reset = app.db.run_here(|conn| {
        let why = Unscoped::because("a test resets a password");
        let user = keyroom::people::find_user(conn, why, ADA)?.expect("Ada");
        let password = TypedPassword::new(FRESH.to_owned()).choose(&[]);
        let hasher = keyroom::people::Hasher::new().expect("a hasher");
        let hash = hasher.hash_here(&password.expect("good"))?;
        let source = keyroom::actor::Source::default();
        auth::reset_password(conn, why, &user, &hash, &source, app.clock.now())
    });
    reset.expect("reset");
    is_over(&follow(&app.stranger(), &third).await);
}

#[actix_web::test]
async fn what_is_no_link_opens_nothing() {
    let world = World::new();
    world.ask(ADA).await.expect(303);
    let link = world.link(1);
    let browser = world.app.stranger();
    is_over(&browser.get(RESET).await.expect(200));
    let token = link.split_once('=').expect("a token").1.to_owned();
    let (short, upper) = (&token[1..], token.to_uppercase());
    // Nor one that nobody was given yet, and one of an address without an account.
    world.app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO reset_links
             SELECT sha256('y'), sha256('reset password\\000{}'), NULL, now(), now() + interval '30 minutes'",
            "B".repeat(43)
        ));
    });
    let (nobodys, long) = ("B".repeat(43), "A".repeat(3000));
    for wrong in ["", "x", short, &upper, &nobodys, &long, "ä%00"] {
        let fields = [("token", wrong), ("new", FRESH)];
        let reply = world.app.stranger().post(RESET, &fields).await;
        is_over(&reply.expect(409));
    }
    assert_eq!(
        world.count("account_events WHERE action = 'account.password_reset'"),
        "0"
    );
    // What comes in an address goes into no header of the answer.
    for wrong in [
        "x%3B%20Domain%3Devil.example",
        "x%0D%0ASet-Cookie:%20keyroom=evil",
        "%C3%A4",
        "",
        &long,
    ] {
        let browser = world.app.stranger();
        browser.set_cookie("keyroom_reset", &token);
        let led = browser
            .get(&format!("{RESET}?token={wrong}"))
            .await
            .expect(303);
        assert_eq!(led.location(), RESET);
        assert_eq!(browser.cookie("keyroom_reset"), None, "{wrong}");
        assert!(!led.header("set-cookie").contains("evil"), "{wrong}");
        is_over(&browser.get(RESET).await.expect(200));
    }
}

#[actix_web::test]
async fn a_link_is_of_no_use_to_a_mailbox_that_its_person_left() {
    let world = World::new();
    world.ask(ADA).await.expect(303);
    let link = world.link(1);
    // As if it had been written while they left it.
    world.app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE users SET email = 'ada@northlight.example' WHERE email = '{ADA}'"
        ));
    });
    is_over(&follow(&world.app.stranger(), &link).await);
    let token = link.split_once('=').expect("a token").1;
    let fields = [("token", token), ("new", FRESH)];
    let reply = world.app.stranger().post(RESET, &fields).await;
    is_over(&reply.expect(409));
}

#[actix_web::test]
async fn the_link_leads_to_the_public_address_whatever_the_request_says() {
    let world = World::new();
    let headers = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("user-agent", "evil.example/call +49 30 evil"),
        ("sec-fetch-site", "same-origin"),
    ];
    let stranger = world.app.stranger();
    let fields = [("email", ADA)];
    let reply = stranger.send(Method::POST, FORGOT, &headers, &fields).await;
    reply.expect(303);
    let mail = world.server.expect(1).remove(0);
    assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
    link(&world.app, &mail);
}

#[actix_web::test]
async fn the_token_is_in_the_mail_and_in_the_form_and_nowhere_else() {
    let world = World::new();
    world.ask(ADA).await.expect(303);
    let link = world.link(1);
    let token = link.split_once('=').expect("a token").1.to_owned();
    let browser = world.app.stranger();
    let page = follow(&browser, &link).await;
    let (form, text) = (page.page().form(RESET), page.text());
    assert_eq!(text.matches(&token).count(), 1, "in its own field");
    assert_eq!(form.value("token"), Some(token.as_str()));
    let dump = world.app.sql(|sql| sql.dump());
    assert!(!dump.values().flatten().any(|row| row.contains(&token)));
    browser.submit(&form.with("new", FRESH)).await.expect(303);
    assert_eq!(browser.cookie("keyroom_reset"), None, "it is put down");
    let lines = log::lines();
    let asked = "GET /reset-password 303";
    assert!(lines.iter().any(|line| line.contains(asked)), "{asked}");
    let ours = |line: &&String| !line.contains(" html5ever::") && !line.contains(" selectors::");
    let told: Vec<&String> = lines
        .iter()
        .filter(ours)
        .filter(|l| l.contains(&token))
        .collect();
    assert!(told.is_empty(), "{told:?}");
}

#[actix_web::test]
async fn somebody_who_is_signed_in_may_ask_too() {
    let world = World::new();
    let owner = world.app.sign_in(ADA).await;
    ask(&owner, ADA).await.expect(303);
    choose(&owner, &world.link(1), FRESH).await.expect(303);
    let door = owner.get(KEYS).await.expect(303);
    assert!(door.location().starts_with("/sign-in"), "that session too");
}

#[actix_web::test]
async fn an_address_is_written_to_five_times_and_then_one_at_a_time() {
    let world = World::new();
    for email in [ADA, NOBODY] {
        for n in 0..5 {
            let typed = if n == 0 {
                email.to_uppercase()
            } else {
                email.to_owned()
            };
            world.ask(&typed).await.expect(303);
        }
        let limited = world.ask(email).await.expect(429);
        let wait: u32 = limited.header("retry-after").parse().expect("seconds");
        assert!((500..=600).contains(&wait), "{wait}");
        let page = limited.page();
        assert!(page.title().starts_with("Error: "));
        assert!(
            page.one("#email-error")
                .contains("This was asked for several times.")
        );
        assert_eq!(page.form(FORGOT).value("email"), Some(email));
    }
    // The last of them works still.
    let links = world.server.expect(5);
    let newest = wait_for_the_newest(&world, &links).await;
    assert!(newest, "one of the five opens");
}

/// Whether one of these opens.
async fn wait_for_the_newest(world: &World, mails: &[Taken]) -> bool {
    let mut open = 0;
    for mail in mails {
        let page = follow(&world.app.stranger(), &link(&world.app, mail))
            .await
            .page();
        open += usize::from(page.offers(RESET));
    }
    open == 1
}

#[actix_web::test]
async fn one_network_asks_ten_times_and_then_one_at_a_time() {
    let world = World::new();
    let browser = world.app.stranger();
    for n in 0..10 {
        let email = format!("person-{n}@example.com");
        browser.post(FORGOT, &[("email", &email)]).await.expect(303);
    }
    let limited = browser.post(FORGOT, &[("email", ADA)]).await.expect(429);
    assert!(limited.page().text().contains("Too many attempts"));
    // Passwords are as dear as addresses.
    let fields = [("token", "x"), ("new", FRESH)];
    browser.post(RESET, &fields).await.expect(429);
    world.ask(ADA).await.expect(303);
    world.server.expect(1);
}

#[actix_web::test]
async fn what_is_no_address_is_told_and_kept() {
    let world = World::new();
    for (typed, why) in [
        ("", "Enter an email address"),
        ("ada <b>", "such as ada@example.com"),
    ] {
        let reply = world.ask(typed).await.expect(422);
        let page = reply.page();
        assert!(page.title().starts_with("Error: "));
        assert!(page.one("#email-error").contains(why), "{typed}");
        assert_eq!(page.form(FORGOT).value("email"), Some(typed));
        assert!(!reply.text().contains("ada <b>"), "escaped");
    }
    assert_eq!(world.count("reset_links"), "0");
}

#[actix_web::test]
async fn without_mail_the_page_says_who_helps() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let stranger = app.stranger();
    let door = stranger.get("/sign-in").await.expect(200).page();
    let told = "An administrator of this server resets it with keyroom reset-password";
    assert!(door.one(".foot").contains(told), "{}", door.one(".foot"));
    assert!(!door.has(".foot a"));
    let page = stranger.get(FORGOT).await.expect(200).page();
    assert!(page.text().contains("keyroom reset-password"));
    assert!(!page.has("form"));
    let reply = stranger.post(FORGOT, &[("email", ADA)]).await.expect(409);
    assert!(reply.page().text().contains("keyroom reset-password"));
    let left = app.sql(|sql| sql.line("SELECT count(*)::text AS line FROM reset_links"));
    assert_eq!(left, "0");
}

#[actix_web::test]
async fn links_that_are_over_are_forgotten() {
    let world = World::new();
    world.ask(NOBODY).await.expect(303);
    let given = || world.count("reset_links") == "1";
    assert!(wait_until(std::time::Duration::from_secs(10), given));
    let sweep = async |minutes| {
        let now = world.app.clock.now() + TimeDelta::minutes(minutes);
        let why = Unscoped::because("a test looks after an installation");
        auth::sweep(&world.app.db, why, now).await.expect("swept");
        world.count("reset_links")
    };
    assert_eq!(sweep(29).await, "1");
    assert_eq!(sweep(31).await, "0");
}
