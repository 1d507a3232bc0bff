//! A change to all keys that match, however many: selected in one moment, done chunk after chunk, each key once.

use chrono::TimeDelta;
use futures_util::future::{join, join3};
use keyroom::{actor::Role, keys};

use crate::{
    bulk::{entries, states, undo_of},
    scenes::{AUDIT, KEYS},
    support::{
        Browser, TestApp,
        http::Reply,
        make,
        page::{Form, Page},
    },
};

/// Keys of the workspace, numbered from 1.
fn many(app: &TestApp, n: usize) {
    let at = app.clock.now();
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at)
             SELECT w.id, lpad(n::text, 12, '0'), 'secret', 'key ' || n, '{{OBJECTS_LIST}}', '{at}', '{at}'
             FROM workspaces w, generate_series(1, {n}) n WHERE w.slug = 'brightwater'"
        ));
    });
}

fn number(app: &TestApp, of: &str) -> usize {
    let query = format!("SELECT count(*)::text AS line FROM {of}");
    app.sql(|sql| sql.line(&query)).parse().expect("a number")
}

/// The list with all that matches selected, and one of the buttons pressed.
async fn select_all(browser: &Browser, query: &str, what: &str) -> Reply {
    let path = format!("{KEYS}?{query}select=all");
    let page = browser.get(&path).await.expect(200).page();
    let form = page.form("#bulk").with("do", what);
    browser.submit(&form).await
}

fn question(reply: &Reply, noun: &str) -> Form {
    reply.page().form(&format!("{KEYS}/{noun}"))
}

/// The address of a run that was begun so.
async fn begun(browser: &Browser, query: &str, what: &str, noun: &str) -> String {
    let asked = select_all(browser, query, what).await.expect(200);
    let answer = browser.submit(&question(&asked, noun)).await.expect(303);
    let at = answer.location().to_owned();
    assert!(at.starts_with(&format!("{KEYS}/runs/")), "{at}");
    at
}

/// What the server does beside the requests.
async fn chunk(app: &TestApp) -> usize {
    keys::carry_on_once(&app.db, &app.clock)
        .await
        .expect("a database")
}

async fn to_the_end(app: &TestApp) {
    while chunk(app).await > 0 {}
}

/// "Running: 4,500 selected, 0 changed, 0 skipped, 4,500 left".
async fn figures(browser: &Browser, run: &str) -> String {
    let page = browser.get(run).await.expect(200).page();
    let figures = page.all(".run-figs dd").join(" ");
    format!("{}: {figures}", page.one("#run-state"))
}

fn button(page: &Page, run: &str, what: &str) -> Form {
    page.form(&format!("{run}/{what}"))
}

async fn press(browser: &Browser, run: &str, what: &str) -> Reply {
    let page = browser.get(run).await.expect(200).page();
    browser.submit(&button(&page, run, what)).await
}

#[actix_web::test]
async fn all_that_match_are_a_second_step_and_are_changed_at_once_up_to_two_thousand() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    many(&app, 60);
    let list = admin
        .get(&format!("{KEYS}?q=key&sort=label"))
        .await
        .expect(200)
        .page();
    let step = list.attributes(".bulk a.link", "href")[0].clone();
    assert!(list.text().contains("Select all 60 keys"));
    let selected = admin.get(&step).await.expect(200).page();
    assert!(
        selected
            .text()
            .contains("All 60 keys that match are selected")
    );
    assert!(
        !selected.has("input[name=id]"),
        "no box that stands for one key"
    );
    let form = selected.form("#bulk").with("do", "deactivate");
    let asked = admin.submit(&form).await.expect(200);
    assert_eq!(asked.page().one("#dialog-title"), "Deactivate 60 keys?");
    // Made after it was asked: not selected.
    make::key(&app, "brightwater", "key of later");
    let done = admin
        .submit(&question(&asked, "deactivations"))
        .await
        .expect(303);
    assert!(!done.location().contains("select"), "{}", done.location());
    assert_eq!(number(&app, "keys WHERE deactivated_at IS NOT NULL"), 60);
    let undo = undo_of(&admin.follow(&done).await.page());
    admin.submit(&undo).await.expect(303);
    assert_eq!(number(&app, "keys WHERE deactivated_at IS NOT NULL"), 0);

    // Only what matches.
    let asked = select_all(&admin, "q=key+1&", "deactivate")
        .await
        .expect(200);
    assert_eq!(asked.page().one("#dialog-title"), "Deactivate 11 keys?");
    let few = admin
        .get(&format!("{KEYS}?q=key+1"))
        .await
        .expect(200)
        .page();
    assert!(
        !few.text().contains("Select all 11 keys"),
        "all of them are on the page"
    );
}

#[actix_web::test]
async fn more_go_by_chunks_with_figures_that_add_up_and_are_taken_back_the_same_way() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    many(&app, 4_500);
    app.sql(|sql| sql.execute("UPDATE keys SET deactivated_at = now() WHERE id > '000000004200'"));
    let asked = select_all(&admin, "", "deactivate").await.expect(200);
    let said = asked.page().text();
    assert_eq!(asked.page().one("#dialog-title"), "Deactivate 4,200 keys?");
    assert!(said.contains("300 keys skipped"), "{said}");
    assert!(said.contains("you can stop in between"), "{said}");
    let run = admin
        .submit(&question(&asked, "deactivations"))
        .await
        .expect(303);
    let run = run.location().to_owned();
    assert_eq!(figures(&admin, &run).await, "Running: 4,500 0 0 4,500");
    make::key(&app, "brightwater", "key of later");
    assert_eq!(chunk(&app).await, 1);
    assert_eq!(figures(&admin, &run).await, "Running: 4,500 2,000 0 2,500");
    let list = admin.get(KEYS).await.expect(200).text();
    assert!(list.contains("2,000 of 4,500 keys are done"), "{list}");
    to_the_end(&app).await;
    assert_eq!(figures(&admin, &run).await, "Done: 4,500 4,200 300 0");
    assert!(
        admin
            .get(&run)
            .await
            .text()
            .contains("300 keys skipped: deactivated already")
    );
    assert_eq!(entries(&app, "key.deactivated"), 4_200);
    assert_eq!(
        number(&app, "keys WHERE deactivated_at IS NULL"),
        1,
        "that of later"
    );
    assert!(!admin.get(KEYS).await.text().contains("keys are done"));
    for action in ["started", "ended"] {
        let log = admin
            .get(&format!("{AUDIT}?action=key_run.{action}"))
            .await
            .expect(200);
        let said = format!("{action} a change to many keys:");
        assert!(log.text().contains(&said), "{said}");
    }

    let back = press(&admin, &run, "reversal")
        .await
        .expect(303)
        .location()
        .to_owned();
    assert_ne!(back, run);
    app.sql(|sql| {
        sql.execute(
            "UPDATE keys SET updated_at = now() + interval '1 hour' WHERE id = '000000000007'",
        )
    });
    to_the_end(&app).await;
    assert_eq!(figures(&admin, &back).await, "Done: 4,200 4,199 1 0");
    assert!(
        admin
            .get(&back)
            .await
            .text()
            .contains("1 key skipped: changed by somebody since")
    );
    assert_eq!(entries(&app, "key.activated"), 4_199);
    assert_eq!(number(&app, "keys WHERE deactivated_at IS NOT NULL"), 301);
    let page = admin.get(&run).await.page();
    assert!(!page.offers(&format!("{run}/reversal")), "once");
    admin
        .post(&format!("{run}/reversal"), &[])
        .await
        .expect(409);
    admin
        .post(&format!("{back}/reversal"), &[])
        .await
        .expect(409);
}

#[actix_web::test]
async fn many_are_revoked_only_by_the_words_and_edited_only_after_they_were_shown() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    many(&app, 2_001);
    let asked = select_all(&admin, "status=active&", "add_permissions")
        .await
        .expect(200);
    let form = question(&asked, "edits").also("permission", "FILE_UPLOAD");
    let none = admin.submit(&question(&asked, "edits")).await.expect(422);
    assert!(none.page().has("#permissions-error"));
    let shown = admin.submit(&form).await.expect(200);
    assert_eq!(shown.page().one("#dialog-title"), "Change 2,001 keys?");
    assert_eq!(number(&app, "key_runs"), 0);
    let run = admin.submit(&question(&shown, "edits")).await.expect(303);
    let run = run.location().to_owned();
    to_the_end(&app).await;
    assert_eq!(figures(&admin, &run).await, "Done: 2,001 2,001 0 0");
    assert_eq!(
        number(
            &app,
            "keys WHERE permissions = '{OBJECTS_LIST,FILE_UPLOAD}'"
        ),
        2_001
    );
    assert_eq!(entries(&app, "key.edited"), 2_001);
    press(&admin, &run, "reversal").await.expect(303);
    to_the_end(&app).await;
    assert_eq!(
        number(&app, "keys WHERE permissions = '{OBJECTS_LIST}'"),
        2_001
    );

    let asked = select_all(&admin, "", "revoke").await.expect(200);
    let form = question(&asked, "revocations").with("confirm", "revoke 2,000 keys");
    let wrong = admin.submit(&form).await.expect(422);
    assert!(
        wrong
            .page()
            .one("#confirm-error")
            .contains("Type revoke 2,001 keys")
    );
    assert_eq!(number(&app, "keys WHERE revoked_at IS NOT NULL"), 0);
    let form = question(&wrong, "revocations")
        .with("reason", "compromised")
        .with("confirm", "revoke 2,001 keys");
    let run = admin.submit(&form).await.expect(303).location().to_owned();
    to_the_end(&app).await;
    assert_eq!(
        number(&app, "keys WHERE revoked_for = 'compromised'"),
        2_001
    );
    let page = admin.get(&run).await.page();
    assert!(
        !page.offers(&format!("{run}/reversal")),
        "what is compromised stays so"
    );
    admin
        .post(&format!("{run}/reversal"), &[])
        .await
        .expect(409);
}

#[actix_web::test]
async fn a_workspace_has_one_at_a_time_and_a_stopped_one_changes_nothing_more() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let second = app.member(Role::Admin).await;
    many(&app, 4_001);
    let asked = select_all(&second, "", "deactivate").await.expect(200);
    let run = begun(&admin, "", "deactivate", "deactivations").await;
    let busy = second
        .submit(&question(&asked, "deactivations"))
        .await
        .expect(409);
    assert!(busy.text().contains("Your change was not started."));
    assert!(busy.page().offers(&format!("{run}/stop")));
    select_all(&second, "", "activate").await.expect(409);
    chunk(&app).await;
    press(&second, &run, "stop").await.expect(303);
    to_the_end(&app).await;
    assert_eq!(figures(&admin, &run).await, "Stopped: 4,001 2,000 0 2,001");
    assert_eq!(number(&app, "keys WHERE deactivated_at IS NOT NULL"), 2_000);
    second.post(&format!("{run}/stop"), &[]).await.expect(409);
    assert_eq!(entries(&app, "key_run.stopped"), 1);
    let next = begun(&second, "", "deactivate", "deactivations").await;
    to_the_end(&app).await;
    assert_eq!(figures(&admin, &next).await, "Done: 4,001 2,001 2,000 0");
    // What is left of the first one goes with time.
    let later = app.clock.now() + TimeDelta::days(31);
    let upkeep = keyroom::policy::Unscoped::because("a test is the upkeep");
    app.db
        .run_here(|conn| keys::forget_runs(conn, upkeep, app.clock.now() - TimeDelta::days(30)))
        .expect("well");
    assert_eq!(
        (number(&app, "key_runs"), number(&app, "key_run_chunks")),
        (2, 0)
    );
    app.db
        .run_here(|conn| keys::forget_runs(conn, upkeep, later))
        .expect("well");
    assert_eq!(number(&app, "key_runs"), 0);
    admin.get(&run).await.expect(404);
}

#[actix_web::test]
async fn it_ends_with_the_right_of_whoever_started_it_and_with_the_workspace() {
    for harm in [
        "UPDATE members SET suspended_at = now() WHERE role = 'admin'",
        "UPDATE members SET removed_at = now() WHERE role = 'admin'",
        "UPDATE members SET role = 'member' WHERE role = 'admin'",
        "UPDATE workspaces SET deleted_at = now()",
    ] {
        let app = TestApp::start();
        let owner = app.set_up().await;
        let admin = app.member(Role::Admin).await;
        many(&app, 4_001);
        let run = begun(&admin, "", "deactivate", "deactivations").await;
        chunk(&app).await;
        app.sql(|sql| sql.execute(harm));
        to_the_end(&app).await;
        app.sql(|sql| sql.execute("UPDATE workspaces SET deleted_at = NULL"));
        let said = figures(&owner, &run).await;
        assert_eq!(said, "Ended early: 4,001 2,000 0 2,001", "{harm}");
        to_the_end(&app).await;
        assert_eq!(
            number(&app, "keys WHERE deactivated_at IS NOT NULL"),
            2_000,
            "{harm}"
        );
    }
}

#[actix_web::test]
async fn two_servers_a_stop_and_an_edit_at_once_change_no_key_twice() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    many(&app, 6_001);
    let run = begun(&admin, "", "deactivate", "deactivations").await;
    let one = format!("{KEYS}/000000000001");
    let twin = admin.twin();
    let (a, b, edited) = join3(
        chunk(&app),
        chunk(&app),
        twin.post(
            &format!("{one}/revocation"),
            &[("reason", "unneeded"), ("confirm", "key 1")],
        ),
    )
    .await;
    assert!(a + b >= 1);
    edited.expect(303);
    let (_, stopped) = join(chunk(&app), twin.post(&format!("{run}/stop"), &[])).await;
    stopped.expect(303);
    to_the_end(&app).await;
    let entries = entries(&app, "key.deactivated");
    let held = number(&app, "keys WHERE deactivated_at IS NOT NULL");
    assert_eq!(entries, held, "an entry for each key");
    let told = app.sql(|sql| {
        sql.line("SELECT changed || ' ' || state || ' ' || (total - changed - skipped = (SELECT coalesce(sum(cardinality(key_ids)), 0) FROM key_run_chunks)) AS line FROM key_runs")
    });
    assert_eq!(told, format!("{entries} stopped true"));
    assert_eq!(number(&app, "keys WHERE revoked_at IS NOT NULL"), 1);
}

#[actix_web::test]
async fn who_may_not_sees_and_stops_none_and_no_list_is_made_up() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    let other = app.workspace("Other").await;
    let member = app.member(Role::Member).await;
    many(&app, 2_001);
    let all = [("matching", "")];
    for noun in [
        "activations",
        "deactivations",
        "restorations",
        "selection",
        "edits",
    ] {
        let path = format!("{KEYS}/{noun}");
        let mut fields = all.to_vec();
        match noun {
            "selection" => fields.push(("do", "deactivate")),
            "edits" => fields.extend([
                ("do", "add_permissions"),
                ("permission", "FILE_UPLOAD"),
                ("sure", "yes"),
            ]),
            _ => {}
        }
        member.post(&path, &fields).await.expect(403);
        other.post(&path, &fields).await.expect(404);
        app.stranger().post(&path, &fields).await.expect(303);
        for odd in [
            "status=lost",
            "before=x",
            "permission=FILE_FLY",
            "select=all",
        ] {
            fields[0] = ("matching", odd);
            admin.post(&path, &fields).await.expect(404);
        }
    }
    assert_eq!(number(&app, "key_runs"), 0);
    let run = begun(&admin, "", "deactivate", "deactivations").await;
    let theirs = run.replace("brightwater", "other");
    for path in [format!("{run}/stop"), format!("{run}/reversal")] {
        member.post(&path, &[]).await.expect(403);
        other.post(&path, &[]).await.expect(404);
        other
            .post(&path.replace("brightwater", "other"), &[])
            .await
            .expect(404);
    }
    member.get(&run).await.expect(403);
    other.get(&theirs).await.expect(404);
    admin
        .get(&format!("{KEYS}/runs/018f0000-0000-7000-8000-000000000001"))
        .await
        .expect(404);
    admin.get(&format!("{KEYS}?select=some")).await.expect(200);
    admin
        .post(&format!("{run}/reversal"), &[])
        .await
        .expect(409);
    to_the_end(&app).await;
    assert_eq!(states(&app).len(), 2_001);
    // Nobody is left that it fits.
    let asked = select_all(&admin, "status=deactivated&", "activate")
        .await
        .expect(200);
    let run = admin
        .submit(&question(&asked, "activations"))
        .await
        .expect(303);
    to_the_end(&app).await;
    assert!(
        figures(&admin, run.location())
            .await
            .starts_with("Done: 2,001 2,001")
    );
    admin
        .submit(&question(&asked, "activations"))
        .await
        .expect(409);
}

#[actix_web::test]
async fn keys_of_others_and_suspended_ones_are_left_out_and_an_owner_narrows_what_is_selected() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    many(&app, 2_100);
    let named =
        |name: &str, email: &str| make::named(&app, "brightwater", name, email, Role::Member);
    let (sam, lena) = (
        named("Sam", "sam@x.example"),
        named("Lena", "lena@x.example"),
    );
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET owner_member_id = '{sam}' WHERE id <= '000000000040';
             UPDATE keys SET owner_member_id = '{lena}' WHERE id BETWEEN '000000000041' AND '000000000100'"
        ));
        sql.execute("UPDATE keys SET deactivated_at = now()");
    });
    make::suspended(&app, &lena);
    app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE keys SET suspended_at = now() WHERE owner_member_id = '{lena}'"
        ))
    });
    let asked = select_all(&admin, "", "activate").await.expect(200);
    let said = asked.page().text();
    assert!(
        said.contains("60 keys skipped , suspended with their owner"),
        "{said}"
    );
    assert!(
        said.contains("Personal keys of other members are skipped"),
        "{said}"
    );
    let run = begun(&admin, "", "activate", "activations").await;
    to_the_end(&app).await;
    assert_eq!(figures(&admin, &run).await, "Done: 2,100 2,000 100 0");
    let why = admin.get(&run).await.page().text();
    assert!(why.contains("100 keys skipped"), "{why}");
    assert!(why.contains("personal keys of other members"), "{why}");
    assert_eq!(
        number(
            &app,
            "keys WHERE owner_member_id IS NOT NULL AND deactivated_at IS NULL"
        ),
        0
    );

    // Only the keys of one owner are selected, and noted so.
    let list = admin
        .get(&format!("{KEYS}?owner=workspace"))
        .await
        .expect(200)
        .page();
    let step = list.attributes(".bulk a.link", "href")[0].clone();
    assert!(step.contains("owner=workspace"), "{step}");
    app.sql(|sql| sql.execute(&format!("UPDATE keys SET owner_member_id = '{sam}', deactivated_at = NULL WHERE id <= '000000002050'")));
    let run = begun(
        &admin,
        &format!("owner={sam}&"),
        "deactivate",
        "deactivations",
    )
    .await;
    to_the_end(&app).await;
    assert!(
        figures(&admin, &run).await.starts_with("Done: 2,050 "),
        "{}",
        figures(&admin, &run).await
    );
    assert_eq!(
        number(
            &app,
            "keys WHERE owner_member_id IS NULL AND deactivated_at IS NOT NULL"
        ),
        0
    );
    let kept = "SELECT matching AS line FROM key_runs ORDER BY started_at DESC, id DESC LIMIT 1";
    assert_eq!(app.sql(|sql| sql.line(kept)), format!("owner={sam}"));
}

#[actix_web::test]
async fn what_compromised_keys_have_made_ends_with_them_also_in_a_run() {
    let app = TestApp::start();
    let admin = app.set_up().await;
    many(&app, 2_050);
    // It does not match, and was made by one that does.
    let made = make::key(&app, "brightwater", "child");
    let maker = make::MadeKey {
        id: "000000002049".to_owned(),
        secret: String::new(),
    };
    make::made_with(&app, &made, &maker);
    let asked = select_all(&admin, "q=key&", "revoke").await.expect(200);
    let form = question(&asked, "revocations")
        .with("reason", "compromised")
        .with("confirm", "revoke 2,050 keys");
    let run = admin.submit(&form).await.expect(303).location().to_owned();
    to_the_end(&app).await;
    assert_eq!(figures(&admin, &run).await, "Done: 2,050 2,050 0 0");
    let ended = format!(
        "SELECT revoked_for AS line FROM keys WHERE id = '{}'",
        made.id
    );
    assert_eq!(app.sql(|sql| sql.line(&ended)), "compromised");
    assert_eq!(number(&app, "key_incidents"), 2_050);
}
