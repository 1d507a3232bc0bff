//! Contents, in a folder and in a bucket: what goes in comes out, and what breaks off leaves nothing.

mod collector;
mod room;

use std::{fs, sync::Arc};

use actix_web::web::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use keyroom::{
    error::Error,
    ids::WorkspaceId,
    objects::{Arrival, At, Objects, Whole},
};
use sha2::{Digest, Sha256};

use crate::support::{TestApp, bucket::Bucket};

/// The objects of a server and one workspace of it.
struct Scene {
    app: TestApp,
    objects: Arc<Objects>,
    workspace: WorkspaceId,
}

impl Scene {
    async fn of(app: TestApp) -> Self {
        app.set_up().await;
        let id = app.sql(|sql| sql.line("SELECT id::text AS line FROM workspaces"));
        Self {
            objects: app.shared.objects.clone().into_inner(),
            workspace: id.parse().expect("an id"),
            app,
        }
    }

    async fn receive(&self, expected: (u64, u64)) -> Result<Arrival, Error> {
        let now = self.app.clock.now();
        let arrival = self
            .objects
            .receive(&self.app.db, self.workspace, expected, now);
        arrival.await
    }

    async fn store(&self, content: &[u8]) -> Result<Whole, Error> {
        let mut arrival = self.receive((0, content.len() as u64)).await?;
        for chunk in content.chunks(33_333) {
            let chunk = Bytes::copy_from_slice(chunk);
            arrival.write(chunk, self.app.clock.now()).await?;
        }
        arrival.finish(self.app.clock.now()).await
    }

    async fn read(&self, whole: &Whole, range: std::ops::Range<u64>) -> Result<Vec<u8>, Error> {
        let at = self.at(whole);
        let stream = self.objects.read(at, range).await?;
        let chunks: Vec<Bytes> = stream.try_collect().await?;
        Ok(chunks.concat())
    }

    fn at(&self, whole: &Whole) -> At {
        At {
            workspace: self.workspace,
            id: whole.id,
        }
    }

    /// As a row that refers to it would.
    fn keep(&self, whole: Whole) {
        let id = whole.id;
        whole.keep();
        self.app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE objects SET state = 'kept' WHERE id = '{id}'"
            ))
        });
    }

    fn rows(&self) -> Vec<String> {
        self.app
            .sql(|sql| sql.lines("SELECT state AS line FROM objects ORDER BY 1"))
    }

    fn used(&self) -> String {
        self.app
            .sql(|sql| sql.line("SELECT used::text AS line FROM object_space"))
    }

    /// Every file in the folder, the partial ones too.
    fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.app.objects_folder()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let entry = entry.expect("an entry");
                match entry.file_type().expect("a kind").is_dir() {
                    true => folders.push(entry.path()),
                    false => found.push(entry.file_name().into_string().expect("text")),
                }
            }
        }
        found
    }
}

/// Until what was dropped has been taken back.
pub async fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..500 {
        if is_so() {
            return;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{what} never comes");
}

fn content(size: usize) -> Vec<u8> {
    (0..size).map(|n| (n * 31 % 251) as u8).collect()
}

async fn what_goes_in_comes_out(scene: &Scene) {
    for size in [0, 1, 8 << 20, (20 << 20) + 3] {
        let content = content(size);
        let whole = scene.store(&content).await.expect("stored");
        assert_eq!(whole.size, size as u64);
        assert_eq!(whole.sha256, <[u8; 32]>::from(Sha256::digest(&content)));
        let head = size.min(8192);
        assert_eq!(whole.head, content[..head]);
        let read = scene.read(&whole, 0..size as u64).await.expect("read");
        assert!(read == content, "{size} bytes come out as they went in");
        if size > 3 {
            let end = size as u64;
            for range in [0..1, 1..3, end - 2..end] {
                let part = content[range.start as usize..range.end as usize].to_vec();
                assert_eq!(scene.read(&whole, range).await.expect("read"), part);
            }
        }
        whole.discard().await;
    }
    assert_eq!(scene.rows(), [""; 0]);
    assert_eq!(scene.used(), "0");
}

/// What was passed on already, and what was not.
async fn what_breaks_off_leaves_nothing(scene: &Scene) {
    for size in [1, 9 << 20] {
        let mut arrival = scene.receive((0, 0)).await.expect("room");
        let chunk = Bytes::from(content(size));
        arrival
            .write(chunk.clone(), scene.app.clock.now())
            .await
            .expect("written");
        assert_eq!(scene.rows(), ["arriving"], "its row is written first");
        drop(arrival);
        until("the end of its row", || scene.rows().is_empty()).await;

        let mut arrival = scene.receive((0, 0)).await.expect("room");
        arrival
            .write(chunk, scene.app.clock.now())
            .await
            .expect("written");
        arrival.abort().await;
        assert_eq!(scene.rows(), [""; 0]);

        drop(scene.store(&content(size)).await.expect("stored"));
        until("the end of its row", || scene.rows().is_empty()).await;
    }
    assert_eq!(scene.used(), "0");
}

#[actix_web::test]
async fn a_folder_keeps_what_it_is_given_and_nothing_that_broke_off() {
    let scene = Scene::of(TestApp::start()).await;
    what_goes_in_comes_out(&scene).await;
    what_breaks_off_leaves_nothing(&scene).await;
    assert_eq!(scene.files(), [""; 0]);
}

#[actix_web::test]
async fn a_bucket_keeps_what_it_is_given_and_nothing_that_broke_off() {
    let bucket = Bucket::start();
    let scene = Scene::of(TestApp::start_storing(&bucket.url())).await;
    what_goes_in_comes_out(&scene).await;
    what_breaks_off_leaves_nothing(&scene).await;
    assert_eq!((bucket.names(), bucket.unfinished()), (vec![], vec![]));
}

#[actix_web::test]
async fn while_a_folder_is_away_nothing_is_lost() {
    let scene = Scene::of(TestApp::start()).await;
    let whole = scene.store(b"before").await.expect("stored");
    let (folder, away) = (
        scene.app.objects_folder(),
        scene.app.objects_folder().with_extension("away"),
    );
    fs::rename(&folder, &away).expect("moved");
    assert!(matches!(
        scene.store(b"meanwhile").await,
        Err(Error::Away(_))
    ));
    assert!(matches!(
        scene.read(&whole, 0..6).await,
        Err(Error::Away(_))
    ));
    assert!(!folder.exists(), "nothing is written to where it was");
    fs::rename(&away, &folder).expect("moved back");
    assert_eq!(scene.read(&whole, 0..6).await.expect("read"), b"before");
    scene.store(b"after").await.expect("stored").discard().await;

    // There, and without what it was given.
    fs::remove_dir_all(&folder).expect("removed");
    fs::create_dir_all(folder.join(installation(&scene))).expect("made");
    assert!(matches!(
        scene.read(&whole, 0..6).await,
        Err(Error::Internal(_))
    ));
}

fn installation(scene: &Scene) -> String {
    scene
        .app
        .sql(|sql| sql.line("SELECT id::text AS line FROM installation"))
}

#[actix_web::test]
async fn while_a_bucket_is_away_uploads_are_refused_and_collected_later() {
    let mut bucket = Bucket::start();
    let scene = Scene::of(TestApp::start_storing(&bucket.url())).await;
    let mut arrival = scene.receive((0, 0)).await.expect("room");
    let chunk = Bytes::from(content(9 << 20));
    arrival
        .write(chunk.clone(), scene.app.clock.now())
        .await
        .expect("written");
    assert_eq!(bucket.unfinished().len(), 1);
    bucket.kill();
    let broken = arrival.write(chunk, scene.app.clock.now()).await;
    assert!(matches!(broken, Err(Error::Away(_))), "{broken:?}");
    arrival.abort().await;
    assert_eq!(scene.rows(), ["ending"], "it waits to be collected");
    assert!(matches!(
        scene.store(b"meanwhile").await,
        Err(Error::Away(_))
    ));
    bucket.start_again();
    let whole = scene.store(b"after").await.expect("stored");
    assert_eq!(scene.read(&whole, 0..5).await.expect("read"), b"after");
    scene.keep(whole);
    collector::an_hour_passes(&scene);
    collector::collected(&scene).await;
    assert_eq!(scene.rows(), ["kept"]);
    assert_eq!(scene.used(), "5");
    assert_eq!((bucket.names().len(), bucket.unfinished().len()), (1, 0));
}

#[actix_web::test]
async fn a_stream_that_ends_early_says_so() {
    let scene = Scene::of(TestApp::start()).await;
    let whole = scene.store(&content(100)).await.expect("stored");
    let folder = scene.app.objects_folder().join(installation(&scene));
    let path = folder
        .join(scene.workspace.to_string())
        .join(whole.id.to_string());
    fs::write(path, b"short").expect("written");
    let read = scene.objects.read(scene.at(&whole), 0..100).await;
    let chunks: Vec<_> = match read {
        Ok(stream) => stream.collect().await,
        Err(error) => vec![Err(error)],
    };
    assert!(chunks.iter().any(Result::is_err));
}
