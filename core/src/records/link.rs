use serde::{Deserialize, Serialize};

use crate::id::RecordId;

/// A record that another one is linked to, and what it is to that one: a company that a contact works for as its buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The record.
    pub id: RecordId,
    /// What it is to the other, in anybody's words; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
}

impl Link {
    /// A link.
    pub fn new(id: RecordId, role: impl Into<String>) -> Self {
        Self { id, role: role.into() }
    }
}
