//! No file is larger than it may be, and no workspace has more than it may have, however many come at once.

use actix_web::web::Bytes;
use futures_util::future::join_all;
use keyroom::error::Error;

use super::{Scene, content, until};
use crate::support::{TestApp, make};

fn limit(scene: &Scene, file: u64, total: u64) {
    scene.app.sql(|sql| {
        sql.execute(&format!(
            "UPDATE object_space SET file_limit = {file}, total_limit = {total}"
        ));
    });
}

#[actix_web::test]
async fn what_is_too_large_is_refused_as_early_as_it_is_known() {
    let scene = Scene::of(TestApp::start()).await;
    scene.store(b"").await.expect("stored").discard().await;
    limit(&scene, 1000, 1500);
    scene
        .store(&content(1000))
        .await
        .expect("stored")
        .discard()
        .await;
    let early = scene.receive((1001, 1001)).await.err();
    let Some(Error::Oversize(why)) = early else {
        panic!("{early:?}");
    };
    assert!(
        why.starts_with("A file of this workspace may have 1000 bytes at most"),
        "{why}"
    );
    let mut arrival = scene.receive((0, 0)).await.expect("room");
    let late = arrival
        .write(Bytes::from(content(1001)), scene.app.clock.now())
        .await;
    assert!(matches!(late, Err(Error::Oversize(_))));
    drop(arrival);
    until("the end of its row", || scene.rows().is_empty()).await;

    scene.keep(scene.store(&content(800)).await.expect("stored"));
    let full = scene.store(&content(701)).await.err();
    let Some(Error::Invalid(mistakes)) = full else {
        panic!("{full:?}");
    };
    assert_eq!(mistakes[0].field, "file");
    assert!(
        mistakes[0].message.contains("may have 1.4 KiB together"),
        "{}",
        mistakes[0].message
    );
    scene
        .store(&content(700))
        .await
        .expect("as much as is left")
        .discard()
        .await;
    assert_eq!(
        (scene.rows(), scene.used()),
        (vec!["kept".to_owned()], "800".to_owned())
    );
    // A limit that is lowered takes nothing away.
    limit(&scene, 1000, 100);
    assert!(scene.store(b"x").await.is_err());
    scene
        .store(b"")
        .await
        .expect("nothing is always given")
        .discard()
        .await;
}

#[actix_web::test]
async fn nobody_holds_what_others_need_by_announcing_much() {
    let scene = Scene::of(TestApp::start()).await;
    scene.store(b"").await.expect("stored").discard().await;
    limit(&scene, 5 << 30, 6 << 30);
    let announced = (5 << 30, 5 << 30);
    let mut held = Vec::new();
    // Half of all uploads is the share of one workspace.
    for _ in 0..32 {
        held.push(scene.receive(announced).await.expect("a turn and room"));
    }
    assert_eq!(scene.used(), (32 * (8_u64 << 20)).to_string());
    let late = scene.receive((1, 1)).await.err();
    assert!(matches!(late, Some(Error::Away(_))), "{late:?}");
    make::workspace(&scene.app, "Elsewhere");
    let other = scene
        .app
        .sql(|sql| sql.line("SELECT id::text AS line FROM workspaces WHERE slug = 'elsewhere'"));
    let now = scene.app.clock.now();
    let of_others =
        scene
            .objects
            .receive(&scene.app.db, other.parse().expect("an id"), (1, 1), now);
    of_others
        .await
        .expect("the others have theirs")
        .abort()
        .await;
    held.pop();
    scene.receive((1, 1)).await.expect("a turn").abort().await;

    // What is announced is refused early where it does not fit.
    scene
        .app
        .sql(|sql| sql.execute("UPDATE object_space SET total_limit = 4294967296"));
    drop(held);
    let early = scene.receive(announced).await.err();
    assert!(matches!(early, Some(Error::Invalid(_))), "{early:?}");
}

#[actix_web::test]
async fn uploads_at_the_same_time_share_what_is_left() {
    let scene = Scene::of(TestApp::start()).await;
    scene.store(b"").await.expect("stored").discard().await;
    limit(&scene, 1000, 3500);
    // With the length known before, and without.
    for known in [true, false] {
        let all = join_all((0..8).map(|_| async {
            let expected = if known { (1000, 1000) } else { (0, 0) };
            let mut arrival = scene.receive(expected).await?;
            for _ in 0..10 {
                let now = scene.app.clock.now();
                arrival.write(Bytes::from(content(100)), now).await?;
            }
            arrival.finish(scene.app.clock.now()).await
        }))
        .await;
        let stored: Vec<_> = all.into_iter().filter_map(Result::ok).collect();
        // Where nobody knows how much comes, all may get a part of what is left, and none enough.
        assert!(stored.len() <= 3, "{} fit", stored.len());
        assert!(stored.len() == 3 || !known);
        for whole in stored {
            whole.discard().await;
        }
        super::until("all room", || scene.used() == "0").await;
    }
}
