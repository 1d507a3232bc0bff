//! A name that another file has.

use super::FileName;

/// What becomes of a file whose name is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Taken {
    /// Both stay, the new one with a number.
    #[default]
    KeepBoth,
    /// It becomes the next version of the one that is there.
    Replace,
    LeaveOut,
}

impl Taken {
    /// As forms send it.
    pub fn named(name: &[u8]) -> Option<Self> {
        match name {
            b"keep-both" => Some(Self::KeepBoth),
            b"replace" => Some(Self::Replace),
            b"leave-out" => Some(Self::LeaveOut),
            _ => None,
        }
    }
}

/// Names with a number that are tried.
const TRIED: u32 = 1_000;

/// An ending that is longer than this is none.
const LONGEST_ENDING: usize = 12;

impl FileName {
    /// Itself, then "Plan (2).pdf", "Plan (3).pdf" and so on.
    pub fn numbered(&self) -> impl Iterator<Item = Self> {
        let (stem, ending) = self.text().split_at(ending_of(self.text()));
        let all = (2..=TRIED).map(move |n| {
            let number = format!(" ({n}){ending}");
            let room = Self::LONGEST - number.chars().count();
            let stem: String = stem.chars().take(room).collect();
            Self(format!("{}{number}", stem.trim_end()))
        });
        std::iter::once(self.clone()).chain(all)
    }
}

/// Where the ending begins, or the end where there is none. Of an archive both belong to it: `.tar.gz`.
fn ending_of(name: &str) -> usize {
    let dot = |name: &str| {
        let dot = name.rfind('.').filter(|dot| *dot > 0)?;
        let ending = &name[dot + 1..];
        let is_one = (1..=LONGEST_ENDING).contains(&ending.len())
            && ending.chars().all(char::is_alphanumeric);
        is_one.then_some(dot)
    };
    let Some(at) = dot(name) else {
        return name.len();
    };
    match dot(&name[..at]) {
        Some(before) if name[before..at].eq_ignore_ascii_case(".tar") => before,
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_before_the_ending() {
        for (name, second) in [
            ("Plan.pdf", "Plan (2).pdf"),
            ("Plan", "Plan (2)"),
            (".env", ".env (2)"),
            ("a.tar.gz", "a (2).tar.gz"),
            ("Nr. 5 of them", "Nr. 5 of them (2)"),
            ("Büro.pdf", "Büro (2).pdf"),
        ] {
            let name = FileName::parse(name).expect("a name");
            let all: Vec<FileName> = name.numbered().take(2).collect();
            assert_eq!(all[0], name);
            assert_eq!(all[1].text(), second);
        }
        let long = FileName::parse(&format!("{}.pdf", "x".repeat(251))).expect("a name");
        let second = long.numbered().nth(1).expect("a second");
        assert!(second.text().ends_with("x (2).pdf"));
        assert_eq!(FileName::parse(second.text()), Ok(second));
    }
}
