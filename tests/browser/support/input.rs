//! What a visitor does: click, write, press keys.

use std::time::Instant;

use serde_json::{Value, json};

use super::page::Page;
use super::{POLL, WAIT};

/// Finds the elements of a selector, those that can be seen first.
pub(super) const FIND: &str = r#"(selector => {
    const m = /^(.*):has-text\("(.*)"\)$/s.exec(selector);
    let all = [...document.querySelectorAll(m ? m[1] || '*' : selector)];
    const plain = text => (text ?? '').replace(/\s+/g, ' ').trim();
    if (m) all = all.filter(el => plain(el.textContent).includes(m[2]));
    const seen = el => el.checkVisibility({ visibilityProperty: true })
        && el.getClientRects().length > 0;
    return [...all.filter(seen), ...all.filter(el => !seen(el))];
})"#;

/// Where to click on `el`, or why it cannot be clicked now.
const POINT: &str = r#"
    if (!el.checkVisibility({ visibilityProperty: true })) return { why: 'it is not visible' };
    if (el.matches(':disabled')) return { why: 'it is disabled' };
    const look = () => {
        const r = [...el.getClientRects()].find(r => r.width * r.height > 1);
        if (!r) return { why: 'it has no size' };
        const x = (Math.max(r.left, 0) + Math.min(r.right, innerWidth)) / 2;
        const y = (Math.max(r.top, 0) + Math.min(r.bottom, innerHeight)) / 2;
        if (r.bottom < 1 || r.right < 1 || r.top >= innerHeight - 1 || r.left >= innerWidth - 1)
            return { why: 'it is outside the window' };
        const top = document.elementFromPoint(x, y);
        if (top && (el.contains(top) || top.closest('label')?.control === el)) return { x, y };
        return { why: 'it lies under ' + (top ? top.outerHTML.slice(0, 120) : 'nothing') };
    };
    let at = look();
    if (at.why) {
        el.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
        at = look();
    }
    return at;
"#;

impl Page {
    /// Runs the body of a JavaScript function of `el` on the element of a selector, waiting for it
    /// to come. Scripts of the page need not run for that.
    pub(super) async fn on(&self, selector: &str, body: &str) -> Value {
        let expression = format!(
            "(() => {{ const el = {FIND}({})[0]; if (!el) return null;
             return {{ value: (el => {{ {body} }})(el) ?? null }}; }})()",
            json!(selector)
        );
        let started = Instant::now();
        loop {
            match self.try_eval(&expression).await {
                Ok(mut found) if found.is_object() => return found["value"].take(),
                Ok(_) if started.elapsed() < WAIT => tokio::time::sleep(POLL).await,
                Ok(_) => {
                    self.fail(&format!("no element {selector} within {WAIT:?}"))
                        .await
                }
                Err(why) => self.fail(&format!("{selector}: {why}")).await,
            }
        }
    }

    /// Clicks the middle of an element with the mouse: scrolled into view, at rest, enabled, and
    /// covered by nothing. Returns at once; where the click loads a document use
    /// [`Page::click_and_load`], where it changes this one wait for the change.
    pub async fn click(&self, selector: &str) {
        let started = Instant::now();
        let mut last = Value::Null;
        let at = loop {
            let at = self.on(selector, POINT).await;
            // Twice at the same place: nothing moves any more.
            if at["why"].is_null() && at == last {
                break at;
            }
            if started.elapsed() > WAIT {
                let why = at["why"].as_str().unwrap_or("it keeps moving");
                self.fail(&format!("cannot click {selector}: {why}")).await;
            }
            last = at;
            tokio::time::sleep(POLL).await;
        };
        let mouse = |kind: &str, buttons: i64, count: i64| {
            json!({ "type": kind, "x": at["x"], "y": at["y"], "button": "left",
                    "buttons": buttons, "clickCount": count })
        };
        self.send("Input.dispatchMouseEvent", mouse("mouseMoved", 0, 0))
            .await;
        self.send("Input.dispatchMouseEvent", mouse("mousePressed", 1, 1))
            .await;
        self.send("Input.dispatchMouseEvent", mouse("mouseReleased", 0, 1))
            .await;
    }

    /// Clicks, and waits until the document that the click leads to has loaded.
    pub async fn click_and_load(&self, selector: &str) {
        let before = self.before();
        self.click(selector).await;
        self.load_after(before, &format!("a click on {selector}"))
            .await;
    }

    /// Replaces what stands in a field. Dates, times, colours and ranges take the form of their
    /// `value` attribute (`2030-01-31`).
    pub async fn fill(&self, selector: &str, text: &str) {
        let kind = self
            .on(
                selector,
                "if (el.matches(':disabled, :read-only:not([type=color], [type=range])'))
                     return 'it cannot be edited';
                 el.scrollIntoView({ block: 'nearest', behavior: 'instant' });
                 el.focus();
                 if (document.activeElement !== el) return 'it does not take the focus';
                 const set = ['date', 'datetime-local', 'month', 'week', 'time', 'color', 'range'];
                 if (set.includes(el.type)) return 'set';
                 if (el.select) el.select(); else getSelection().selectAllChildren(el);
                 return 'type';",
            )
            .await;
        match kind.as_str() {
            Some("type") if text.is_empty() => self.press("Delete").await,
            Some("type") => {
                self.send("Input.insertText", json!({ "text": text })).await;
            }
            Some("set") => self.set(selector, text).await,
            why => {
                self.fail(&format!("cannot fill {selector}: {}", why.unwrap_or("?")))
                    .await
            }
        }
        let now = self
            .on(selector, "return 'value' in el ? el.value : el.textContent")
            .await;
        if now != text {
            self.fail(&format!("{selector} holds {now} instead of {text:?}"))
                .await;
        }
    }

    /// Chooses an option of a `select` by its value.
    pub async fn select(&self, selector: &str, value: &str) {
        self.set(selector, value).await;
        let now = self.on(selector, "return el.value").await;
        if now != value {
            self.fail(&format!("{selector} has no option {value}"))
                .await;
        }
    }

    /// Chooses, and waits until the document that the choice leads to has loaded.
    pub async fn select_and_load(&self, selector: &str, value: &str) {
        let before = self.before();
        self.set(selector, value).await;
        self.load_after(before, &format!("choosing {value} of {selector}"))
            .await;
    }

    async fn set(&self, selector: &str, value: &str) {
        let body = format!(
            "el.focus(); el.value = {};
             for (const kind of ['input', 'change'])
                 el.dispatchEvent(new Event(kind, {{ bubbles: true }}));",
            json!(value)
        );
        self.on(selector, &body).await;
    }

    /// Presses a key where the focus is: a character, or `Enter`, `Escape`, `Tab`, `Space`,
    /// `Backspace`, `Delete`, `ArrowDown`, `Home`, `PageUp` and so on, each also with `Shift+`,
    /// `Control+`, `Alt+` in front.
    pub async fn press(&self, key: &str) {
        self.press_as(key, &[]).await;
    }

    /// Presses a key, and waits until the document that it leads to has loaded.
    pub async fn press_and_load(&self, key: &str) {
        let before = self.before();
        self.press(key).await;
        self.load_after(before, &format!("pressing {key}")).await;
    }

    /// Presses a key that stands for editing commands (`paste`, `copy`, `selectAll`).
    pub(super) async fn press_as(&self, key: &str, commands: &[&str]) {
        let stroke = stroke(key);
        let kind = if stroke["text"].is_null() {
            "rawKeyDown"
        } else {
            "keyDown"
        };
        let mut down = stroke.clone();
        down["type"] = json!(kind);
        down["commands"] = json!(commands);
        self.send("Input.dispatchKeyEvent", without_null_text(down))
            .await;
        let mut up = stroke;
        up["type"] = json!("keyUp");
        up["text"] = Value::Null;
        self.send("Input.dispatchKeyEvent", without_null_text(up))
            .await;
    }
}

fn without_null_text(mut stroke: Value) -> Value {
    if let Some(map) = stroke.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
    stroke
}

/// Name, code and character of a key, as a keyboard of the US layout sends them.
fn stroke(key: &str) -> Value {
    let mut parts: Vec<&str> = key.split('+').collect();
    let name = match parts.pop() {
        Some("") | None => "+",
        Some(name) => name,
    };
    let modifiers: i64 = parts.iter().map(|part| modifier(part)).sum();
    let shift = modifiers & 8 != 0;
    let named = |code: i64, text: Option<&str>| {
        (
            name.to_owned(),
            name.to_owned(),
            code,
            text.map(str::to_owned),
        )
    };
    let (key, code, number, text) = match name {
        "Enter" => named(13, Some("\r")),
        "Escape" => named(27, None),
        "Tab" => named(9, None),
        "Backspace" => named(8, None),
        "Delete" => named(46, None),
        "PageUp" => named(33, None),
        "PageDown" => named(34, None),
        "End" => named(35, None),
        "Home" => named(36, None),
        "ArrowLeft" => named(37, None),
        "ArrowUp" => named(38, None),
        "ArrowRight" => named(39, None),
        "ArrowDown" => named(40, None),
        "Space" | " " => (" ".into(), "Space".into(), 32, Some(" ".into())),
        other => {
            let mut letters = other.chars();
            let (Some(letter), None) = (letters.next(), letters.next()) else {
                panic!("no key is called {other}")
            };
            let upper = letter.to_ascii_uppercase();
            let code = match upper {
                'A'..='Z' => format!("Key{upper}"),
                '0'..='9' => format!("Digit{upper}"),
                _ => String::new(),
            };
            let text = if shift { upper } else { letter }.to_string();
            let number = if upper.is_ascii_alphanumeric() {
                i64::from(u32::from(upper))
            } else {
                0
            };
            (text.clone(), code, number, Some(text))
        }
    };
    // With Control or Alt a key is a command and writes nothing.
    let text = text.filter(|_| modifiers & 7 == 0);
    json!({ "key": key, "code": code, "windowsVirtualKeyCode": number, "text": text,
            "modifiers": modifiers })
}

fn modifier(name: &str) -> i64 {
    match name {
        "Alt" => 1,
        "Control" => 2,
        "Meta" => 4,
        "Shift" => 8,
        // The split of "Control++" leaves an empty part.
        "" => 0,
        other => panic!("no modifier is called {other}"),
    }
}
