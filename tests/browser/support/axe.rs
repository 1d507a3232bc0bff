//! Accessibility, checked by axe-core.

use serde_json::{Value, json};

use super::page::Page;

const AXE: &str = include_str!("../vendor/axe.min.js");

const TAGS: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

/// Whether axe-core runs in this document, where it has been brought.
const READY: &str = "globalThis.axe || globalThis.bringAxe?.(), typeof globalThis.axe === 'object'";

/// axe-core takes what stands in a `noscript` for hidden: for the check it stands in a `span`.
const UNWRAP: &str =
    "window.unwrapped = [...document.body.querySelectorAll('noscript')].map(el => {
    const span = document.createElement('span');
    span.className = el.className;
    span.append(...el.childNodes);
    el.replaceWith(span);
    return [el, span];
}), null";

const WRAP: &str = "window.unwrapped.forEach(([el, span]) => {
    span.replaceWith(el);
    el.append(...span.childNodes);
}), null";

impl Page {
    /// The violations axe-core finds in the page as it stands, one line for each element: rule,
    /// impact, element, what to do. To check a dialog, open it first.
    ///
    /// axe-core needs timers and promises, which stand still in a page without JavaScript. There
    /// scripting is switched on for the check alone: the document stays the one that was built
    /// without it (what `noscript` shows included, no script of the page started), and scripting
    /// is off again afterwards.
    pub async fn axe(&self) -> Vec<String> {
        self.axe_without(&[]).await
    }

    /// The same without some rules (each with a reason in the test).
    pub async fn axe_without(&self, rules: &[&str]) -> Vec<String> {
        let scripting = self.options().javascript;
        if !scripting {
            self.eval::<Value>(UNWRAP).await;
            self.script(true).await;
        }
        let rules: Value = rules
            .iter()
            .map(|rule| ((*rule).to_owned(), json!({ "enabled": false })))
            .collect();
        let options = json!({
            "runOnly": { "type": "tag", "values": TAGS }, "rules": rules,
            "resultTypes": ["violations"],
        });
        self.bring_axe(scripting).await;
        let check = format!(
            r#"axe.run(document, {options}).then(found => found.violations.flatMap(rule =>
                rule.nodes.map(node => `${{rule.id}} (${{rule.impact}}): `
                    + `${{node.target.join(' ')}}: ${{node.failureSummary.replace(/\s+/g, ' ')}}`)))"#
        );
        let found = self.eval_awaiting(&check).await;
        if !scripting {
            self.script(false).await;
            self.eval::<Value>(WRAP).await;
        }
        found
    }

    /// The source is large: with JavaScript it is sent once, for all documents of the page.
    async fn bring_axe(&self, scripting: bool) {
        if self.eval::<bool>(READY).await {
            return;
        }
        if scripting {
            let source = format!("globalThis.bringAxe = () => {{ {AXE}\n}}");
            let all = json!({ "source": source, "runImmediately": true });
            self.send("Page.addScriptToEvaluateOnNewDocument", all)
                .await;
            assert!(self.eval::<bool>(READY).await, "axe-core is there");
        } else {
            // The value of the source is of no use; the zero is small.
            self.eval::<Value>(&format!("{AXE};0")).await;
        }
    }

    async fn script(&self, on: bool) {
        self.send(
            "Emulation.setScriptExecutionDisabled",
            json!({ "value": !on }),
        )
        .await;
    }
}
