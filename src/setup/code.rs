use data_encoding::BASE32;
use subtle::ConstantTimeEq;

use crate::key_files::MasterKey;

/// What whoever sets Keyroom up must have read on the server: 80 bits, derived from the master key, so
/// that every node and every start prints the same one, and nothing of it is stored. No `Debug`.
pub struct SetUpCode(String);

impl SetUpCode {
    pub fn of(master: &MasterKey) -> Self {
        Self(BASE32.encode(&master.derive("set-up code")[..10]))
    }

    /// `ABCD-EFGH-IJKL-MNOP`, to be printed while there is no owner.
    pub fn reveal(&self) -> String {
        let groups: Vec<&str> = [0, 4, 8, 12]
            .iter()
            .map(|at| &self.0[*at..*at + 4])
            .collect();
        groups.join("-")
    }

    /// However it was typed: case, dashes and spaces do not count.
    pub fn is(&self, typed: &str) -> bool {
        let typed: String = typed
            .chars()
            .filter(|c| !matches!(c, '-' | ' '))
            .flat_map(char::to_uppercase)
            .take(64)
            .collect();
        self.0.as_bytes().ct_eq(typed.as_bytes()).into()
    }
}
