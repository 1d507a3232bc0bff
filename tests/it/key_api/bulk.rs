//! Many keys at once.

use keyroom::{actor::Role, keys::Lifetime};
use serde_json::{Value, json};

use super::{LIST, MANAGE, PUBLISHABLE, SECRET, UPLOAD, create, fields, log_of, scene, to};
use crate::{
    scenes::problem,
    support::{
        http::Reply,
        make::{self, MadeKey},
        program::Program,
    },
};

async fn bulk(program: &Program, action: &str, keys: &[&MadeKey], dry_run: bool) -> Reply {
    let ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
    let document = json!({"action": action, "ids": ids, "dry_run": dry_run});
    program.post(&format!("{SECRET}/bulk"), &document).await
}

/// Of each key, whether it changed or why it did not.
#[track_caller]
fn results(reply: Reply) -> Vec<String> {
    let answer = reply.expect(200).json();
    let results = answer["results"].as_array().expect("results");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let told: Vec<String> = results
        .iter()
        .map(|one| format!("{} {}", text(&one["result"]), text(&one["reason"])))
        .map(|told| told.trim().to_owned())
        .collect();
    let changed = told.iter().filter(|one| *one == "changed").count();
    assert_eq!(answer["count"], told.len());
    assert_eq!(answer["changed"], changed);
    assert_eq!(answer["skipped"], told.len() - changed);
    told
}

#[actix_web::test]
async fn many_keys_change_at_once_and_what_does_not_fit_is_skipped_with_its_reason() {
    let (app, own, program) = scene(&[MANAGE, LIST]);
    let one = create(&program, "one", json!({})).await;
    let two = create(&program, "two", json!({})).await;
    let off = create(&program, "off", json!({})).await;
    to(&program, &off, "deactivate", Value::Null)
        .await
        .expect(200);
    let stronger = [LIST, UPLOAD];
    let stronger = make::key_with(&app, "brightwater", "strong", &stronger, Lifetime::Days(9));
    let member = make::member(&app, "brightwater", Role::Member);
    let member = make::member_id(&app, "brightwater", &member);
    let personal = make::personal(&app, ("brightwater", &member), "mine", &[LIST]);
    let all = [&one, &off, &stronger, &two, &personal, &one];

    let before = app.sql(|sql| sql.dump());
    let dry = bulk(&program, "deactivate", &all, true).await;
    assert_eq!(dry.json()["dry_run"], true);
    let expected = [
        "changed",
        "skipped deactivated_already",
        "changed",
        "changed",
        "changed",
    ];
    assert_eq!(results(dry), expected);
    assert_eq!(
        app.sql(|sql| sql.dump()),
        before,
        "a dry run changes nothing"
    );
    let done = bulk(&program, "deactivate", &all, false).await;
    assert_eq!(done.json()["dry_run"], false);
    assert_eq!(results(done), expected);
    problem(
        app.api(&one.secret).get("/v1/whoami").await,
        401,
        "key_deactivated",
    );

    let lacking = "skipped permission_missing";
    let not_mine = "skipped personal_key";
    let back = bulk(&program, "activate", &all, false).await;
    assert_eq!(
        results(back),
        ["changed", "changed", lacking, "changed", not_mine]
    );
    let ended = bulk(&program, "revoke", &all, false).await;
    assert_eq!(results(ended), ["changed"; 5]);
    let again = bulk(&program, "revoke", &all, false).await;
    assert_eq!(results(again), ["skipped revoked_already"; 5]);
    let off_again = bulk(&program, "activate", &[&one, &two], false).await;
    assert_eq!(results(off_again), ["skipped revoked"; 2]);
    let back = bulk(&program, "restore", &all, false).await;
    assert_eq!(
        results(back),
        ["changed", "changed", lacking, "changed", not_mine]
    );
    let log = log_of(&app, &own);
    let count = |what: &str| log.iter().filter(|line| line.starts_with(what)).count();
    assert_eq!(
        [
            "key.deactivated",
            "key.activated",
            "key.revoked",
            "key.restored"
        ]
        .map(count),
        [5, 3, 5, 3],
        "{log:?}"
    );
}

#[actix_web::test]
async fn however_often_a_key_is_named_it_counts_once() {
    let (_app, _, program) = scene(&[MANAGE, LIST]);
    let key = create(&program, "one", json!({})).await;
    let many = vec![&key; 2_500];
    let done = bulk(&program, "deactivate", &many, false).await;
    assert_eq!(results(done), ["changed"]);
    let some: Vec<MadeKey> = (0..2_001)
        .map(|n| MadeKey {
            id: format!("{n:012}"),
            secret: String::new(),
        })
        .collect();
    let many: Vec<&MadeKey> = some.iter().collect();
    let refused = bulk(&program, "deactivate", &many, false).await;
    assert_eq!(fields(refused), ["ids"]);
}

#[actix_web::test]
async fn one_id_that_is_not_found_refuses_all_and_nothing_changes() {
    let (app, _, program) = scene(&[MANAGE, LIST]);
    make::workspace(&app, "Elsewhere");
    let foreign = make::key(&app, "elsewhere", "foreign");
    let site = make::publishable(&app, "brightwater", "shop", "*");
    let nobody = MadeKey {
        id: "000000000000".to_owned(),
        secret: String::new(),
    };
    let own = create(&program, "one", json!({})).await;
    let before = app.sql(|sql| {
        sql.dump_without(&[
            "key_calls",
            "key_days",
            "key_last_uses",
            "key_callers",
            "key_caller_days",
        ])
    });
    for other in [&foreign, &site, &nobody] {
        for dry_run in [true, false] {
            let reply = bulk(&program, "revoke", &[&own, other], dry_run).await;
            problem(reply, 404, "not_found");
        }
    }
    let path = format!("{PUBLISHABLE}/bulk");
    let both = json!({"action": "deactivate", "ids": [own.id, site.id]});
    problem(program.post(&path, &both).await, 404, "not_found");
    let after = app.sql(|sql| {
        sql.dump_without(&[
            "key_calls",
            "key_days",
            "key_last_uses",
            "key_callers",
            "key_caller_days",
        ])
    });
    assert_eq!(after, before);
    let sites = json!({"action": "deactivate", "ids": [site.id]});
    assert_eq!(results(program.post(&path, &sites).await), ["changed"]);
    app.api(&foreign.secret).get("/v1/whoami").await.expect(200);
    app.api(&own.secret).get("/v1/whoami").await.expect(200);

    let path = format!("{SECRET}/bulk");
    let many: Vec<String> = (0..2_001).map(|n| format!("{n:012}")).collect();
    for (document, field) in [
        (json!({"action": "revoke", "ids": []}), "ids"),
        (json!({"action": "revoke", "ids": many}), "ids"),
        (json!({"action": "revoke"}), "ids"),
        (json!({"action": "revoke", "ids": ["x"]}), "ids[0]"),
        (json!({"action": "edit", "ids": [own.id]}), "action"),
        (
            json!({"action": "revoke", "ids": [own.id], "dry_run": "yes"}),
            "dry_run",
        ),
        (
            json!({"action": "revoke", "ids": [own.id], "reason": "x"}),
            "reason",
        ),
    ] {
        assert_eq!(fields(program.post(&path, &document).await), [field]);
    }
}

#[actix_web::test]
async fn two_thousand_keys_change_in_one_call() {
    let (app, own, program) = scene(&[MANAGE, LIST]);
    app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO keys (workspace_id, id, kind, label, permissions, created_at, updated_at)
             SELECT workspace_id, lpad(n::text, 12, 'k'), 'secret', 'key ' || n, '{{OBJECTS_LIST}}', created_at, created_at
             FROM keys, generate_series(1, 2000) n WHERE id = '{}'",
            own.id
        ));
    });
    let ids: Vec<String> = (1..=2_000).map(|n| format!("{n:k>12}")).collect();
    let document = json!({"action": "deactivate", "ids": ids});
    let began = std::time::Instant::now();
    let answer = program.post(&format!("{SECRET}/bulk"), &document).await;
    assert_eq!(answer.expect(200).json()["changed"], 2_000);
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    let entries = "SELECT count(*)::text AS line FROM audit_events WHERE actor_kind = 'key'";
    assert_eq!(app.sql(|sql| sql.line(entries)), "2000");
}
