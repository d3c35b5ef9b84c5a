//! The people of a workspace.

use outpost_core::access::Role;

use crate::accounts::email::Email;

/// An account to be made in a workspace that there is.
pub(crate) struct NewPerson {
    /// Unique among all accounts.
    pub(crate) email: Email,
    /// A PHC string.
    pub(crate) password_hash: String,
    /// What the person may do.
    pub(crate) role: Role,
}

/// Somebody of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// The account's address.
    pub(crate) email: String,
    /// What the person may do.
    pub(crate) role: Role,
}

/// Why nobody's account was made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PersonRefused {
    /// The address has no account.
    Unknown,
    /// The address has one, of this workspace or another.
    Taken,
    /// Nobody would be left who may change anything.
    LastMember,
}

#[cfg(test)]
mod tests {
    use outpost_core::id::DeviceId;

    use super::*;
    use crate::store::{MemoryStore, NewAccount, NewSession, SqliteStore, Store};

    fn email(name: &str) -> Email {
        Email::parse(&format!("{name}@example.org")).expect("an address")
    }

    /// What a store says of all that is done about people, in order.
    async fn said(store: &impl Store) -> Vec<String> {
        let mut said = Vec::new();
        for name in ["ana", "eve"] {
            let (workspace, epoch) = (name.to_owned(), "epoch-0".to_owned());
            let (password_hash, workspace_id) = (String::new(), name.to_owned());
            let account = NewAccount { email: email(name), password_hash, workspace, workspace_id, epoch };
            said.push(format!("{:?}", store.create_account(account, 0).await.expect("made")));
        }
        for (name, beside, role) in [
            ("bo", "ana", Role::Viewer),
            ("bo", "ana", Role::Member),
            ("eve", "ana", Role::Member),
            ("max", "nobody", Role::Member),
        ] {
            let new = NewPerson { email: email(name), password_hash: "hash".to_owned(), role };
            said.push(format!("{:?}", store.add_person(&email(beside), new, 0).await.expect("answered")));
        }
        let token = [1; 32];
        let device_name = "Bo's".to_owned();
        let session = NewSession { user: 3, device: DeviceId(8), device_name, token, replaces: None, expires_ms: 10 };
        said.push(format!("{:?}", store.open_session(session, 0).await.expect("opened").role));
        for (name, role) in [
            ("ana", Role::Viewer),
            ("bo", Role::Member),
            ("ana", Role::Viewer),
            ("bo", Role::Removed),
            ("ana", Role::Member),
            ("bo", Role::Removed),
            ("nobody", Role::Member),
        ] {
            said.push(format!("{:?}", store.set_role(&email(name), role).await.expect("answered")));
            let login = store.find_login(&email("bo")).await.expect("answered").map(|login| (login.user, login.role));
            said.push(format!("{login:?} {:?}", store.session(token, 0, 10).await.expect("answered")));
        }
        for name in ["ana", "bo", "eve", "nobody"] {
            said.push(format!("{:?}", store.people(&email(name)).await.expect("answered")));
        }
        said
    }

    #[tokio::test]
    async fn the_store_in_memory_says_of_people_what_sqlite_says() {
        let folder = tempfile::tempdir().expect("a folder");
        let sqlite = SqliteStore::open(folder.path(), None).await.expect("a store");
        let expected = said(&sqlite).await;
        sqlite.close().await;
        assert_eq!(said(&MemoryStore::default()).await, expected);
        assert!(expected.iter().any(|said| said == "Err(LastMember)") && expected.iter().any(|said| said == "Ok(())"));
    }
}
