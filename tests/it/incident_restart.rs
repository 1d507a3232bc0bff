//! A compromised key, and a server that is killed in the middle of what has to be done about it.

use nix::sys::signal::Signal;

use crate::{
    processes::ADA,
    program::{Folder, Server},
};

const KEYS: &str = "/w/brightwater/settings/api-keys";

#[test]
fn a_compromised_key_stays_dead_and_its_incident_goes_on_after_a_restart() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    assert_eq!(server.set_up(&ADA).status, 303);
    let make = [
        "create-key",
        "--workspace",
        "brightwater",
        "--label",
        "scraper",
        "--permission",
        "OBJECTS_LIST",
    ];
    let key = folder.run(&make, "").stdout.trim_end().to_owned();
    assert_eq!(server.whoami(&key), Some(200));
    let cookie = server.sign_in(&ADA);
    let of_key = format!("{KEYS}/{}", &key[5..17]);
    let post = |server: &Server, what: &str, fields: &[(&str, &str)]| {
        let answer = server.post(&format!("{of_key}/{what}"), &cookie, fields);
        answer.map(|answer| answer.status)
    };
    let fields = [("reason", "compromised"), ("confirm", "scraper")];
    assert_eq!(post(&server, "revocation", &fields), Some(303));
    assert_eq!(server.whoami(&key), Some(401), "on the next call");
    let steps = [("step", "review"), ("done", "true")];
    assert_eq!(post(&server, "incident/steps", &steps), Some(303));
    let notes = [("cause", "A public notebook"), ("effect", "")];
    assert_eq!(post(&server, "incident/notes", &notes), Some(303));
    server.signal(Signal::SIGKILL);
    drop(server);

    let server = Server::start(&folder);
    assert_eq!(server.whoami(&key), Some(401));
    assert_eq!(post(&server, "restoration", &[]), Some(409));
    let headers = [("Cookie", cookie.as_str())];
    let page = server.get(&format!("{of_key}/incident"), &headers);
    let page = page.expect("an answer").body;
    for kept in ["2 of 6 are done.", "A public notebook"] {
        assert!(page.contains(kept), "{kept} in {page}");
    }
    let list = server.get(KEYS, &headers).expect("an answer").body;
    assert!(list.contains("The incident of scraper is open"), "{list}");
}
