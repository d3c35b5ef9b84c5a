//! Which choices a form offers: those that the state machines allow from where the record stands.

use outpost_core::records::{LeadStatus, Standing};
use outpost_core::schema::{Choice, Field, Kind};

use crate::state::pipelines;

/// The choices of a field of a record type, `now` being what it holds; empty for what is no choice.
///
/// A lost deal wants a reason and is therefore closed where it is asked for one, not in a list.
pub fn offered(kind: &str, field: &Field, now: &str) -> Vec<Choice> {
    let Kind::Choice(all) = field.kind else { return Vec::new() };
    let allowed = |choice: &&Choice| match (kind, field.name) {
        ("lead", "status") => match LeadStatus::parse(choice.value) {
            // A conversion makes more than a status.
            LeadStatus::Converted => now == choice.value,
            to => now.is_empty() || LeadStatus::parse(now).can_become(to),
        },
        ("deal", "stage") => choice.value == now || pipelines().standing(choice.value) != Standing::Lost,
        _ => true,
    };
    all.iter().filter(allowed).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_core::records::{Deal, Lead};
    use outpost_core::schema::RecordType;

    fn values(kind: &str, field: Option<&'static Field>, now: &str) -> Vec<&'static str> {
        offered(kind, field.expect("a field"), now).iter().map(|choice| choice.value).collect()
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn a_form_offers_only_where_the_record_may_go() {
        let status = Lead::SCHEMA.field("status");
        assert_eq!(values("lead", status, "qualified"), ["nurturing", "qualified"]);
        assert_eq!(values("lead", status, "").len(), 5);
        let stage = Deal::SCHEMA.field("stage");
        assert!(!values("deal", stage, "proposal").contains(&"lost"));
        assert!(values("deal", stage, "lost").contains(&"lost"), "what it is, it may stay");
        assert_eq!(values("lead", Lead::SCHEMA.field("source"), "web").len(), 6);
    }
}
