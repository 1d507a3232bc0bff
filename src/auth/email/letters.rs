use chrono::{DateTime, Utc};

use super::{actions::LASTS, pages::ENTRANCE};
use crate::{
    actor::Person,
    auth::new_sign_in::told_from,
    mail::Letter,
    web::{link::LinkToken, time::Zone},
};

/// What the mails of one round tell of.
pub struct Round<'a> {
    pub person: &'a Person,
    pub new: &'a str,
    pub zone: Zone,
    pub now: DateTime<Utc>,
}

impl Round<'_> {
    pub fn to_old(&self, link: &LinkToken) -> Letter {
        let letter = Letter::new("email_change", "Confirm the change of your Keyroom email", LASTS)
            .says("Somebody who is signed in to your account, and knows its password, wants it to have another email.")
            .fact("From", &self.person.email)
            .fact("To", self.new);
        let letter = self
            .told(letter)
            .says("If it was you, confirm it, here and in the mail that went to the other address:")
            .button("Confirm", link.at(ENTRANCE))
            .says(
                "If it was not you, do not confirm it: it is not done without you. Somebody knows your password, so \
                 change that; it ends their session, and this link.",
            );
        self.until(letter)
    }

    /// It may be a stranger's address, who learns nothing of the person.
    pub fn to_new(&self, link: &LinkToken) -> Letter {
        let letter = Letter::new("email_change", "Confirm your new Keyroom email", LASTS)
            .says("Somebody wants to sign in to their Keyroom account with this address.");
        let letter = self
            .told(letter)
            .says("If it was you, confirm it, here and in the mail that went to the address you have now:")
            .button("Confirm", link.at(ENTRANCE))
            .says("If it was not you, there is nothing to do: it is not done without you.");
        self.until(letter)
    }

    /// To somebody who has an account with the address.
    pub fn to_owner(&self) -> Letter {
        let letter = Letter::new("email_change", "Your Keyroom email is in use already", LASTS).says(
            "Somebody wants to sign in to another Keyroom account with this address. You have an account with it \
             already, so it cannot be done.",
        );
        self.told(letter)
            .says(
                "If it was you, sign in with this address to see that account. Give it another email first if this one \
                 is to be free.",
            )
            .button("Sign in", "/sign-in")
            .says("If it was not you, there is nothing to do.")
    }

    fn told(&self, letter: Letter) -> Letter {
        told_from(letter, &self.person.source, self.zone, self.now)
    }

    fn until(&self, letter: Letter) -> Letter {
        letter.small_print(format!(
            "The link works once, until {}, while you are signed in, and only if it is the last one that was sent.",
            self.zone.date(self.now + LASTS).exact
        ))
    }
}
