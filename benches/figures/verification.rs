//! `whoami` as it is, and the same handler behind a guard that lets everybody in.

use std::sync::OnceLock;

use actix_web::{
    HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    test::{TestRequest, call_service, init_service},
};
use keyroom::{
    actor::{Actor, Source, Who},
    app, auth,
    permissions::Permissions,
    web::Access,
};

use crate::{
    in_turns, say,
    support::{TestApp, make},
};

static WHO: OnceLock<Actor> = OnceLock::new();

fn trusting(_: Access, route: actix_web::Route) -> actix_web::Route {
    route.wrap(from_fn(let_in))
}

async fn let_in(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    req.extensions_mut()
        .insert(WHO.get().expect("somebody").clone());
    next.call(req).await
}

pub async fn measure() {
    let scene = TestApp::start();
    make::workspace(&scene, "Brightwater");
    let key = make::key(&scene, "brightwater", "ci");
    let workspace = scene.sql(|sql| sql.line("SELECT id::text AS line FROM workspaces"));
    let who = Who::Key {
        id: key.id.parse().expect("an id"),
        secret: 1,
        label: "ci".to_owned(),
        permissions: Permissions::everything(),
        owner: None,
    };
    let workspace = workspace.parse().expect("an id");
    WHO.set(Actor::new(who, workspace, Source::default()))
        .expect("set once");
    let checked = init_service(app::app(scene.shared.clone(), auth::guard)).await;
    let unchecked = init_service(app::app(scene.shared.clone(), trusting)).await;
    let ask = || {
        TestRequest::get()
            .uri("/v1/whoami")
            .insert_header(("authorization", format!("Bearer {}", key.secret)))
            .to_request()
    };
    let times = in_turns(
        1_000,
        async || assert!(call_service(&unchecked, ask()).await.status().is_success()),
        async || assert!(call_service(&checked, ask()).await.status().is_success()),
    )
    .await;
    say("whoami without and with verification", times);
}
