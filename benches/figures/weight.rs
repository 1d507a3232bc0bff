//! Bytes on the wire of a visit with an empty cache, and of the next.

use std::collections::BTreeSet;

use actix_web::http::Method;

use crate::{
    scene,
    support::{TestApp, http::send, page::Page},
};

const KEYS: &str = "/w/brightwater/settings/api-keys";

pub async fn measure() {
    let app = TestApp::start();
    let owner = app.set_up().await;
    scene::keys(&app, 50);
    let html = owner.get(KEYS).await.expect(200);
    let page = Page::parse(&html.text());
    println!("keys page, cards: {}", page.elements("article.key").len());
    let cookies = owner.cookies();
    let weigh = async |path: &str| {
        let headers = [("cookie", cookies.as_str()), ("accept-encoding", "gzip")];
        let reply = send(&app.address, Method::GET, path, &headers, Vec::new()).await;
        assert_eq!(reply.status, 200, "{path}");
        let cached = reply.header("cache-control").contains("immutable");
        (reply.body.len(), cached)
    };
    let mut assets: BTreeSet<String> = BTreeSet::new();
    assets.extend(page.attributes(
        "link[rel=stylesheet], link[rel=icon], link[rel=modulepreload]",
        "href",
    ));
    assets.extend(page.attributes("script[src]", "src"));
    assets.extend(
        page.attributes("use", "href")
            .into_iter()
            .filter_map(|href| href.split('#').next().map(str::to_owned)),
    );
    let (own, _) = weigh(KEYS).await;
    let (mut first, mut second) = (own, own);
    for asset in assets.iter().filter(|path| !path.is_empty()) {
        let (bytes, cached) = weigh(asset).await;
        first += bytes;
        if !cached {
            second += bytes;
        }
    }
    println!(
        "keys page, bytes without fonts: first visit {first}, second visit {second} (the page itself {own})"
    );
}
