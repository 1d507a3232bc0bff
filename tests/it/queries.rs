//! How often the database is asked.

use crate::support::{TestApp, make};

#[actix_web::test]
async fn smoke() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    let key = make::key(&app, "brightwater", "ci");
    let page = owner
        .get("/w/brightwater/settings/api-keys")
        .await
        .expect(200);
    assert_eq!(page.page().all("article h2"), ["ci"]);
    let who = app.api(&key.secret).get("/v1/whoami").await.expect(200);
    assert_eq!(who.json()["key"]["label"], "ci");
}
