//! Secret and publishable keys have the same operations, each at addresses of its own.

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use super::given::{
    ChangePublishableKey, ChangeSecretKey, Changing, Making, NewPublishableKey, NewSecretKey,
};
use crate::keys::model::Kind;

pub trait OfKind: 'static {
    const KIND: Kind;
    /// What is sent to make one.
    type New: Serialize + DeserializeOwned + JsonSchema + Into<Making> + 'static;
    /// What is sent to change one.
    type Change: DeserializeOwned + JsonSchema + Into<Changing> + 'static;
}

pub struct SecretKeys;

impl OfKind for SecretKeys {
    const KIND: Kind = Kind::Secret;
    type New = NewSecretKey;
    type Change = ChangeSecretKey;
}

pub struct PublishableKeys;

impl OfKind for PublishableKeys {
    const KIND: Kind = Kind::Publishable;
    type New = NewPublishableKey;
    type Change = ChangePublishableKey;
}
