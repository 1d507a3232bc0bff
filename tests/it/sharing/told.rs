//! Who is written to of those who are given access: whoever wishes it.

use keyroom::actor::Role;

use super::{HOME, Scene, person};
use crate::{
    mail::server::MailServer,
    support::{Browser, TestApp, make},
};

const PROFILE: &str = "/account";

async fn switch(browser: &Browser, to: &str) {
    let form = browser.get(PROFILE).await.expect(200).page().form(PROFILE);
    let form = form.with("share_mails", to);
    browser.submit(&form).await.expect(303);
}

#[actix_web::test]
async fn whoever_switches_the_mails_off_gets_none() {
    let server = MailServer::start();
    let scene = Scene::over(TestApp::start_mailing(&server.url())).await;
    let app = &scene.app;
    let lena = person(app, "Lena Fischer", Role::Member);
    let sam = person(app, "Sam Okafor", Role::Member);
    let group = make::group(app, HOME, "Support", &[]);
    for member in [&sam, &lena] {
        make::in_group(app, &group, member);
    }
    let browser = app.sign_in("lena-fischer@brightwater.example").await;
    let form = browser.get(PROFILE).await.expect(200).page().form(PROFILE);
    assert_eq!(form.value("share_mails"), Some("on"), "unless they say so");
    switch(&browser, "off").await;
    let form = browser.get(PROFILE).await.expect(200).page().form(PROFILE);
    assert_eq!(form.value("share_mails"), Some("off"));
    browser
        .post(PROFILE, &[("theme", "dark")])
        .await
        .expect(303);
    let form = browser.get(PROFILE).await.expect(200).page().form(PROFILE);
    assert_eq!(form.value("share_mails"), Some("off"), "not said, it stays");
    let events = browser.get("/account/activity").await.expect(200).page();
    assert!(events.text().contains("Mails about shares: on → off"));
    let pick = format!("group:{group}");
    scene.share(&scene.dan, &[&pick], "user").await.expect(303);
    let told = server.expect(1);
    assert_eq!(told[0].header("to"), "sam-okafor@brightwater.example");
    let how = "You can switch these mails off in your account, under Profile.";
    let text = told[0].text.split_whitespace().collect::<Vec<_>>();
    assert!(text.join(" ").contains(how), "{}", told[0].text);
    switch(&browser, "on").await;
    let pick = format!("member:{lena}");
    scene.share(&scene.dan, &[&pick], "user").await.expect(303);
    let told = server.expect(2);
    assert_eq!(told[1].header("to"), "lena-fischer@brightwater.example");
    // Where no mail is sent there is nothing to switch.
    let scene = Scene::set().await;
    let page = scene.dan.get(PROFILE).await.expect(200).page();
    assert!(!page.has("[name=share_mails]"));
}
