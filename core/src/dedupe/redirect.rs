//! Relations that lead to a record, led to another one.

use serde_json::{Value, json};

use crate::id::RecordId;
use crate::schema::{Field, Kind};
use crate::validate;

/// The value of a relation with `to` in the place of `from`, and no record twice. What is no relation stays as it is.
pub(super) fn redirect(field: &Field, value: &Value, from: RecordId, to: RecordId) -> Value {
    let (old, new) = (json!(from), json!(to));
    match (field.kind, value) {
        (Kind::Relation(_), one) if *one == old => new,
        (Kind::Relations(_), Value::Array(all)) => {
            let mut led: Vec<Value> = Vec::with_capacity(all.len());
            for id in all.iter().map(|id| if *id == old { &new } else { id }) {
                if !led.contains(id) {
                    led.push(id.clone());
                }
            }
            Value::Array(led)
        }
        (Kind::Roles(_), Value::Array(all)) => {
            let mut led: Vec<Value> = Vec::with_capacity(all.len());
            for link in all {
                let mut link = link.clone();
                if link.get("id") == Some(&old) {
                    link["id"] = new.clone();
                }
                match led.iter_mut().find(|other| other.get("id") == link.get("id")) {
                    Some(other) => join_roles(field, other, &link),
                    None => led.push(link),
                }
            }
            Value::Array(led)
        }
        (_, value) => value.clone(),
    }
}

/// Two links to one record become one with both roles, if there is room.
fn join_roles(field: &Field, link: &mut Value, other: &Value) {
    let role = |link: &Value| link.get("role").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let (ours, theirs) = (role(link), role(other));
    if theirs.is_empty() || ours.split(", ").any(|one| one == theirs) {
        return;
    }
    let joined = if ours.is_empty() { theirs } else { format!("{ours}, {theirs}") };
    let mut with = link.clone();
    with["role"] = json!(joined);
    if validate::field(field, &json!([with])).is_ok() {
        *link = with;
    }
}

/// The value of a relation without a record: what would lead to itself.
pub(super) fn without(field: &Field, value: &Value, id: RecordId) -> Value {
    let this = json!(id);
    match (field.kind, value) {
        (Kind::Relation(_), one) if *one == this => Value::Null,
        (Kind::Relations(_) | Kind::Roles(_), Value::Array(all)) => {
            Value::Array(all.iter().filter(|link| link.get("id").unwrap_or(link) != &this).cloned().collect())
        }
        (_, value) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Contact, Deal};
    use crate::schema::RecordType;

    fn id(n: u128) -> RecordId {
        RecordId::singleton(n)
    }

    #[test]
    fn no_record_is_linked_twice_and_no_role_is_lost() {
        let companies = Contact::SCHEMA.field("companies").expect("a field");
        let before = json!([{"id": id(1), "role": "Buyer"}, {"id": id(3)}, {"id": id(2), "role": "Owner"}]);
        let after = json!([{"id": id(1), "role": "Buyer, Owner"}, {"id": id(3)}]);
        assert_eq!(redirect(companies, &before, id(2), id(1)), after);
        assert_eq!(redirect(companies, &after, id(2), id(1)), after, "twice is once");
        let tags = Contact::SCHEMA.field("tags").expect("a field");
        assert_eq!(redirect(tags, &json!([id(2), id(3), id(1)]), id(2), id(1)), json!([id(1), id(3)]));
        let customer = Deal::SCHEMA.field("customer").expect("a field");
        assert_eq!(redirect(customer, &json!(id(2)), id(2), id(1)), json!(id(1)));
        assert_eq!(redirect(customer, &json!(id(3)), id(2), id(1)), json!(id(3)));
    }

    #[test]
    fn what_would_lead_to_itself_goes() {
        let tags = Contact::SCHEMA.field("tags").expect("a field");
        assert_eq!(without(tags, &json!([id(1), id(2)]), id(1)), json!([id(2)]));
        let customer = Deal::SCHEMA.field("customer").expect("a field");
        assert_eq!(without(customer, &json!(id(1)), id(1)), Value::Null);
    }
}
