//! What went wrong on a page, and what was meant to.

use std::sync::PoisonError;
use std::time::Duration;

use super::page::Page;
use super::watch::Problem;

impl Page {
    /// Everything that went wrong since the page was created: console errors and warnings,
    /// exceptions, Content-Security-Policy reports, loads that failed, issues of Chromium's audit.
    /// What was expected is left out; an expected problem that did not come is a problem.
    ///
    /// A document that answers 4xx is none, a document that answers 5xx is one; a script's request
    /// (`fetch`, htmx) that answers 4xx is one, too.
    pub async fn problems(&self) -> Vec<Problem> {
        // What the page did last is reported by other parts of Chromium than the one that answers.
        drop(self.try_eval("0").await);
        tokio::time::sleep(Duration::from_millis(60)).await;
        drop(self.try_eval("0").await);
        let expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        let mut came = vec![false; expected.len()];
        let mut problems = self.watch.seen().problems.clone();
        problems.retain(|problem| {
            let mut known = false;
            for ((part, _), came) in expected.iter().zip(&mut came) {
                if problem.contains(part.as_str()) {
                    *came = true;
                    known = true;
                }
            }
            !known
        });
        for ((part, must), came) in expected.iter().zip(&came) {
            if *must && !came {
                problems.push(format!("expected, but did not happen: {part}"));
            }
        }
        problems.into_iter().map(Problem).collect()
    }

    /// Ends the test when there was any problem.
    pub async fn assert_no_problems(&self) {
        let problems = self.problems().await;
        if !problems.is_empty() {
            self.fail(&format!("problems: {problems:#?}")).await;
        }
    }

    /// A problem that contains `part` has to happen on this page, and is then none.
    pub fn expect_problem(&self, part: &str) {
        let mut expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        expected.push((part.to_owned(), true));
    }

    /// A problem that contains `part` may happen on this page.
    pub fn allow_problem(&self, part: &str) {
        let mut expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        expected.push((part.to_owned(), false));
    }

    /// The dialogs (`alert`, `confirm`, `beforeunload`) so far: kind and text. They are accepted.
    pub fn dialogs(&self) -> Vec<(String, String)> {
        self.watch.seen().dialogs.clone()
    }

    /// From now on dialogs are cancelled (`true`) or accepted (`false`).
    pub fn dismiss_dialogs(&self, dismiss: bool) {
        self.watch.seen().dismiss_dialogs = dismiss;
    }
}
