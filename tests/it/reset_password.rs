//! `keyroom reset-password`: the way back in for somebody who has forgotten.

use crate::{
    command_line::{Place, refused},
    program::{Person, Server},
    support::sql::Sql,
};

const ADA: Person<'_> = Person {
    workspace: "Brightwater",
    name: "Ada Park",
    email: "ada@brightwater.example",
    password: "violet tractor sings at noon",
};
const FRESH: &str = "marble otters juggle seven plums";

fn reset(place: &Place, email: &str, password: &str) -> crate::program::Done {
    place.run(
        &["reset-password", "--email", email, "--password-stdin"],
        password,
    )
}

#[test]
fn a_new_password_opens_and_nothing_old_does() {
    let place = Place::new();
    let server = Server::start_with(&place.folder, &[("DATABASE_URL", &place.url)]);
    assert_eq!(server.set_up(&ADA).status, 303);
    let cookie = server.sign_in(&ADA);
    let home = "/w/brightwater/settings/api-keys";
    let asked = |cookie: &str| server.get(home, &[("Cookie", cookie)]).map(|a| a.status);
    assert_eq!(asked(&cookie), Some(200));
    let try_with = |password: &str| {
        let fields = [("email", ADA.email), ("password", password)];
        let answer = server.post("/sign-in", "", &fields);
        answer.map(|answer| answer.status)
    };
    // A guess that is wrong, and one that comes too early.
    assert_eq!(try_with("cobalt lanterns drift over quarry"), Some(422));
    assert_eq!(try_with(ADA.password), Some(429));
    assert_eq!(place.count("sign_in_counters"), 1);

    let done = reset(&place, "ADA@brightwater.example", &format!("{FRESH}\n"));
    assert!(done.success, "{}", done.stderr);
    assert_eq!(done.stdout, "");
    assert!(
        done.stderr
            .contains("ada@brightwater.example has a new password"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr.contains("Sessions that ended: 1."),
        "{}",
        done.stderr
    );
    assert!(!done.stderr.contains(FRESH));

    assert_eq!(asked(&cookie), Some(303), "the session has ended");
    assert_eq!(place.count("sessions"), 0);
    assert_eq!(place.count("sign_in_counters"), 0);
    assert_eq!(
        place.count("account_events WHERE action = 'account.password_reset' AND ip IS NULL"),
        1
    );
    // At once, and with it only.
    assert_eq!(try_with(FRESH), Some(303));
    assert_eq!(try_with(ADA.password), Some(422));
}

#[test]
fn what_is_refused_changes_nothing() {
    let place = Place::new();
    let made = place.admin(ADA.workspace, ADA.name, ADA.email, ADA.password);
    assert!(made.success, "{}", made.stderr);
    let hashes = || Sql::connect(&place.url).line("SELECT password_hash AS line FROM users");
    let before = hashes();
    for (email, password, why) in [
        (
            "bo@brightwater.example",
            FRESH,
            "nobody has an account with the address bo@brightwater.example",
        ),
        ("bo", FRESH, "Enter an email address"),
        (ADA.email, "short", "at least 15 characters"),
        (ADA.email, "", "Enter a password"),
        (ADA.email, "passwordpassword", "easy to guess"),
        (ADA.email, "ada@brightwater.example", "easy to guess"),
    ] {
        refused(&reset(&place, email, password), why);
    }
    let asks = ["reset-password", "--email", ADA.email];
    refused(&place.run(&asks, FRESH), "--password-stdin");
    assert_eq!(hashes(), before);
    assert_eq!(place.count("account_events"), 0);
}
