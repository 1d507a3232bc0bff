//! The audit log, narrowed: by person, key, action, period and refusal, alone and together.

use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use keyroom::{
    actor::{Role, Who},
    ids::{KeyId, MemberId},
    permissions::Permissions,
};

use crate::{
    scenes::{AUDIT, KEYS, at, generate, sentences, show_times_of},
    support::{Browser, TestApp, database::Database, make, page::Page},
};

const ACTIONS: [&str; 2] = ["key.created", "key.revoked"];

/// The parameters of an address.
type Query = Vec<(&'static str, String)>;

/// An entry of [`everything`], by what it can be found.
struct Made {
    label: String,
    person: Option<MemberId>,
    keys: Vec<KeyId>,
    action: &'static str,
    day: NaiveDate,
    refused: bool,
}

impl Made {
    fn fits(&self, query: &Query) -> bool {
        query.iter().all(|(name, value)| match *name {
            "person" => self.person.is_some_and(|id| id.to_string() == *value),
            "key" => self.keys.iter().any(|id| id.to_string() == *value),
            "action" => self.action == value,
            "from" => self.day.to_string() >= *value,
            "to" => self.day.to_string() <= *value,
            "refused" => self.refused,
            other => panic!("no filter {other}"),
        })
    }
}

fn person(id: MemberId) -> Who {
    Who::Member {
        id,
        name: "Somebody".to_owned(),
        role: Role::Admin,
        permissions: Permissions::default(),
    }
}

fn key(id: KeyId) -> Who {
    Who::Key {
        id,
        secret: 1,
        label: "robot".to_owned(),
        permissions: Permissions::everything(),
        owner: None,
    }
}

/// One entry of every kind, oldest first: by two people and two keys, about two keys or a page, two actions, three days,
/// refused and not.
fn everything(app: &TestApp, people: [MemberId; 2], keys: [KeyId; 2]) -> Vec<Made> {
    let mut made = Vec::new();
    for (ago, action) in [(40, 0), (40, 1), (8, 0), (8, 1), (2, 0), (2, 1)] {
        let at = app.clock.now() - TimeDelta::days(ago);
        let doers = people.map(|id| (person(id), Some(id), None));
        let machines = keys.map(|id| (key(id), None, Some(id)));
        for (who, by, by_key) in doers.into_iter().chain(machines) {
            for about in [Some(keys[0]), Some(keys[1]), None] {
                for refused in [false, true] {
                    let label = format!("entry-{:03}", made.len());
                    let at = at + TimeDelta::seconds(made.len() as i64);
                    let entry = match about {
                        Some(id) => make::about(ACTIONS[action], "key", id.as_str(), &label),
                        None => make::about(ACTIONS[action], "page", "/w/brightwater", &label),
                    };
                    match refused {
                        true => make::refusal(app, "brightwater", who.clone(), entry, at),
                        false => make::entry(app, "brightwater", who.clone(), entry, at),
                    }
                    made.push(Made {
                        label,
                        person: by,
                        keys: [by_key, about].into_iter().flatten().collect(),
                        action: ACTIONS[action],
                        day: at.date_naive(),
                        refused,
                    });
                }
            }
        }
    }
    made
}

/// Every choice of filters, from none to all of them.
fn choices(people: [MemberId; 2], keys: [KeyId; 2], now: DateTime<Utc>) -> Vec<Query> {
    let day = |ago| (now - TimeDelta::days(ago)).date_naive().to_string();
    let all: [Vec<(&'static str, String)>; 5] = [
        vec![("person", people[0].to_string())],
        vec![("key", keys[1].to_string())],
        vec![("action", ACTIONS[1].to_owned())],
        vec![("from", day(8)), ("to", day(8))],
        vec![("refused", "true".to_owned())],
    ];
    let choose = |mask: u32| {
        let chosen = all.iter().enumerate().filter(|(n, _)| mask >> n & 1 == 1);
        chosen.flat_map(|(_, query)| query.clone()).collect()
    };
    (0..32).map(choose).collect()
}

fn address(path: &str, query: &Query) -> String {
    format!("{path}?{}", crate::support::http::encode(query))
}

/// The labels on all pages, in their order.
async fn labels(browser: &Browser, address: &str) -> Vec<String> {
    let (mut all, mut next) = (Vec::new(), address.to_owned());
    loop {
        let page = browser.get(&next).await.expect(200).page();
        all.extend(page.all("td.what .said > b, td.what .said > a"));
        match page.attributes("a#older", "href").pop() {
            Some(older) => next = older,
            None => break,
        }
    }
    all.retain(|label| label.starts_with("entry-"));
    all
}

#[actix_web::test]
async fn every_choice_of_filters_shows_what_fits_all_of_them_on_page_api_and_export() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let program = app.api(&make::key(&app, "brightwater", "reader").secret);
    let people = [MemberId::fresh(), MemberId::fresh()];
    let keys = [KeyId::fresh(), KeyId::fresh()];
    let made = everything(&app, people, keys);
    for query in choices(people, keys, app.clock.now()) {
        let fitting = made.iter().rev().filter(|made| made.fits(&query));
        let fitting: Vec<&str> = fitting.map(|made| made.label.as_str()).collect();
        let shown = labels(&owner, &address(AUDIT, &query)).await;
        assert_eq!(shown, fitting, "{query:?}");

        // For programs a day is two moments.
        let moments: Query = query
            .iter()
            .map(|(name, value)| match *name {
                "from" => ("from", format!("{value}T00:00:00Z")),
                "to" => ("to", format!("{value}T23:59:59.999999Z")),
                other => (other, value.clone()),
            })
            .collect();
        let (mut told, mut cursor) = (Vec::new(), None);
        loop {
            let mut query = moments.clone();
            query.push(("limit", "17".to_owned()));
            query.extend(cursor.map(|cursor| ("cursor", cursor)));
            let list = program.get(&address("/v1/audit-events", &query)).await;
            let list = list.expect(200).json();
            let data = list["data"].as_array().expect("a list").clone();
            told.extend(
                data.iter()
                    .filter_map(|e| e["subject"]["label"].as_str().map(str::to_owned)),
            );
            cursor = list["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        told.retain(|label| label.starts_with("entry-"));
        assert_eq!(told, fitting, "{moments:?}");

        let mut fields: Vec<(&str, &str)> = vec![("format", "ndjson")];
        fields.extend(query.iter().map(|(name, value)| (*name, value.as_str())));
        let file = owner.post(&format!("{AUDIT}/exports"), &fields).await;
        let file = file.expect(200).text();
        let lines = file.lines().map(|line| -> serde_json::Value {
            serde_json::from_str(line).expect("a line of JSON")
        });
        let exported: Vec<String> = lines
            .filter_map(|e| e["subject"]["label"].as_str().map(str::to_owned))
            .filter(|label| label.starts_with("entry-"))
            .collect();
        assert_eq!(exported, fitting, "{query:?}");
    }
}

#[actix_web::test]
async fn every_filter_follows_an_index_however_rare_what_it_asks_for() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "rare").await;
    let (somebody, rare) = (MemberId::fresh(), &key.id);
    let edit = at(&key, "edit");
    let form = owner.get(&edit).await.expect(200).page().form(&edit);
    let saved = owner.submit(&form.with("label", "rarer")).await.expect(303);
    let undo = owner.follow(&saved).await.page();
    let undo = undo.form(&undo.attributes("#flash form", "action")[0]);
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_id, actor_label, action, subject_kind,
                                       subject_id, subject_label, refused)
             SELECT w.id, date_trunc('month', now(), 'UTC') + n * interval '1 millisecond', gen_random_uuid(), 'member',
                    CASE WHEN n % 5000 = 1 THEN '{somebody}' ELSE 'person-' || n % 20 END, 'Somebody',
                    CASE WHEN n % 5000 = 2 THEN 'workspace.renamed' ELSE 'key.created' END, 'key',
                    CASE WHEN n % 5000 = 3 THEN '{rare}' ELSE lpad((n % 100)::text, 12, '0') END, 'ci', n % 5000 = 4
             FROM workspaces w, generate_series(1, 20000) n;
             ANALYZE audit_events"
        ));
    });
    let month = app.sql(|sql| {
        sql.line(
            "SELECT to_char(date_trunc('month', now(), 'UTC'), '\"audit_events_\"YYYY_MM') AS line",
        )
    });
    let log = |query: &str| format!("{AUDIT}?{query}");
    for (address, indexes) in [
        (log(&format!("person={somebody}")), vec!["by_actor"]),
        (log(&format!("key={rare}")), vec!["by_actor", "by_subject"]),
        (log("action=workspace.renamed"), vec!["by_action"]),
        (log("refused=true"), vec!["refused"]),
        (
            log(&format!("person={somebody}&action=key.created")),
            vec!["by_actor"],
        ),
        // The key's own page, and one edit of it.
        (format!("{KEYS}/{rare}"), vec!["by_subject"]),
        (undo.action.clone(), vec!["by_subject"]),
    ] {
        let (reply, asked) = match address == undo.action {
            true => app.counting(owner.submit(&undo)).await,
            false => app.counting(owner.get(&address)).await,
        };
        assert!(reply.status < 400, "{}", reply.gist());
        let asked: Vec<&String> = asked
            .iter()
            .filter(|sql| sql.contains(r#"FROM "audit_events""#))
            .collect();
        assert_eq!(asked.len(), indexes.len(), "{asked:#?}");
        for (sql, index) in asked.iter().zip(indexes) {
            let text = sql.split(" -- binds").next().unwrap_or_default();
            let binds = (1..20).filter(|n| text.contains(&format!("${n}"))).count();
            let nulls = vec!["NULL"; binds].join(", ");
            // As it is planned once for every value.
            app.sql(|db| {
                db.execute(&format!(
                    "SET plan_cache_mode = force_generic_plan; SET enable_partition_pruning = off; PREPARE asked AS {text};
                     CREATE OR REPLACE FUNCTION pg_temp.plan() RETURNS SETOF text AS $f$
                     BEGIN RETURN QUERY EXECUTE 'EXPLAIN EXECUTE asked({nulls})'; END $f$ LANGUAGE plpgsql"
                ));
                let plan = db.lines("SELECT line FROM pg_temp.plan() AS line");
                let used = plan
                    .iter()
                    .find_map(|line| line.split_once(&format!(" on {month} ")));
                let (scan, _) = used.unwrap_or_else(|| panic!("nothing on {month}: {plan:#?}"));
                let (_, used) = scan.split_once("using ").unwrap_or(("", "no index"));
                let parent = db.lines(&format!(
                    "SELECT parent.relname::text AS line
                     FROM pg_class child JOIN pg_inherits ON inhrelid = child.oid JOIN pg_class parent ON parent.oid = inhparent
                     WHERE child.relname = '{used}'"
                ));
                assert_eq!(parent, [format!("audit_events_{index}")], "{address} uses {used}");
                db.execute("DEALLOCATE asked; RESET ALL");
            });
        }
    }
}

#[actix_web::test]
async fn days_are_those_of_the_zone_in_which_times_are_shown() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    show_times_of(&owner, "Asia/Tokyo").await;
    // Half past midnight of the next day in Tokyo.
    let day = (app.clock.now() - TimeDelta::days(60)).date_naive();
    let at = day.and_hms_opt(15, 30, 0).expect("a time").and_utc();
    let next = day.succ_opt().expect("a day");
    let entry = make::about("key.created", "page", "/", "entry-tokyo");
    make::entry(&app, "brightwater", Who::CommandLine, entry, at);
    let on = async |day| labels(&owner, &format!("{AUDIT}?from={day}&to={day}")).await;
    assert_eq!(on(next).await, ["entry-tokyo"]);
    assert_eq!(on(day).await, [""; 0]);
    let page = owner.get(&format!("{AUDIT}?to={next}")).await.page();
    assert_eq!(page.one("tr.day"), next.format("%-d %B %Y").to_string());
    assert_eq!(page.one("td.tm"), "00:30");
}

#[actix_web::test]
async fn periods_count_back_from_today_and_keep_the_other_filters() {
    let app = TestApp::start();
    app.to_noon();
    let owner = app.set_up().await;
    let today = app.clock.now().date_naive();
    let page = owner
        .get(&format!("{AUDIT}?refused=true"))
        .await
        .expect(200)
        .page();
    let links = page.attributes("nav[aria-label=Period] a", "href");
    let from = |days| today - TimeDelta::days(days);
    assert_eq!(
        links,
        [
            format!("{AUDIT}?from={}&refused=true", from(0)),
            format!("{AUDIT}?from={}&refused=true", from(6)),
            format!("{AUDIT}?from={}&refused=true", from(29)),
            format!("{AUDIT}?refused=true"),
        ]
    );
    let current = |page: &Page| page.all("nav[aria-label=Period] [aria-current]");
    assert_eq!(current(&page), ["All"]);
    assert_eq!(current(&owner.get(&links[1]).await.page()), ["7 days"]);
    let own = owner
        .get(&format!("{AUDIT}?from=2026-01-01&to=2026-01-02"))
        .await;
    assert_eq!(current(&own.expect(200).page()), [""; 0]);
}

#[actix_web::test]
async fn what_is_typed_wrong_is_said_and_kept_and_nothing_is_shown() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    for (query, field, why) in [
        (
            "key=ci",
            "key",
            "Enter the ID of a key, such as 7Kq2mXw0B1aZ",
        ),
        ("from=yesterday", "from", "Enter a day, such as 2026-11-20"),
        ("to=2026-02-30", "to", "Enter a day, such as 2026-11-20"),
        (
            "from=2026-03-02&to=2026-03-01",
            "to",
            "Choose a last day that is not before the first",
        ),
    ] {
        let reply = owner.get(&format!("{AUDIT}?{query}")).await.expect(422);
        let page = reply.page();
        assert_eq!(page.one(&format!("#{field}-error")), why, "{query}");
        assert_eq!(page.all(".notice a"), [why], "{query}");
        assert!(page.has(&format!(".notice a[href='#{field}']")), "{query}");
        assert!(page.title().starts_with("Error: "), "{}", page.title());
        let form = page.form("#filter");
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            assert_eq!(form.value(&name), Some(&*value), "{query}");
        }
        assert!(!page.has("td.what") && !page.offers(&format!("{AUDIT}/exports")));
    }
    for query in ["person=Ada", "action=revoke", "refused=no"] {
        let page = owner
            .get(&format!("{AUDIT}?{query}"))
            .await
            .expect(422)
            .page();
        assert_eq!(page.elements(".notice a").len(), 1, "{query}");
    }
    for (query, status) in [
        ("what=ever", 400),
        ("key=a&key=b", 400),
        ("key=%00", 422),
        ("before=x", 404),
    ] {
        owner.get(&format!("{AUDIT}?{query}")).await.expect(status);
    }
}

#[actix_web::test]
async fn an_address_says_no_more_than_it_must_and_no_secret() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = generate(&owner, "ci").await;
    let found = format!("{AUDIT}?key={}", key.id);
    for pasted in [
        &key.secret,
        &format!("skey_{}…", key.id),
        &format!(" {} ", key.id),
    ] {
        let typed = crate::support::http::encode(&[("key", pasted)]);
        let reply = owner.get(&format!("{AUDIT}?{typed}")).await;
        assert_eq!(reply.location(), found);
        let reply = owner.get(&format!("{AUDIT}?{typed}&from=never")).await;
        assert!(!reply.location().contains(&key.secret));
    }
    // The beginning of one leads nowhere else again and again.
    for begun in ["skey_", "skey_a", "pk_", "xskey_", "skey_…", "x skey_a b"] {
        let typed = crate::support::http::encode(&[("key", begun)]);
        owner.get(&format!("{AUDIT}?{typed}")).await.expect(422);
    }
    // As the form sends it.
    let page = owner.get(AUDIT).await.expect(200).page();
    let form = page.form("#filter").with("action", "key.created");
    let reply = owner
        .get(&format!(
            "{AUDIT}?{}",
            crate::support::http::encode(&form.fields)
        ))
        .await;
    assert_eq!(reply.location(), format!("{AUDIT}?action=key.created"));
    assert_eq!(sentences(&owner, reply.location()).await.len(), 1);
}

#[actix_web::test]
async fn nothing_found_names_the_filter_and_offers_to_clear_it() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let ada = app.sql(|sql| sql.line("SELECT id::text AS line FROM members"));
    let query = format!(
        "person={ada}&key=000000000000&action=key.revoked&from=2026-01-01&to=2026-01-31&refused=true"
    );
    let page = owner
        .get(&format!("{AUDIT}?{query}"))
        .await
        .expect(200)
        .page();
    assert_eq!(page.one("#empty"), "No entries match");
    assert_eq!(
        page.one(".empty p"),
        "No refused entry is by Ada Park, by or about the key 000000000000, of the kind “Revoked key”, \
         of 1 Jan 2026 or later, of 31 Jan 2026 or earlier."
    );
    assert_eq!(page.attributes(".empty a", "href"), [AUDIT]);
    assert!(
        !page.offers(&format!("{AUDIT}/exports")),
        "there is nothing to export"
    );
    let form = page.form("#filter");
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        assert_eq!(form.value(&name), Some(&*value));
    }
    let page = owner
        .get(&format!("{AUDIT}?refused=true"))
        .await
        .expect(200)
        .page();
    assert_eq!(page.one(".empty p"), "Nothing in this log was refused.");
    // An action of a newer version is neither lost nor renamed.
    let page = owner
        .get(&format!("{AUDIT}?action=kettle.boiled"))
        .await
        .expect(200)
        .page();
    assert_eq!(page.form("#filter").value("action"), Some("kettle.boiled"));
    assert_eq!(
        page.one(".empty p"),
        "No entry is of the kind “kettle.boiled”."
    );
}

#[actix_web::test]
async fn another_workspaces_people_and_keys_are_as_if_there_were_none() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let other = app.workspace("Other").await;
    let key = make::key(&app, "other", "only-there");
    let theirs = app.sql(|sql| {
        sql.line("SELECT m.id::text AS line FROM members m JOIN workspaces w ON w.id = workspace_id WHERE slug = 'other'")
    });
    assert_eq!(
        sentences(
            &other,
            &format!("/w/other/settings/audit-log?person={theirs}")
        )
        .await,
        ["signed in"]
    );
    for (theirs, nobodys) in [
        (
            format!("person={theirs}"),
            format!("person={}", MemberId::fresh()),
        ),
        (format!("key={}", key.id), format!("key={}", KeyId::fresh())),
    ] {
        let told = async |query: &str| {
            let page = owner.get(&format!("{AUDIT}?{query}")).await.expect(200);
            let value = query.split('=').nth(1).unwrap_or_default();
            page.text_without_tokens().replace(value, "VALUE")
        };
        assert_eq!(told(&theirs).await, told(&nobodys).await);
        assert!(!told(&theirs).await.contains("only-there"));
    }
}

/// The migration is held at a month that is past: whoever writes to this month does not notice.
#[test]
fn the_indexes_of_past_months_are_built_while_the_version_before_goes_on_writing() {
    let database = Database::fresh();
    let (mut sql, mut holder, mut writer) = (database.sql(), database.sql(), database.sql());
    let read = |name: &str| {
        let path = format!("migrations/2026-11-25-000004_index_audit_events/{name}.sql");
        std::fs::read_to_string(path).expect("a migration")
    };
    let insert = "INSERT INTO audit_events (workspace_id, at, id, actor_kind, actor_label, action, subject_kind,
                                            subject_id, subject_label, refused)
         SELECT id, now(), gen_random_uuid(), 'system', 'Keyroom', 'request.refused', 'page', repeat('/w', 2000),
                'entry', true FROM workspaces";
    sql.execute(&format!(
        "{}; INSERT INTO workspaces (id, slug, name, created_at) VALUES (gen_random_uuid(), 'one', 'One', now());
         CREATE TABLE audit_events_2020_01 PARTITION OF audit_events FOR VALUES FROM ('2020-01-01') TO ('2020-02-01')",
        read("down")
    ));
    holder.execute("BEGIN; LOCK TABLE audit_events_2020_01 IN ROW EXCLUSIVE MODE");
    std::thread::scope(|scope| {
        // As migrations run: in one transaction.
        let built = scope.spawn(|| sql.execute(&format!("BEGIN; {}; COMMIT", read("up"))));
        let waits = "SELECT count(*)::text AS line FROM pg_locks
            WHERE NOT granted AND relation = 'audit_events_2020_01'::regclass";
        let began = Instant::now();
        while holder.line(waits) == "0" && began.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(20));
        }
        writer.execute(&format!("SET lock_timeout = '1s'; {insert}"));
        assert!(!built.is_finished());
        holder.execute("COMMIT");
    });
    writer.execute(insert);
    let valid = "SELECT count(*)::text AS line FROM pg_index
        WHERE indrelid = 'audit_events'::regclass AND indisvalid";
    assert_eq!(writer.line(valid), "5");
}
