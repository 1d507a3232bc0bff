//! A workspace in which something changes all the time.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::support::{TestApp, make};

#[actix_web::test]
async fn whoever_reads_is_answered_though_something_changes_at_every_moment() {
    let app = TestApp::start();
    make::workspace(&app, "Brightwater");
    let key = make::key(&app, "brightwater", "reader");
    let workspace = app.sql(|sql| sql.line("SELECT id::text AS line FROM workspaces"));
    let workspace = workspace.parse().expect("an id");
    let (site, is_over) = (app.shared.site.clone(), Arc::new(AtomicBool::default()));
    let over = is_over.clone();
    let changing = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            while !over.load(Ordering::Relaxed) {
                site.changes.note(workspace).await;
            }
        });
    });
    let program = app.api(&key.secret);
    for _ in 0..20 {
        program.get("/v1/whoami").await.expect(200);
    }
    is_over.store(true, Ordering::Relaxed);
    changing.join().expect("it ends");
}
