//! The end of what recoverable keys keep: with revocation, on every way to it, and of no use to whoever steals the database.

use data_encoding::{BASE64, HEXLOWER};
use futures_util::future::LocalBoxFuture;
use keyroom::{
    key_files::MasterKey,
    keys::{KeySeal, SecretRow},
};

use serde_json::json;

use crate::{
    scenes::{AUDIT, KEYS, MEMBERS, at, press, shown},
    support::{
        Browser, TestApp, log,
        make::{self, MadeKey},
    },
};

type Way = for<'a> fn(&'a TestApp, &'a Browser, &'a MadeKey) -> LocalBoxFuture<'a, ()>;

/// Every way on which a key is revoked.
const WAYS: &[(&str, Way)] = &[
    ("unneeded", |_, owner, key| {
        Box::pin(async {
            press(owner, key, "revocation").await.expect(303);
        })
    }),
    ("compromised", |_, owner, key| {
        Box::pin(async {
            let fields = [("reason", "compromised")];
            owner
                .post(&at(key, "revocation"), &fields)
                .await
                .expect(303);
        })
    }),
    ("many at once", |_, owner, key| {
        Box::pin(async {
            let fields = [("id", key.id.as_str()), ("confirm", "revoke 1 key")];
            owner
                .post(&format!("{KEYS}/revocations"), &fields)
                .await
                .expect(303);
        })
    }),
    ("by itself", |app, _, key| {
        Box::pin(async {
            app.api(&key.secret).delete("/v1/whoami").await.expect(204);
        })
    }),
    ("with whoever made it", |app, owner, key| {
        Box::pin(async {
            let role = keyroom::actor::Role::Admin;
            let maker = make::named(app, "brightwater", "Mateo", "mateo@x.example", role);
            make::made_by(app, key, &maker);
            let decision = format!("key-{}", key.id);
            let fields = [(decision.as_str(), "revoke")];
            owner
                .post(&format!("{MEMBERS}/{maker}/removal"), &fields)
                .await
                .expect(303);
        })
    }),
    ("past the application", |app, _, key| {
        Box::pin(async { make::revoked(app, key, "unneeded") })
    }),
];

/// How many of its secrets are kept sealed, and what is said of it.
fn stored(app: &TestApp, key: &MadeKey) -> String {
    let id = &key.id;
    app.sql(|sql| {
        sql.line(&format!(
            "SELECT count(sealed) || ' ' || recovery AS line FROM keys JOIN key_secrets ON key_id = id
             WHERE id = '{id}' GROUP BY recovery"
        ))
    })
}

#[actix_web::test]
async fn on_every_way_to_revocation_the_sealed_secret_is_destroyed() {
    for (name, revoke) in WAYS {
        let app = TestApp::start();
        let owner = app.set_up().await;
        let key = make::recoverable(&app, "brightwater", "ci");
        let other = make::recoverable(&app, "brightwater", "other");
        assert_eq!(stored(&app, &key), "1 possible");
        revoke(&app, &owner, &key).await;
        assert_eq!(stored(&app, &key), "0 over", "{name}");
        assert_eq!(stored(&app, &other), "1 possible", "{name}");
    }
}

#[actix_web::test]
async fn a_key_that_comes_back_is_no_longer_recoverable() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::recoverable(&app, "brightwater", "ci");
    let question = owner.get(&at(&key, "revocation")).await.expect(200).page();
    assert!(question.text().contains("its stored secret is destroyed"));
    press(&owner, &key, "revocation").await.expect(303);
    let back = press(&owner, &key, "restoration").await.expect(303);
    let page = owner.follow(&back).await.page();
    assert!(page.one("#flash").contains("It is no longer recoverable"));
    assert!(!page.has(&format!("#reveal-{}", key.id)));
    assert_eq!(stored(&app, &key), "0 over");
    press(&owner, &key, "activation").await.expect(303);
    app.api(&key.secret).get("/v1/whoami").await.expect(200);
    for reply in [
        press(&owner, &key, "reveal").await,
        owner.get(&at(&key, "reveal")).await,
    ] {
        let text = reply.expect(409).page().text();
        assert!(
            text.contains("restoring the key did not bring it back"),
            "{text}"
        );
    }
    let facts = owner.get(&format!("{KEYS}/{}", key.id)).await.page().text();
    assert!(facts.contains("No longer recoverable"), "{facts}");
    let rows = owner.get(AUDIT).await.page().all("table.changes tbody tr");
    assert!(rows.contains(&"Recoverable Yes No".to_owned()), "{rows:?}");
}

/// Whatever a server of this version or another tries to keep.
#[actix_web::test]
async fn the_database_keeps_a_sealed_secret_of_recoverable_keys_alone() {
    let app = TestApp::start();
    app.set_up().await;
    let plain = make::key(&app, "brightwater", "plain");
    let gone = make::recoverable(&app, "brightwater", "gone");
    make::revoked(&app, &gone, "unneeded");
    for key in [&plain, &gone] {
        let id = &key.id;
        let seal = format!("UPDATE key_secrets SET sealed = 'x' WHERE key_id = '{id}'");
        let refused = app.sql(|sql| sql.try_execute(&seal)).expect_err("refused");
        assert!(refused.to_string().contains("not recoverable"), "{refused}");
    }
    let back = format!(
        "UPDATE keys SET recovery = 'possible' WHERE id = '{}'",
        gone.id
    );
    app.sql(|sql| sql.try_execute(&back))
        .expect("a server may try");
    assert_eq!(stored(&app, &gone), "0 over");
}

/// A backup or a stolen dump, with everything the server has logged.
#[actix_web::test]
async fn the_database_and_the_log_open_no_key_without_the_master_key() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::recoverable(&app, "brightwater", "ci");
    assert_eq!(
        shown(&press(&owner, &key, "reveal").await).secret,
        key.secret
    );
    let secret = &key.secret[17..49];
    let writings = [
        secret.to_owned(),
        HEXLOWER.encode(secret.as_bytes()),
        BASE64.encode(secret.as_bytes()),
    ];
    let dump = app.sql(|sql| sql.dump());
    // Without what the tests' own reading of pages says.
    let mut lines = log::lines();
    lines.retain(|line| !line.contains(" html5ever::") && !line.contains(" selectors::"));
    let everything = dump.values().flatten().chain(&lines);
    for line in everything {
        assert!(
            !writings.iter().any(|w| line.contains(w.as_str())),
            "{line}"
        );
    }
    let [workspace, sealed] = ["workspace_id::text", "encode(sealed, 'hex')"]
        .map(|what| app.sql(|sql| sql.line(&format!("SELECT {what} AS line FROM key_secrets"))));
    let row = SecretRow {
        workspace: serde_json::from_value(json!(workspace)).expect("an id"),
        key: key.id.parse().expect("an id"),
        version: 1,
    };
    let sealed = HEXLOWER.decode(sealed.as_bytes()).expect("hex");
    let opened = app.shared.key_seal.open(row, &sealed).expect("opened");
    assert_eq!(opened.reveal(), key.secret, "it is this that is looked for");
    let another =
        MasterKey::parse(&format!("1:{}\n", BASE64.encode(&[7; 32]))).expect("a key file");
    assert!(KeySeal::of(&another).open(row, &sealed).is_none());
}
