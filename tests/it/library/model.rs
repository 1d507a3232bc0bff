//! Access is what a brute-force model says, whatever was done to the tree, the groups and the shares: in the API, in the
//! search and in the dialog.

mod rule;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{SecondsFormat, TimeDelta};
use keyroom::{actor::Role, permissions::Permission};
use scraper::{ElementRef, Selector};
use serde_json::json;

use self::rule::{Folder, Given, Model};
use super::{FOLDERS, HOME, manager, of, scene};
use crate::support::{Browser, TestApp, make, page::Page, program::Program};

/// Numbers as if by chance, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).expect("few")).expect("few")
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len())]
    }
}

struct World {
    app: TestApp,
    model: Model,
    manager: (String, Program),
    members: Vec<String>,
    groups: Vec<String>,
    /// Kind and id, and a program with their eyes.
    eyes: Vec<(&'static str, String, Program)>,
    /// What members, groups and keys are called, by their ids.
    names: BTreeMap<String, String>,
    /// An admin, who sees all of the dialog.
    admin: Browser,
    dice: Dice,
    made: usize,
}

impl World {
    async fn set(seed: u64) -> Self {
        let app = scene();
        let admin = app.member(Role::Admin).await;
        let (key, program) = manager(&app, "manager");
        let mut members = Vec::new();
        let mut eyes = Vec::new();
        let mut names = BTreeMap::new();
        let all = make::group(&app, HOME, "Everybody", Permission::ALL);
        for n in 0..4 {
            let name = format!("Member {n}");
            let email = format!("member-{n}@brightwater.example");
            let member = make::named(&app, HOME, &name, &email, Role::Member);
            names.insert(member.clone(), name);
            make::in_group(&app, &all, &member);
            let key = make::personal(&app, (HOME, &member), &format!("of {n}"), Permission::ALL);
            make::unhurried(&app, &key);
            eyes.push(("member", member.clone(), app.api(&key.secret)));
            members.push(member);
        }
        for n in 0..2 {
            let label = format!("key {n}");
            let (key, program) = manager(&app, &label);
            names.insert(key.id.clone(), label);
            eyes.push(("api_key", key.id, program));
        }
        let mut groups = Vec::new();
        for n in 0..2 {
            let name = format!("Group {n}");
            groups.push(make::group(&app, HOME, &name, &[]));
            names.insert(groups[n].clone(), name);
        }
        Self {
            model: Model::default(),
            manager: (key.id, program),
            members,
            groups,
            eyes,
            names,
            admin,
            dice: Dice(seed),
            made: 0,
            app,
        }
    }

    fn living(&self) -> Vec<String> {
        let all = self.model.folders.keys();
        all.filter(|id| !self.model.is_trashed(id))
            .cloned()
            .collect()
    }

    /// One more or other thing is so. The manager does it through the API where a key can.
    async fn step(&mut self) {
        let living = self.living();
        match self.dice.roll(16) {
            0..3 => self.make(&living),
            3..6 | 14..16 if !living.is_empty() => self.share(&living).await,
            6 if !living.is_empty() => self.unshare(&living).await,
            7 if !living.is_empty() => self.shift(&living).await,
            8 => self.regroup(),
            9..11 if !living.is_empty() => self.hide(&living).await,
            11 if !living.is_empty() => self.hand_over(&living).await,
            12 => {
                self.app.clock.advance(TimeDelta::hours(1));
                let now = self.app.clock.now();
                let lasts = |given: &Given| given.1.is_none_or(|end| end > now);
                self.model.shares.retain(|_, given| lasts(given));
            }
            13 if living.len() > 4 => {
                let folder = self.dice.of(&living).clone();
                self.manager.1.delete(&of(&folder)).await.expect(204);
                self.model
                    .folders
                    .get_mut(&folder)
                    .expect("there")
                    .is_trashed = true;
            }
            _ => self.make(&living),
        }
    }

    fn make(&mut self, living: &[String]) {
        self.made += 1;
        let name = format!("Folder {}", self.made);
        let parent =
            (!living.is_empty() && self.dice.roll(3) > 0).then(|| self.dice.of(living).clone());
        let owner = (self.dice.roll(3) == 0).then(|| self.dice.of(&self.members).clone());
        let id = match &parent {
            None => make::folder(&self.app, HOME, &name, owner.as_deref()),
            Some(parent) => {
                let id = make::subfolder(&self.app, parent, &name);
                let owner = owner
                    .as_ref()
                    .map_or("NULL".to_owned(), |id| format!("'{id}'"));
                self.app.sql(|sql| {
                    sql.execute(&format!(
                        "UPDATE folders SET owner_member_id = {owner} WHERE id = '{id}'"
                    ))
                });
                id
            }
        };
        make::shared(&self.app, &id, ("key_id", &self.manager.0), "editor");
        make::file(&self.app, &id, &format!("Paper {}", self.made), "x");
        let folder = Folder {
            name,
            parent,
            owner,
            is_trashed: false,
            is_unlisted: false,
        };
        self.model.folders.insert(id, folder);
    }

    fn subject(&mut self) -> (&'static str, String) {
        match self.dice.roll(3) {
            0 => ("member", self.dice.of(&self.members).clone()),
            1 => ("group", self.dice.of(&self.groups).clone()),
            _ => {
                let keys: Vec<String> = self
                    .eyes
                    .iter()
                    .filter(|(kind, ..)| *kind == "api_key")
                    .map(|(_, id, _)| id.clone())
                    .collect();
                ("api_key", self.dice.of(&keys).clone())
            }
        }
    }

    async fn share(&mut self, living: &[String]) {
        let folder = self.dice.of(living).clone();
        let (kind, id) = self.subject();
        if self.model.folders[&folder].owner.as_deref() == Some(&id) {
            return;
        }
        let role = ["user", "user", "user", "editor"][self.dice.roll(4)];
        let hours = i64::try_from(self.dice.roll(4)).expect("few");
        let end = self.app.clock.now() + TimeDelta::hours(hours);
        let end = (hours > 0).then_some(end);
        let told = end.map(|end| end.to_rfc3339_opts(SecondsFormat::Micros, true));
        let grant = json!({"type": kind, "id": id, "role": role, "expires_at": told});
        let path = format!("{}/access", of(&folder));
        let grants = json!({ "grants": [grant] });
        self.manager.1.put(&path, &grants).await.expect(200);
        self.model.shares.insert((folder, kind, id), (role, end));
    }

    async fn hide(&mut self, living: &[String]) {
        let folder = self.dice.of(living).clone();
        let hidden = &mut self.model.folders.get_mut(&folder).expect("there");
        hidden.is_unlisted = !hidden.is_unlisted;
        let visibility = match hidden.is_unlisted {
            true => "unlisted",
            false => "listed",
        };
        let change = json!({ "visibility": visibility });
        let reply = self.manager.1.patch(&of(&folder), &change).await;
        reply.expect(200);
    }

    /// Whose it was stays its Editor.
    async fn hand_over(&mut self, living: &[String]) {
        let folder = self.dice.of(living).clone();
        let to = self.dice.of(&self.members).clone();
        let path = format!("/w/{HOME}/folders/{folder}/owner");
        let subject = format!("member:{to}");
        let reply = self.admin.post(&path, &[("subject", &subject)]).await;
        reply.expect(303);
        let owner = &mut self.model.folders.get_mut(&folder).expect("there").owner;
        let before = owner.replace(to.clone());
        if before.as_ref() == Some(&to) {
            return;
        }
        let shares = &mut self.model.shares;
        shares.remove(&(folder.clone(), "member", to));
        if let Some(before) = before {
            shares.insert((folder, "member", before), ("editor", None));
        }
    }

    async fn unshare(&mut self, living: &[String]) {
        let all: Vec<_> = self
            .model
            .shares
            .keys()
            .filter(|(at, ..)| living.contains(at))
            .cloned()
            .collect();
        if all.is_empty() {
            return;
        }
        let (folder, kind, id) = self.dice.of(&all).clone();
        let path = format!("{}/access/{kind}/{id}", of(&folder));
        self.manager.1.delete(&path).await.expect(204);
        self.model.shares.remove(&(folder, kind, id));
    }

    async fn shift(&mut self, living: &[String]) {
        let folder = self.dice.of(living).clone();
        let to = (self.dice.roll(4) > 0).then(|| self.dice.of(living).clone());
        let is_circle = to
            .as_ref()
            .is_some_and(|to| self.model.is_within(to, &folder));
        let reply = self
            .manager
            .1
            .patch(&of(&folder), &json!({"parent_id": to}))
            .await;
        match is_circle {
            true => drop(reply.expect(422)),
            false => {
                reply.expect(200);
                self.model.folders.get_mut(&folder).expect("there").parent = to;
            }
        }
    }

    fn regroup(&mut self) {
        let pair = (
            self.dice.of(&self.groups).clone(),
            self.dice.of(&self.members).clone(),
        );
        if self.model.inside.remove(&pair) {
            let (group, member) = &pair;
            self.app.sql(|sql| {
                sql.execute(&format!("DELETE FROM group_members WHERE group_id = '{group}' AND member_id = '{member}'"))
            });
        } else {
            make::in_group(&self.app, &pair.0, &pair.1);
            self.model.inside.insert(pair);
        }
    }

    /// What everybody sees by the ids and finds by walking through the lists is what the model says.
    async fn compare(&self, about: &str) {
        for (kind, who, program) in &self.eyes {
            let who = who.as_str();
            let mut expected = BTreeMap::new();
            for id in self.model.folders.keys() {
                let role = self.model.role((kind, who), id);
                let reply = program.get(&of(id)).await;
                let told = (reply.status == 200).then(|| reply.json()["role"].clone());
                assert_eq!(
                    told,
                    role.map(|role| json!(role)),
                    "{about}: {kind} {who} in {id}"
                );
                if let Some(role) = role.filter(|_| self.model.is_led_to((kind, who), id)) {
                    expected.insert(id.clone(), role.to_owned());
                }
            }
            let mut found = BTreeMap::new();
            let mut lists = vec![format!("{FOLDERS}?limit=100")];
            while let Some(list) = lists.pop() {
                let part = program.get(&list).await.expect(200).json();
                assert_eq!(part["next_cursor"], json!(null), "more than a part");
                for folder in part["data"].as_array().expect("a list") {
                    let text = |field: &str| folder[field].as_str().expect(field).to_owned();
                    let twice = found.insert(text("id"), text("role"));
                    assert_eq!(twice, None, "{about}: {kind} {who} finds {folder} twice");
                    lists.push(format!("{FOLDERS}?limit=100&parent_id={}", text("id")));
                }
            }
            assert_eq!(found, expected, "{about}: {kind} {who}");
            let query = json!({"query": "paper", "limit": 100});
            let hits = program.post("/v1/search", &query).await.expect(200).json();
            let hits = hits["data"].as_array().expect("a list").iter();
            let met: BTreeSet<&str> = hits
                .filter_map(|hit| hit["file"]["folder_id"].as_str())
                .collect();
            let expected: BTreeSet<&str> = expected.keys().map(String::as_str).collect();
            assert_eq!(met, expected, "{about}: {kind} {who} searches");
        }
        for (id, folder) in &self.model.folders {
            let path = format!("/w/{HOME}/folders/{id}/share");
            let reply = self.admin.get(&path).await;
            if self.model.is_trashed(id) {
                reply.expect(404);
            } else {
                let expected = self.model.rows(id, &self.names);
                assert_eq!(
                    rows(&reply.expect(200).page()),
                    expected,
                    "{about}: {}",
                    folder.name
                );
            }
        }
    }
}

/// What the dialog says of everybody but the manager, whom the model does not know.
fn rows(page: &Page) -> Vec<String> {
    let words = |of: ElementRef<'_>, css: &str| {
        let found = of.select(&selector(css)).next()?;
        let text: String = found.text().collect();
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let row = |li: ElementRef<'_>| {
        let named = words(li, ".t > b").expect("a name");
        let who = named
            .split(" Secret key ")
            .next()
            .expect("a part")
            .to_owned();
        let way = words(li, ".t > small").expect("a way");
        let way = way.split(". Ends with ").next().expect("a part").to_owned();
        let (_, way) = way
            .rsplit_once(". ")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .expect("two parts");
        let chosen = li
            .select(&selector("option[selected]"))
            .next()
            .and_then(|option| option.attr("value").map(str::to_owned));
        let role = chosen
            .or_else(|| words(li, ".fixed"))
            .expect("a role")
            .to_lowercase();
        (who != "manager").then(|| format!("{who}: {way}, {role}"))
    };
    let mut rows: Vec<String> = page
        .elements("[aria-labelledby=who-has] > li")
        .into_iter()
        .filter_map(row)
        .collect();
    rows.sort();
    rows
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("a selector")
}

#[actix_web::test]
async fn whoever_reaches_a_folder_reaches_it_by_the_rule_and_nobody_else_does() {
    for seed in [0x5EED_0001, 0xF01D_E400_0002, 0xACCE_5500_0003] {
        let mut world = World::set(seed).await;
        for n in 0..72 {
            world.step().await;
            if n % 12 == 11 {
                world.compare(&format!("seed {seed:#x}, step {n}")).await;
            }
        }
    }
}
