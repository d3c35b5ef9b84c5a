//! The people of a workspace.

use outpost_core::access::Role;

use super::{Data, User};
use crate::accounts::email::Email;
use crate::store::{NewPerson, Person, PersonRefused};

impl Data {
    fn workspace_of(&self, email: &Email) -> Option<i64> {
        self.users.iter().find(|user| user.email == *email).map(|user| user.workspace)
    }

    pub(super) fn add_person(&mut self, beside: &Email, person: NewPerson) -> Result<(), PersonRefused> {
        let workspace = self.workspace_of(beside).ok_or(PersonRefused::Unknown)?;
        if self.workspace_of(&person.email).is_some() {
            return Err(PersonRefused::Taken);
        }
        let NewPerson { email, password_hash, role } = person;
        self.users.push(User { email, password_hash, role, workspace });
        Ok(())
    }

    pub(super) fn set_role(&mut self, email: &Email, role: Role) -> Result<(), PersonRefused> {
        let workspace = self.workspace_of(email).ok_or(PersonRefused::Unknown)?;
        let is_other = |user: &User| user.workspace == workspace && user.email != *email;
        let others_write = self.users.iter().any(|user| is_other(user) && user.role == Role::Member);
        if role != Role::Member && !others_write {
            return Err(PersonRefused::LastMember);
        }
        self.users.iter_mut().filter(|user| user.email == *email).for_each(|user| user.role = role);
        Ok(())
    }

    pub(super) fn people(&self, email: &Email) -> Vec<Person> {
        let workspace = self.workspace_of(email);
        let all = self.users.iter().filter(|user| Some(user.workspace) == workspace);
        all.map(|user| Person { email: user.email.as_str().to_owned(), role: user.role }).collect()
    }
}
