//! What the examples are about: a workspace with a few keys, the same and fresh for each operation.

use std::collections::BTreeMap;

use actix_web::http::Method;
use chrono::TimeDelta;
use keyroom::{docs::calls::Call, keys::Lifetime, permissions::Permission};

use super::stand_ins::StandIns;
use crate::support::{
    TestApp,
    http::Reply,
    make::{self, MadeKey},
    program::Program,
};

/// Asks unless an example names another: it may do everything, and has no end.
const MANAGER: &str = "key-manager";

pub struct Scene {
    pub stand_ins: StandIns,
    /// By their labels.
    keys: BTreeMap<&'static str, MadeKey>,
}

impl Scene {
    /// Ada's workspace, the `n`th of this server:
    ///
    /// | key | id | |
    /// |---|---|---|
    /// | `key-manager` | `8Mx1QzPh6Dj3` | every permission |
    /// | `production-server` | `7Kq2mXw0B1aZ` | two permissions; 1,204 calls yesterday, and 3 that were refused |
    /// | `staging-server` | `9Hs4nLp7Rt2C` | deactivated |
    /// | `billing-server` | `5Yw3KdVb8Qe1` | is being rotated, for 24 hours |
    /// | `retired-server` | `1Zc6TfJm0Xu9` | revoked |
    /// | `shop-site` | `3Bn8GkWr5Lv4` | publishable |
    /// | `blog-site` | `4Gm1PzYt7Ek8` | publishable, is being rotated, for 24 hours |
    /// | `old-shop-site` | `6Rd2HsNx9Ua7` | publishable, revoked |
    ///
    /// | folder | id | |
    /// |---|---|---|
    /// | Company | `019a9fd4-7a10-…0001` | Ada's; `key-manager` is Editor |
    /// | Product handbook | `…0002` | in Company; `production-server` is User |
    /// | Old screenshots | `…0003` | in Product handbook |
    ///
    /// | file | id | |
    /// |---|---|---|
    /// | Price list 2026.txt | `019a9fd4-7a10-…0021` | in Product handbook, with the label Draft |
    ///
    /// | label | id | |
    /// |---|---|---|
    /// | Draft | `019a9fd4-7a10-…0031` | |
    /// | Final | `…0032` | |
    ///
    /// `019a9fd4-7a10-…0011` is the group Support, which nothing is shared with.
    pub fn set(app: &TestApp, n: usize) -> Self {
        let name = format!("Brightwater {n}");
        make::workspace(app, &name);
        let slug = make::slug(&name);
        let now = app.clock.now();
        let mut stand_ins = StandIns::new(now);
        stand_ins.name(&name, "Brightwater");
        stand_ins.name(&slug, "brightwater");
        let workspace = format!("SELECT id::text AS line FROM workspaces WHERE slug = '{slug}'");
        let workspace = app.sql(|sql| sql.line(&workspace));
        stand_ins.put(&workspace, "019a9fd4-5c3e-7b21-9c4e-2f6d1b7a8e03");
        let ada = make::member_id(app, &slug, &make::owner_email(&name));
        stand_ins.put(&ada, "019a9fd4-71b0-7f6e-8a55-93c1d04e2b67");

        let few = [Permission::FileUpload, Permission::ObjectsList];
        let mut keys = BTreeMap::new();
        let mut add = |label, key: MadeKey, shown: &str| {
            make::made_by(app, &key, &ada);
            stand_ins.key(&key.id, &key.secret, shown);
            keys.insert(label, key);
        };
        let all = Permission::ALL;
        let manager = make::key_with(app, &slug, MANAGER, all, Lifetime::Unlimited);
        add(MANAGER, manager, "8Mx1QzPh6Dj3");
        for (label, shown) in [
            ("production-server", "7Kq2mXw0B1aZ"),
            ("staging-server", "9Hs4nLp7Rt2C"),
            ("billing-server", "5Yw3KdVb8Qe1"),
            ("retired-server", "1Zc6TfJm0Xu9"),
        ] {
            let key = make::key_with(app, &slug, label, &few, Lifetime::Days(90));
            add(label, key, shown);
        }
        for (label, shown) in [
            ("shop-site", "3Bn8GkWr5Lv4"),
            ("old-shop-site", "6Rd2HsNx9Ua7"),
            ("blog-site", "4Gm1PzYt7Ek8"),
        ] {
            let key = make::publishable(app, &slug, label, "https://shop.example.com");
            add(label, key, shown);
        }
        let company = make::folder(app, &slug, "Company", Some(&ada));
        let handbook = make::subfolder(app, &company, "Product handbook");
        let screenshots = make::subfolder(app, &handbook, "Old screenshots");
        let support = make::group(app, &slug, "Support", &[]);
        let prices = make::file(app, &handbook, "Price list 2026.txt", "Handbook: 12 EUR");
        let draft = make::label(app, &slug, "Draft");
        let done = make::label(app, &slug, "Final");
        app.sql(|sql| {
            sql.execute(&format!(
                "INSERT INTO file_labels SELECT workspace_id, '{prices}', id FROM labels WHERE id = '{draft}';
                 UPDATE files SET created_by_member_id = '{ada}' WHERE id = '{prices}'"
            ));
        });
        for (id, shown) in [
            (&prices, "0021"),
            (&draft, "0031"),
            (&done, "0032"),
            (&company, "0001"),
            (&handbook, "0002"),
            (&screenshots, "0003"),
            (&support, "0011"),
        ] {
            stand_ins.put(id, &format!("019a9fd4-7a10-7c3e-9d52-41b8f60a{shown}"));
        }
        make::shared(app, &company, ("key_id", &keys[MANAGER].id), "editor");
        make::shared(
            app,
            &handbook,
            ("key_id", &keys["production-server"].id),
            "user",
        );
        // They were made a month ago.
        let month = "interval '30 days'";
        app.sql(|sql| {
            sql.execute(&format!(
                "UPDATE keys SET created_at = created_at - {month}, updated_at = updated_at - {month},
                                 expires_at = expires_at - {month} WHERE workspace_id = '{workspace}'"
            ));
        });
        let yesterday = now - TimeDelta::days(1);
        make::used(app, &keys["production-server"], 1204, yesterday);
        make::called(
            app,
            &keys["production-server"],
            "permission_missing",
            3,
            yesterday,
        );
        make::deactivated(app, &keys["staging-server"]);
        make::revoked(app, &keys["retired-server"], "unneeded");
        make::revoked(app, &keys["old-shop-site"], "unneeded");
        let rotated = make::rotated(app, &keys["billing-server"], 24 * 60 * 60);
        stand_ins.key(&rotated.id, &rotated.secret, "5Yw3KdVb8Qe1");
        let rotated = make::rotated(app, &keys["blog-site"], 24 * 60 * 60);
        stand_ins.key(&rotated.id, &rotated.secret, "4Gm1PzYt7Ek8");
        Self { stand_ins, keys }
    }

    /// Makes the call, from the address that examples show.
    pub async fn send(&mut self, app: &TestApp, call: &Call<'_>, is_keyed: bool) -> Reply {
        let key = &self.keys[call.key.unwrap_or(MANAGER)];
        let key = is_keyed.then_some(key.secret.as_str());
        let program = Program::new(&app.address, "203.0.113.7".to_owned(), key);
        let method = Method::from_bytes(call.method.as_bytes()).expect("a method");
        let path = self.stand_ins.real(call.path);
        let body = self.stand_ins.real(call.body);
        let headers = call.headers.iter();
        let headers = headers.map(|(name, value)| (*name, self.stand_ins.real(value)));
        let headers: Vec<(&str, String)> = headers.collect();
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        // Lines of a form of parts end as in mail.
        let is_form = |(name, value): &(&str, &str)| {
            name.eq_ignore_ascii_case("content-type") && value.starts_with("multipart/")
        };
        let body = match headers.iter().any(is_form) {
            true => body.replace('\n', "\r\n") + "\r\n",
            false => body,
        };
        program.send(method, &path, &headers, &body).await
    }
}
