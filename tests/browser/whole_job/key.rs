//! The key, from *Generate new key* to *Restore key*.

use super::Job;
use crate::scene::{GENERATE, LIST, choose_read_only, open};
use crate::server::make;

const LABEL: &str = "production-server";

pub struct Generated {
    id: String,
    secret: String,
}

impl Generated {
    /// Its card in the list.
    fn card(&self) -> String {
        format!("#k-{}", self.id)
    }
}

impl Job {
    /// Permissions by preset, by search and by group, down to the page that shows the key.
    pub async fn generate(&self) -> Generated {
        let page = &self.page;
        page.goto(&self.scene.url(LIST)).await;
        open(page, "a:has-text(\"Generate new key\")").await;
        choose_read_only(page).await;
        page.wait_for_text("4 of 31 selected").await;
        if self.script {
            self.search_permissions().await;
            self.select_all_of_folders().await;
        } else {
            self.tick_by_hand().await;
        }
        page.fill("#label", LABEL).await;
        page.select("#expiry", "30").await;
        page.click_and_load(GENERATE).await;
        assert_eq!(page.status(), 201);
        assert!(page.title().await.starts_with("Key generated."));
        let secret = page.value("#secret").await;
        assert!(secret.starts_with("skey_"), "{secret}");
        let id = page.text("dialog .mono").await;
        assert!(secret.contains(&id), "{id}");
        Generated { id, secret }
    }

    async fn search_permissions(&self) {
        let page = &self.page;
        page.fill("[type=search]", "rename").await;
        let shown = page
            .eval::<Vec<String>>(
                "[...document.querySelectorAll('dialog input[name=permission]')]
                     .filter(box => box.checkVisibility()).map(box => box.value)",
            )
            .await;
        assert_eq!(shown, ["FILE_RENAME", "DIR_RENAME"]);
        page.click("label:has-text(\"Rename files\")").await;
        page.wait_for_text("5 of 31 selected").await;
        let custom: bool = page
            .eval("document.querySelector('[name=preset][value=custom]').checked")
            .await;
        assert!(custom, "the preset is no longer what is ticked");
        page.fill("[type=search]", "no such thing").await;
        page.wait_for_text("No permission matches.").await;
        page.fill("[type=search]", "").await;
    }

    async fn select_all_of_folders(&self) {
        let page = &self.page;
        page.click("summary:has-text(\"Folders\")").await;
        page.click("label:has-text(\"in Folders\")").await;
        page.wait_for_text("11 of 31 selected").await;
        page.wait_for_text("6 of 6").await;
    }

    async fn tick_by_hand(&self) {
        let page = &self.page;
        page.wait_for_none("label:has-text(\"Select all\")").await;
        for group in ["Files", "Folders"] {
            let summary = format!("details:not([open]) summary:has-text(\"{group}\")");
            if page.visible(&summary).await {
                page.click(&summary).await;
            }
        }
        for name in ["Rename files", "Create folders", "Delete folders"] {
            page.click(&format!("label:has-text(\"{name}\")")).await;
        }
    }

    /// Copies value, line and command where there is a button, and leaves by *Done*.
    pub async fn copy(&self, key: &Generated) {
        let page = &self.page;
        let (secret, env) = (&key.secret, format!("KEYROOM_API_KEY={}", key.secret));
        let curl = format!(
            "curl -H \"Authorization: Bearer {secret}\" {}",
            self.scene.url("/v1/whoami")
        );
        if self.script {
            for (source, text) in [("#secret", secret), ("#env", &env), ("#curl", &curl)] {
                self.clipboard.write("nothing yet").await;
                let button = format!("[data-copy=\"{source}\"]");
                page.click(&button).await;
                page.wait_for(&format!("{button}:has-text(\"Copied\")"))
                    .await;
                assert_eq!(self.clipboard.read().await, *text);
                page.wait_for_true(
                    "document.querySelector('dialog [data-live]').innerText === 'Copied to clipboard'",
                )
                .await;
            }
        } else {
            assert_eq!(page.text("#env").await, env);
            assert_eq!(page.text("#curl").await, curl);
        }
        page.click_and_load("dialog a:has-text(\"Done\")").await;
        assert_eq!(
            page.url().await,
            format!("{}{}", self.scene.url(LIST), key.card())
        );
        assert!(!page.html().await.contains(secret.as_str()));
        self.expect(key, 200, "").await;
    }

    pub async fn deactivate_and_activate(&self, key: &Generated) {
        let page = &self.page;
        // Newer ones, so that this one is not at the top of the page.
        for n in 1..=6 {
            make::key(&self.scene.app, "brightwater", &format!("newer-{n}"));
        }
        page.goto(&self.scene.url(LIST)).await;
        let card = key.card();
        let scroll = format!(
            "document.querySelector('{card}').scrollIntoView({{ block: 'center' }}), window.here = true"
        );
        page.eval::<bool>(&scroll).await;
        let place = format!("document.querySelector('{card}').getBoundingClientRect().top");
        let before: f64 = page.eval("scrollY").await;
        assert!(before > 0.0, "there is nothing to scroll");
        self.act(&format!("{card} button:has-text(\"Deactivate\")"))
            .await;
        page.wait_for(&format!("{card}:has-text(\"Deactivated\")"))
            .await;
        page.wait_for_text("production-server is deactivated. Requests with it now get 401.")
            .await;
        if self.script {
            let after: f64 = page.eval("scrollY").await;
            assert!((before - after).abs() < 2.0, "from {before} to {after}");
            assert!(page.eval::<bool>("window.here === true").await);
        }
        assert!(
            page.eval::<bool>(&format!("{place} > 0 && {place} < innerHeight"))
                .await
        );
        self.expect(key, 401, "key_deactivated").await;
        page.click_and_load("#flash button:has-text(\"Undo\")")
            .await;
        page.wait_for_text("production-server is active.").await;
        self.expect(key, 200, "").await;
        self.act(&format!("{card} button:has-text(\"Deactivate\")"))
            .await;
        page.wait_for_text("production-server is deactivated.")
            .await;
        self.expect(key, 401, "key_deactivated").await;
        self.act(&format!("{card} button:has-text(\"Activate\")"))
            .await;
        page.wait_for_text("production-server is active.").await;
        self.expect(key, 200, "").await;
    }

    /// The key is in use, so its label has to be typed.
    pub async fn revoke_and_restore(&self, key: &Generated) {
        let page = &self.page;
        self.scene.app.write_counts().await;
        let card = key.card();
        page.goto(&self.scene.url(LIST)).await;
        page.wait_for(&format!("{card}:has-text(\"from 10.\")"))
            .await;
        open(page, &format!("{card} a:has-text(\"Revoke key\")")).await;
        page.wait_for_text("Revoke production-server?").await;
        let send = "dialog .btn:has-text(\"Revoke key\")";
        page.fill("#confirm", "staging-server").await;
        page.click_and_load(send).await;
        assert_eq!(page.status(), 422);
        page.wait_for_text("The text does not match. Type production-server")
            .await;
        self.expect(key, 200, "").await;
        page.fill("#confirm", LABEL).await;
        page.click_and_load(send).await;
        page.wait_for_text("production-server is revoked. Requests with it now get 401.")
            .await;
        assert!(!page.exists(&card).await);
        self.expect(key, 401, "key_revoked").await;
        self.act("a:has-text(\"Revoked\")").await;
        page.wait_for(&format!("{card}:has-text(\"Revoked\")"))
            .await;
        assert_eq!(page.path().await, format!("{LIST}?status=revoked"));
        page.click_and_load(&format!("{card} button:has-text(\"Restore key\")"))
            .await;
        page.wait_for_text("production-server is restored. It is deactivated:")
            .await;
        page.wait_for(&format!("{card}:has-text(\"Deactivated\")"))
            .await;
        self.expect(key, 401, "key_deactivated").await;
    }

    async fn expect(&self, key: &Generated, status: u16, code: &str) {
        let got = self.scene.call(&key.secret).await;
        assert_eq!(got, (status, code.to_owned()));
    }
}
