//! The list of keys, searched, narrowed and sorted.

use chrono::TimeDelta;
use keyroom::{actor::Role, keys::Lifetime, permissions::Permission};

use crate::{
    scenes::{ADA, KEYS, at, labels, press, search},
    support::{Browser, TestApp, http::encode, log, make, make::MadeKey, page::Page},
};

fn key(app: &TestApp, label: &str) -> MadeKey {
    app.clock.advance(TimeDelta::seconds(1));
    make::key(app, "brightwater", label)
}

fn key_with(app: &TestApp, label: &str, permissions: &[Permission], days: u16) -> MadeKey {
    app.clock.advance(TimeDelta::seconds(1));
    let lifetime = match days {
        0 => Lifetime::Unlimited,
        days => Lifetime::Days(days),
    };
    make::key_with(app, "brightwater", label, permissions, lifetime)
}

/// What a search finds, as labels. What is typed may lead to a shorter address.
async fn found(browser: &Browser, q: &str) -> Vec<String> {
    let reply = browser
        .get(&format!("{KEYS}?{}", encode(&[("q", q)])))
        .await;
    let reply = match reply.status {
        303 => browser.follow(&reply).await,
        _ => reply,
    };
    labels(&reply.expect(200).page())
}

fn counts(page: &Page) -> Vec<String> {
    page.all("nav.tools a")
}

#[actix_web::test]
async fn any_part_of_a_label_is_found_whatever_the_case_and_the_accents() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for label in ["Büro Łódź", "CI-deploy 100%", "straße_2", "a\\b"] {
        key(&app, label);
    }
    for (q, wanted) in [
        ("buro", "Büro Łódź"),
        ("BÜRO", "Büro Łódź"),
        ("bu\u{308}ro", "Büro Łódź"),
        ("lodz", "Büro Łódź"),
        ("ploy", "CI-deploy 100%"),
        ("-D", "CI-deploy 100%"),
        (" ci ", "CI-deploy 100%"),
        ("%", "CI-deploy 100%"),
        ("STRASSE", "straße_2"),
        ("_", "straße_2"),
        ("\\", "a\\b"),
    ] {
        assert_eq!(found(&owner, q).await, [wanted], "{q}");
    }
    assert_eq!(found(&owner, "d").await, ["CI-deploy 100%", "Büro Łódź"]);
    assert_eq!(found(&owner, "__").await, [""; 0]);
    let page = search(&owner, &[("q", "ploy")]).await;
    assert_eq!(page.attributes("#q", "value"), ["ploy"]);
    assert_eq!(page.one("[data-announce]"), "1 key");
}

#[actix_web::test]
async fn a_key_is_found_by_the_beginning_of_its_id_and_by_its_mask() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let one = key(&app, "one");
    key(&app, "two");
    let id = &one.id;
    for q in [
        id.clone(),
        id[..7].to_owned(),
        format!("skey_{}", &id[..7]),
        format!("skey_{id}…"),
        format!("skey_{id}..."),
    ] {
        assert_eq!(found(&owner, &q).await, ["one"], "{q}");
    }
    assert_eq!(found(&owner, &id[1..8]).await, [""; 0], "not its middle");
    assert_eq!(found(&owner, "skey_").await, ["two", "one"]);
}

#[actix_web::test]
async fn the_secret_of_a_key_that_is_searched_for_goes_nowhere() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let made = key(&app, "ci");
    let bare = made.secret.trim_start_matches("skey_");
    let hidden = &made.secret[17..];
    for q in [
        made.secret.clone(),
        format!("Authorization: Bearer {}", made.secret),
        format!("KEYROOM_API_KEY={}", made.secret),
        made.secret[..30].to_owned(),
        bare.to_owned(),
    ] {
        let query = encode(&[("status", "active"), ("q", &q)]);
        let reply = owner.get(&format!("{KEYS}?{query}")).await.expect(303);
        let to = reply.location();
        assert!(
            to.contains("status=active") && to.contains(&made.id),
            "{to}"
        );
        assert!(!to.contains(&hidden[..8]), "{to}");
        let page = owner.follow(&reply).await.expect(200);
        assert_eq!(labels(&page.page()), ["ci"], "{q}");
        assert!(!page.text().contains(&hidden[..8]));
    }
    // Nor where the search is refused: to whoever may not, to nobody, and beside what there is not.
    let query = encode(&[("q", &made.secret)]);
    let member = app.member(Role::Member).await;
    let stranger = app.stranger();
    for (browser, address, status) in [
        (&member, format!("{KEYS}?{query}"), 303),
        (&stranger, format!("{KEYS}?{query}"), 303),
        (&owner, format!("{KEYS}?{query}&sort=up"), 404),
        (&owner, format!("{KEYS}?{query}&what=ever"), 400),
        (&owner, format!("/w/nowhere/settings/api-keys?{query}"), 404),
    ] {
        let reply = browser.get(&address).await.expect(status);
        let all = format!("{}{:?}", reply.text(), reply.headers);
        assert!(!all.contains(&hidden[..8]), "{address}");
    }
    let logged = log::lines().join("\n");
    assert!(!logged.contains(&hidden[..8]));
}

#[actix_web::test]
async fn filters_combine_and_each_count_is_of_what_the_others_leave() {
    let app = TestApp::start();
    app.set_up().await;
    let (read, upload) = ([Permission::ObjectsList], [Permission::FileUpload]);
    key_with(&app, "shop brief", &upload, 1);
    app.clock.advance(TimeDelta::days(2));
    key_with(&app, "shop read", &read, 90);
    let off = key_with(&app, "shop off", &upload, 90);
    make::deactivated(&app, &off);
    let gone = key_with(&app, "shop gone", &upload, 90);
    make::revoked(&app, &gone, "unneeded");
    key_with(&app, "shop upload", &upload, 90);
    key_with(&app, "kiosk", &upload, 90);
    let owner = app.sign_in(ADA).await;
    let wanted = [("q", "shop"), ("permission", "FILE_UPLOAD")];
    let page = search(&owner, &wanted).await;
    assert_eq!(labels(&page), ["shop upload", "shop off", "shop brief"]);
    let shown = [
        "All 3",
        "Active 1",
        "Deactivated 1",
        "Expired 1",
        "Revoked 1",
    ];
    assert_eq!(counts(&page), shown);
    for (status, label) in [
        ("active", "shop upload"),
        ("deactivated", "shop off"),
        ("expired", "shop brief"),
        ("revoked", "shop gone"),
    ] {
        // The links of the page lead there.
        let link = format!(
            "{KEYS}?{}",
            encode(&[&[("status", status)], &wanted[..]].concat())
        );
        assert!(
            page.attributes("nav.tools a", "href").contains(&link),
            "{link}"
        );
        let page = owner.get(&link).await.expect(200).page();
        assert_eq!(labels(&page), [label]);
        assert_eq!(counts(&page), shown);
        let form = page.form("#filter");
        assert_eq!(form.value("status"), Some(status), "a new search keeps it");
        assert_eq!(form.value("permission"), Some("FILE_UPLOAD"));
    }
    // What was opened over the list leads back to it.
    let revoke = page.attributes(".key-foot a", "href").remove(0);
    let back = encode(&[("next", format!("{KEYS}?{}", encode(&wanted)))]);
    assert!(revoke.ends_with(&back), "{revoke}");
}

#[actix_web::test]
async fn what_is_asked_for_in_vain_is_named() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    key_with(&app, "ci", &[Permission::ObjectsList], 90);
    for (fields, why) in [
        (
            vec![("status", "expired"), ("q", "staging")],
            "No expired key has “staging” in its label. Search looks at labels and key IDs.",
        ),
        (
            vec![("permission", "FILE_UPLOAD"), ("q", "<b>")],
            "No key with the permission “Upload files” has “<b>” in its label. Search looks at labels and key IDs.",
        ),
        (
            vec![("status", "active"), ("permission", "ACCESS_MANAGE")],
            "No active key has the permission “Manage access and API keys”.",
        ),
    ] {
        let page = search(&owner, &fields).await;
        assert_eq!(page.one("#empty"), "No keys match");
        assert!(page.text().contains(why), "{}", page.text());
        assert_eq!(page.attributes(".empty a", "href"), [KEYS]);
        assert_eq!(page.one(".empty a"), "Clear filters");
    }
}

#[actix_web::test]
async fn what_there_is_not_is_a_page_that_says_so() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    many(&app, "brightwater", 80);
    let next = |page: &Page| page.attributes("a#next", "href").remove(0);
    let by_age = next(&search(&owner, &[("sort", "oldest")]).await);
    let by_label = next(&search(&owner, &[("sort", "label")]).await);
    for address in [
        format!("{KEYS}?permission=EVERYTHING"),
        format!("{KEYS}?sort=up"),
        by_label.replace("sort=label", "sort=expiry"),
        by_age.replace("sort=oldest", "sort=label"),
    ] {
        let reply = owner.get(&address).await.expect(404);
        assert!(
            reply.text().contains("We could not find that page"),
            "{address}"
        );
    }
    for empty in ["q=&status=&permission=&sort=", "status=active&q=", "q=%20"] {
        let reply = owner.get(&format!("{KEYS}?{empty}")).await.expect(303);
        assert!(!reply.location().contains("=&") && !reply.location().ends_with('='));
    }
    let other = app.workspace("Harbour").await;
    let member = app.member(Role::Member).await;
    other.get(&format!("{KEYS}?q=key")).await.expect(404);
    member.get(&format!("{KEYS}?q=key")).await.expect(403);
    let theirs = "/w/harbour/settings/api-keys?q=worker";
    assert!(other.get(theirs).await.expect(200).page().has("#empty"));
}

#[actix_web::test]
async fn every_order_shows_each_key_once_there_and_back() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    // Many are equal in what they are ordered by: then the id decides.
    app.sql(|sql| {
        sql.execute(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at, expires_at)
             SELECT w.id, substr(md5(n::text), 1, 12), 'secret', (ARRAY['äpfel', 'Apfel', 'Birne'])[n % 3 + 1] || ' ' || n / 2,
                    '{OBJECTS_LIST}', now() - n / 30 * interval '1 day', now(),
                    CASE WHEN n % 4 > 0 THEN now() + n % 4 * interval '30 days' END
             FROM workspaces w, generate_series(1, 105) n",
        );
    });
    for (sort, by) in [
        ("", "created_at DESC, id DESC"),
        ("oldest", "created_at, id"),
        ("label", "folded(label) COLLATE \"C\", id"),
        (
            "label-reversed",
            "folded(label) COLLATE \"C\" DESC, id DESC",
        ),
        ("expiry", "expires_at NULLS LAST, id"),
    ] {
        let query = format!("SELECT label AS line FROM keys ORDER BY {by}");
        let wanted = app.sql(|sql| sql.lines(&query));
        for q in ["", "APFEL"] {
            if !q.is_empty() && !["label", "expiry"].contains(&sort) {
                continue;
            }
            let is_found = |label: &&String| q.is_empty() || !label.starts_with('B');
            let wanted: Vec<String> = wanted.iter().filter(is_found).cloned().collect();
            let fields = [("q", q), ("sort", sort)].into_iter();
            let fields: Vec<_> = fields.filter(|(_, value)| !value.is_empty()).collect();
            let (there, back) = walk(&owner, &format!("{KEYS}?{}", encode(&fields))).await;
            assert_eq!(there.concat(), wanted, "{sort} {q}");
            assert_eq!(there, back, "{sort} {q}");
        }
    }
}

/// The pages from the first to the last, and from the last to the first, both in the order of the list.
async fn walk(browser: &Browser, first: &str) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let mut ways = [Vec::new(), Vec::new()];
    let mut here = first.to_owned();
    for (way, link) in ways.iter_mut().zip(["a#next", "a#previous"]) {
        loop {
            let page = browser.get(&here).await.expect(200).page();
            way.push(labels(&page));
            match page.attributes(link, "href").pop() {
                Some(next) => here = next,
                None => break,
            }
        }
    }
    let [there, mut back] = ways;
    back.reverse();
    (there, back)
}

/// Many keys, past the application: every third deactivated, every fifth revoked, every seventh expired.
fn many(app: &TestApp, workspace: &str, n: u32) {
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at, expires_at,
                               deactivated_at, revoked_at, revoked_for)
             SELECT w.id, left(w.slug, 2) || lpad(n::text, 10, '0'), 'secret',
                    (ARRAY['Service', 'Büro', 'worker-', 'CI/'])[n % 4 + 1] || n || CASE WHEN n % 400 = 0 THEN ' zq' ELSE '' END,
                    CASE WHEN n % 600 = 0 THEN '{{ACCESS_MANAGE}}' ELSE '{{OBJECTS_LIST,FILE_UPLOAD}}' END::TEXT[],
                    now() - n * interval '1 minute', now(),
                    CASE WHEN n % 7 = 0 THEN now() - interval '1 second' END,
                    CASE WHEN n % 3 = 0 THEN now() END,
                    CASE WHEN n % 5 = 0 THEN now() END, CASE WHEN n % 5 = 0 THEN 'unneeded' END
             FROM workspaces w, generate_series(1, {n}) n WHERE w.slug = '{workspace}';
             UPDATE keys SET created_at = created_at - interval '1 day'; ANALYZE keys"
        ));
    });
}

#[actix_web::test]
async fn among_thousands_of_keys_a_search_finds_what_a_look_at_each_finds() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    make::workspace(&app, "Harbour");
    many(&app, "brightwater", 6_000);
    many(&app, "harbour", 2_000);
    let states = [
        ("", "revoked_at IS NULL"),
        (
            "active",
            "revoked_at IS NULL AND expires_at IS NULL AND deactivated_at IS NULL",
        ),
        (
            "deactivated",
            "revoked_at IS NULL AND expires_at IS NULL AND deactivated_at IS NOT NULL",
        ),
        ("expired", "revoked_at IS NULL AND expires_at IS NOT NULL"),
        ("revoked", "revoked_at IS NOT NULL"),
    ];
    let said = |n: i64| match n {
        1_001.. => "1,000+".to_owned(),
        1_000 => "1,000".to_owned(),
        n => n.to_string(),
    };
    for (q, permission) in [
        ("e", ""),
        ("z", ""),
        ("ü", ""),
        ("zq", ""),
        ("7", ""),
        ("ro1", ""),
        ("ci/", ""),
        ("ervi", ""),
        ("worker-5999", ""),
        ("br00000012", ""),
        ("Büro1", "OBJECTS_LIST"),
        ("", "ACCESS_MANAGE"),
        ("", "FILE_UPLOAD"),
        ("no such key", ""),
    ] {
        let fits = format!(
            "workspace_id = (SELECT id FROM workspaces WHERE slug = 'brightwater')
             AND (folded(label) LIKE '%' || folded('{q}') || '%' OR id LIKE '{q}%')
             AND ('{permission}' = '' OR '{permission}' = ANY (permissions))"
        );
        let fields = [("q", q), ("permission", permission)];
        let fields: Vec<_> = fields.into_iter().filter(|(_, v)| !v.is_empty()).collect();
        let page = search(&owner, &fields).await;
        for ((status, state), count) in states.into_iter().zip(counts(&page)) {
            let all: Vec<String> = app.sql(|sql| {
                sql.lines(&format!(
                    "SELECT label AS line FROM keys WHERE {fits} AND {state} ORDER BY created_at DESC, id DESC"
                ))
            });
            let n = said(all.len().try_into().expect("a number"));
            assert!(
                count.ends_with(&format!(" {n}")),
                "{q} {permission} {status}: {count}, not {n}"
            );
            let page = match status {
                "" => search(&owner, &fields).await,
                // Of what many keys are, what few are, and what is found by both.
                _ if ["e", "ro1", "Büro1"].contains(&q) => {
                    search(&owner, &[&fields[..], &[("status", status)]].concat()).await
                }
                _ => continue,
            };
            let first: Vec<String> = all.iter().take(50).cloned().collect();
            assert_eq!(labels(&page), first, "{q} {permission} {status}");
            if all.len() > 1_000 {
                assert_eq!(page.one("[data-announce]"), "50 of 1,000+ keys");
            }
        }
    }
    // Without a search they were all counted.
    let page = search(&owner, &[("status", "active")]).await;
    assert_eq!(counts(&page)[..2], ["All 4,800", "Active 2,742"]);
}

#[actix_web::test]
async fn a_change_of_many_leads_back_to_what_was_searched_for() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let one = key(&app, "shop one");
    key(&app, "kiosk");
    let page = search(&owner, &[("q", "shop"), ("sort", "label")]).await;
    let form = page
        .form("#bulk")
        .with("id", &one.id)
        .with("do", "deactivate");
    let asked = owner.submit(&form).await.expect(200).page();
    let done = owner
        .submit(&asked.form(&format!("{KEYS}/deactivations")))
        .await;
    assert_eq!(done.location(), format!("{KEYS}?q=shop&sort=label"));
    let reply = press(&owner, &one, "activation").await;
    assert!(reply.location().starts_with(KEYS), "{}", at(&one, ""));
}
