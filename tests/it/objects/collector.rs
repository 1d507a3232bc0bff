//! What nothing refers to is deleted after an hour, and nothing else ever.

use std::fs;

use chrono::TimeDelta;
use futures_util::future::join_all;
use keyroom::{
    error::Error,
    objects::{Collected, Still, collect},
    policy::Unscoped,
};

use super::{Scene, content, until};
use crate::support::{TestApp, bucket::Bucket};
use actix_web::web::Bytes;

const WHY: Unscoped = Unscoped::because("a test collects");

pub fn an_hour_passes(scene: &Scene) {
    scene.app.clock.advance(TimeDelta::minutes(61));
}

pub async fn collected(scene: &Scene) -> Collected {
    let now = scene.app.clock.now();
    let done = collect(&scene.objects, &scene.app.db, WHY, now).await;
    done.expect("a store and a database")
}

const NOTHING: Collected = Collected {
    ended: 0,
    strays: 0,
};

/// As after a crash: rows and bytes, and nobody who goes on.
fn crash(scene: &Scene) {
    scene.app.sql(|sql| {
        sql.execute(&format!(
            "INSERT INTO objects (workspace_id, id, state, size, progressed_at)
             VALUES ('{}', gen_random_uuid(), 'arriving', 1000, '{}');
             UPDATE object_space SET used = used + 1000",
            scene.workspace,
            scene.app.clock.now().to_rfc3339()
        ));
    });
}

#[actix_web::test]
async fn what_a_crash_left_in_a_folder_is_collected_and_what_is_kept_stays() {
    let scene = Scene::of(TestApp::start()).await;
    let kept = scene.store(b"kept").await.expect("stored");
    let name = kept.id.to_string();
    scene.keep(kept);
    crash(&scene);
    let id = scene
        .app
        .sql(|sql| sql.line("SELECT id::text AS line FROM objects WHERE state = 'arriving'"));
    let installation = super::installation(&scene);
    let folder = scene.app.objects_folder().join(installation);
    let ours = folder.join(scene.workspace.to_string());
    // Of the upload that broke off, of one that is whole, of one without a row, and of a workspace that is gone.
    fs::write(ours.join(format!("{id}#1")), b"partial").expect("written");
    fs::write(ours.join(format!("{name}#7")), b"partial").expect("written");
    fs::write(ours.join("00000000-0000-7000-8000-000000000001"), b"stray").expect("written");
    let gone = folder.join("00000000-0000-7000-8000-000000000002");
    fs::create_dir(&gone).expect("made");
    fs::write(
        gone.join("00000000-0000-7000-8000-000000000003#1"),
        b"stray",
    )
    .expect("written");
    // What is not ours is left alone.
    fs::write(scene.app.objects_folder().join("README"), b"theirs").expect("written");

    let at_once = collected(&scene).await;
    assert_eq!(
        at_once,
        Collected {
            ended: 0,
            strays: 3
        },
        "an upload has an hour"
    );
    assert_eq!(scene.rows(), ["arriving", "kept"]);
    an_hour_passes(&scene);
    assert_eq!(
        collected(&scene).await,
        Collected {
            ended: 1,
            strays: 0
        }
    );
    assert_eq!(
        (scene.rows(), scene.used()),
        (vec!["kept".to_owned()], "4".to_owned())
    );
    let mut files = scene.files();
    files.sort();
    assert_eq!(files, [name, "README".to_owned()]);
    assert_eq!(collected(&scene).await, NOTHING);
}

#[actix_web::test]
async fn what_a_crash_left_in_a_bucket_is_collected() {
    let bucket = Bucket::start();
    let scene = Scene::of(TestApp::start_storing(&bucket.url())).await;
    let mut arrival = scene.receive((0, 0)).await.expect("room");
    let part = Bytes::from(content(8 << 20));
    arrival
        .write(part, scene.app.clock.now())
        .await
        .expect("written");
    assert_eq!(bucket.unfinished().len(), 1);
    std::mem::forget(arrival);
    scene.keep(scene.store(b"kept").await.expect("stored"));
    std::mem::forget(scene.store(b"let go").await.expect("stored"));
    // A row that is gone with its workspace.
    std::mem::forget(scene.store(b"stray").await.expect("stored"));
    scene.app.sql(|sql| {
        sql.execute("DELETE FROM objects WHERE id = (SELECT id FROM objects WHERE state = 'whole' ORDER BY id DESC LIMIT 1)");
    });
    assert_eq!(bucket.names().len(), 3);
    an_hour_passes(&scene);
    assert_eq!(
        collected(&scene).await,
        Collected {
            ended: 2,
            strays: 1
        }
    );
    assert_eq!((bucket.names().len(), bucket.unfinished().len()), (1, 0));
    assert_eq!(scene.rows(), ["kept"]);
}

#[actix_web::test]
async fn an_upload_that_goes_on_is_left_alone_and_one_that_stood_still_ends() {
    let scene = Scene::of(TestApp::start()).await;
    let mut slow = scene.receive((0, 100)).await.expect("room");
    let mut still = scene.receive((0, 100)).await.expect("room");
    for _ in 0..3 {
        scene.app.clock.advance(TimeDelta::minutes(59));
        let now = scene.app.clock.now();
        slow.write(Bytes::from_static(b"x"), now)
            .await
            .expect("it goes on");
        collected(&scene).await;
    }
    assert_eq!(scene.rows(), ["arriving"]);
    let now = scene.app.clock.now();
    assert!(still.write(Bytes::from_static(b"x"), now).await.is_err());
    assert!(still.finish(now).await.is_err());
    slow.finish(now).await.expect("whole").discard().await;
    until("an empty folder", || scene.files().is_empty()).await;
}

#[actix_web::test]
async fn while_a_backup_reads_nothing_is_deleted() {
    let scene = Scene::of(TestApp::start()).await;
    std::mem::forget(scene.store(b"let go").await.expect("stored"));
    crash(&scene);
    an_hour_passes(&scene);
    let still = Still::at(&scene.app.database_url()).expect("a lock");
    assert_eq!(collected(&scene).await, NOTHING);
    drop(still);
    let locks = "SELECT count(*)::text AS line FROM pg_locks JOIN pg_database d ON d.oid = database
                 WHERE locktype = 'advisory' AND datname = current_database()";
    let is_over = || scene.app.sql(|sql| sql.line(locks)) == "0";
    until("the end of the backup", is_over).await;
    // Several servers at once: each object is deleted by one.
    let all = join_all((0..3).map(|_| collected(&scene))).await;
    assert_eq!(all.iter().map(|done| done.ended).sum::<usize>(), 2);
    assert_eq!(scene.files(), [""; 0]);
}

/// Here a folder has come to where an object is, which no store puts there.
#[actix_web::test]
async fn what_cannot_be_ended_holds_up_nothing_else() {
    let scene = Scene::of(TestApp::start()).await;
    let ours = scene
        .app
        .objects_folder()
        .join(super::installation(&scene))
        .join(scene.workspace.to_string());
    let stubborn = scene.store(b"stubborn").await.expect("stored");
    let place = ours.join(stubborn.id.to_string());
    std::mem::forget(stubborn);
    fs::remove_file(&place).expect("removed");
    fs::create_dir(&place).expect("made");
    std::mem::forget(scene.store(b"let go").await.expect("stored"));
    // More than are looked at at once, in two workspaces.
    for workspace in [0, 1] {
        let folder = ours.with_file_name(format!("00000000-0000-7000-8000-00000000000{workspace}"));
        fs::create_dir(&folder).expect("made");
        for n in 0..600 {
            let stray = folder.join(format!("00000000-0000-7000-8000-{n:012}"));
            fs::write(stray, b"").expect("written");
        }
    }
    for _ in 0..2 {
        an_hour_passes(&scene);
        let now = scene.app.clock.now();
        let done = collect(&scene.objects, &scene.app.db, WHY, now).await;
        assert!(matches!(done, Err(Error::Away(_))), "{done:?}");
        assert_eq!(
            (scene.rows(), scene.files()),
            (vec!["ending".to_owned()], vec![])
        );
    }
    // What was tried comes behind what was not.
    assert_eq!(collected(&scene).await, NOTHING);
    fs::remove_dir(&place).expect("removed");
    an_hour_passes(&scene);
    assert_eq!(collected(&scene).await.ended, 1);
    assert_eq!(scene.rows(), [""; 0]);
}
