//! What a key is called where its own label is taken.

const LONGEST: usize = 80;

/// "ci" is followed by "ci 2", "ci 3" and so on; "ci 2" by "ci 3".
pub fn next_labels(label: &str) -> impl Iterator<Item = String> {
    let numbered = label
        .rsplit_once(' ')
        .and_then(|(base, n)| Some((base, n.parse::<u16>().ok()?)));
    let (base, first) = match numbered {
        Some((base, n)) => (base.to_owned(), u32::from(n) + 1),
        None => (label.to_owned(), 2),
    };
    (first..first + 100).map(move |n| {
        let end = format!(" {n}");
        let room = LONGEST - end.len();
        let start: String = base.chars().take(room).collect();
        format!("{}{end}", start.trim_end())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_numbered_from_where_they_are() {
        let next = |label: &str| next_labels(label).take(2).collect::<Vec<_>>();
        assert_eq!(next("ci"), ["ci 2", "ci 3"]);
        assert_eq!(next("ci 2"), ["ci 3", "ci 4"]);
        assert_eq!(next("worker-7"), ["worker-7 2", "worker-7 3"]);
        assert_eq!(next("of 99999"), ["of 99999 2", "of 99999 3"]);
        let long = "ä".repeat(80);
        let second = next_labels(&long).next().expect("a label");
        assert_eq!(second, format!("{} 2", "ä".repeat(78)));
        assert!(next_labels(&long).all(|label| label.chars().count() == 80));
    }
}
