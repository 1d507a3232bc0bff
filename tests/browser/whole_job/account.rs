//! What is around the keys: the workspace, one's account, the audit log.

use super::{EMAIL, Job};
use crate::scene::{LIST, sign_in};
use crate::server::make::PASSWORD;

const OTHER_PASSWORD: &str = "orchid ladder hums softly again";

impl Job {
    pub async fn rename_the_workspace(&self) {
        let page = &self.page;
        page.click_and_load("nav a:has-text(\"General\")").await;
        assert_eq!(page.value("#name").await, "Brightwater");
        page.fill("#name", "Brightwater Ltd").await;
        page.click_and_load("button:has-text(\"Save changes\")")
            .await;
        page.wait_for_text("The workspace is called Brightwater Ltd.")
            .await;
        assert!(page.title().await.starts_with("Saved."));
        page.goto(&self.scene.url(LIST)).await;
        page.wait_for_text("Workspace keys belong to Brightwater Ltd,")
            .await;
    }

    /// Elsewhere one is signed out on the next click, and led to what was clicked after signing in.
    pub async fn change_the_password(&self) {
        let page = &self.page;
        let elsewhere = self
            .scene
            .visitor(crate::scene::both()[usize::from(!self.script)])
            .await
            .page()
            .await;
        elsewhere.goto(&self.scene.url(LIST)).await;
        sign_in(&elsewhere, EMAIL, PASSWORD).await;

        self.open_menu().await;
        page.click_and_load("a:has-text(\"Your account\")").await;
        page.click_and_load("a:has-text(\"Security\")").await;
        page.fill("#current", PASSWORD).await;
        page.fill("#new", OTHER_PASSWORD).await;
        page.click_and_load("button:has-text(\"Change password\")")
            .await;
        page.wait_for_text("Your password is changed. 1 other session ended.")
            .await;

        elsewhere
            .click_and_load("nav a:has-text(\"Audit log\")")
            .await;
        elsewhere.wait_for_text("Sign in to Keyroom").await;
        sign_in(&elsewhere, EMAIL, OTHER_PASSWORD).await;
        assert_eq!(elsewhere.path().await, "/w/brightwater/settings/audit-log");
        elsewhere.assert_no_problems().await;
        page.goto(&self.scene.url(LIST)).await;
        assert_eq!(page.path().await, LIST);
    }

    /// It wins over the system's, in every browser of this person, and stays.
    pub async fn choose_a_theme(&self) {
        let page = &self.page;
        let colour = "getComputedStyle(document.body).backgroundColor";
        let light: String = page.eval(colour).await;
        self.open_menu().await;
        page.click_and_load("[popover] button:has-text(\"Dark\")")
            .await;
        assert_eq!(page.path().await, LIST);
        let dark: String = page.eval(colour).await;
        assert_ne!(light, dark);
        page.reload().await;
        assert_eq!(page.eval::<String>(colour).await, dark);
        page.dark(true).await;
        self.open_menu().await;
        page.click_and_load("[popover] button:has-text(\"Light\")")
            .await;
        page.reload().await;
        assert_eq!(page.eval::<String>(colour).await, light);
        let other = self.context.page().await;
        other.goto(&self.scene.url(LIST)).await;
        assert_eq!(other.eval::<String>(colour).await, light);
        other.assert_no_problems().await;
        self.open_menu().await;
        page.click_and_load("[popover] button:has-text(\"System\")")
            .await;
        assert_eq!(page.eval::<String>(colour).await, dark);
        page.dark(false).await;
    }

    pub async fn read_the_audit_log(&self) {
        let page = &self.page;
        page.click_and_load("nav a:has-text(\"Audit log\")").await;
        let entries = page.texts("tbody td.what, tbody td:nth-child(3)").await;
        let entries: Vec<String> = entries
            .iter()
            .map(|entry| entry.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        for told in [
            "created workspace Brightwater",
            "generated key production-server",
            "deactivated key production-server",
            "activated key production-server",
            "revoked key production-server",
            "restored key production-server",
            "renamed the workspace to Brightwater Ltd",
            "signed in",
        ] {
            let found = entries.iter().any(|entry| entry.starts_with(told));
            assert!(found, "{told} in {entries:#?}");
        }
        page.click("summary:has-text(\"renamed the workspace\")")
            .await;
        page.wait_for_text("Before After Name Brightwater Brightwater Ltd")
            .await;
    }

    pub async fn sign_out(&self) {
        let page = &self.page;
        self.open_menu().await;
        page.click_and_load("[popover] button:has-text(\"Sign out\")")
            .await;
        page.wait_for_text("You are signed out.").await;
        page.back().await;
        page.reload().await;
        page.wait_for_text("Sign in to Keyroom").await;
        page.goto(&self.scene.url(LIST)).await;
        assert!(page.path().await.starts_with("/sign-in?next="));
    }
}
