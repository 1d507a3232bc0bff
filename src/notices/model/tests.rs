//! A kind is kept as it was raised.

use super::*;

#[test]
fn a_kind_is_kept_by_its_name_and_its_facts() {
    let kind = Kind::RetiredSecretTried {
        secret: 1,
        ip: [203, 0, 113, 7].into(),
    };
    let (name, facts) = kind.parts().expect("parts");
    assert_eq!(
        (name.as_str(), &facts),
        (
            "retired_secret_tried",
            &json!({"secret": 1, "ip": "203.0.113.7"})
        )
    );
    let back: Kind = serde_json::from_value(json!({"kind": name, "facts": facts})).expect("known");
    assert_eq!(back, kind);
}

#[test]
fn what_is_cleared_is_called_as_it_was_raised() {
    let at = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
    let soon = Kind::KeyExpiresSoon {
        expires_at: at,
        days: 7,
    };
    let unused = Kind::KeyUnused {
        since: at,
        deactivates_at: at,
    };
    for (kind, name) in [
        (soon, KEY_EXPIRES_SOON),
        (unused, KEY_UNUSED),
        (
            Kind::KeyDeactivatedUnused { since: at },
            KEY_DEACTIVATED_UNUSED,
        ),
        (
            Kind::KeyCompromised {
                by: "Ada Park".to_owned(),
            },
            KEY_COMPROMISED,
        ),
        (
            Kind::ShareRequested {
                folder: FolderId::fresh(),
                by: "Ada Park".to_owned(),
                wanted: "ci".to_owned(),
                role: FolderRole::User,
                at,
            },
            SHARE_REQUESTED,
        ),
        (
            Kind::ShareApproved {
                folder: FolderId::fresh(),
                by: "Ada Park".to_owned(),
                key: "ci".to_owned(),
                role: FolderRole::User,
                at,
            },
            SHARE_APPROVED,
        ),
        (
            Kind::ShareDeclined {
                folder: FolderId::fresh(),
                by: "Ada Park".to_owned(),
                wanted: "ci".to_owned(),
                reason: String::new(),
                at,
            },
            SHARE_DECLINED,
        ),
    ] {
        assert_eq!(kind.parts().expect("parts").0, name);
    }
}

#[test]
fn only_what_goes_on_happening_comes_back() {
    let now = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
    let tried = Kind::RetiredSecretTried {
        secret: 1,
        ip: [203, 0, 113, 7].into(),
    };
    assert_eq!(dismissed_until(&tried, now), Some(now - QUIET));
    let unused = Kind::KeyDeactivatedUnused { since: now };
    assert_eq!(dismissed_until(&unused, now), None);
}
