//! Lists in groups by what their records belong to.

use super::*;

/// A record as it is after a patch.
fn with(kind: &str, number: u64, ms: u64, fields: serde_json::Value) -> Record {
    let mut record = Record::empty(RecordKey::new(kind, id(number)));
    let patch = serde_json::from_value(fields).expect("a patch");
    apply(&mut record, &Op::patch(kind, id(number), patch), stamp(ms));
    record
}

fn company(number: u64, ms: u64, name: &str) -> Record {
    with("company", number, ms, json!({ "name": name }))
}

/// An index that has read the records for a query.
fn index_of(records: &[Record], query: &Query) -> Index {
    let mut index = Index::default();
    records.iter().for_each(|record| index.upsert(record));
    index.begin_columns(query);
    records.iter().for_each(|record| index.read_columns(record));
    index.end_columns(&query.kind);
    index
}

/// The groups of a whole list, each with how many records it has.
fn groups(index: &mut Index, query: &Query) -> Vec<(String, usize)> {
    let groups = index.grouped(query, 0, usize::MAX).groups;
    groups.into_iter().map(|group| (group.value, group.count)).collect()
}

fn value(number: u64) -> String {
    id(number).to_string()
}

#[test]
fn groups_by_a_relation_are_in_the_order_of_names_and_stay_so() {
    let query = Query { group: "customer", ..Query::recent("deal") };
    let deal = |number, customer: Option<u64>| {
        with("deal", number, number, json!({ "title": "A deal", "customer": customer.map(id) }))
    };
    let companies = [company(1, 1, "Zebra"), company(2, 1, "Élan"), company(3, 1, "midway")];
    let mut records = companies.to_vec();
    // The last one's company has not come yet.
    records.extend([deal(11, Some(1)), deal(12, Some(2)), deal(13, None), deal(14, Some(1)), deal(15, Some(9))]);
    let mut index = index_of(&records, &query);
    let without = (String::new(), 1);
    assert_eq!(groups(&mut index, &query), [(value(2), 1), (value(1), 2), (value(9), 1), without.clone()]);
    assert_eq!(index.grouped(&query, 0, 0).count, 5);
    // Below the head of a group its records stand in the list's order.
    assert_eq!(index.grouped(&query, 2, 3).rows, [id(14), id(11)]);

    // A company is called something else, one comes, one goes, and a deal goes to another one.
    index.upsert(&company(1, 2, "Aurora"));
    assert_eq!(groups(&mut index, &query)[..2], [(value(1), 2), (value(2), 1)]);
    index.upsert(&company(9, 3, "Bela"));
    assert_eq!(groups(&mut index, &query)[..3], [(value(1), 2), (value(9), 1), (value(2), 1)]);
    index.remove(&RecordKey::new("company", id(1)));
    assert_eq!(groups(&mut index, &query)[..3], [(value(9), 1), (value(2), 1), (value(1), 2)]);
    index.upsert(&with("deal", 13, 20, json!({ "title": "A deal", "customer": id(3) })));
    assert_eq!(groups(&mut index, &query), [(value(9), 1), (value(2), 1), (value(3), 1), (value(1), 2)]);

    // A closed one is its head alone.
    let closed = Query { closed: format!("{}\n", value(9)), ..query };
    let window = index.grouped(&closed, 0, 2);
    assert_eq!((window.rows, window.lines, window.count), (Vec::new(), 8, 5));
}

#[test]
fn what_belongs_to_several_is_in_the_group_of_each_and_counted_once() {
    let query = Query { group: "companies", ..Query::recent("contact") };
    let contact = |number, companies: &[u64]| {
        let roles: Vec<_> = companies.iter().map(|company| json!({ "id": id(*company), "role": "Buyer" })).collect();
        with("contact", number, number, json!({ "name": "Ana", "companies": roles }))
    };
    let companies = [company(1, 1, "Nordkai"), company(2, 1, "Aurora")];
    let mut records = companies.to_vec();
    records.extend([contact(11, &[1]), contact(12, &[1, 2, 1]), contact(13, &[])]);
    let mut index = index_of(&records, &query);
    assert_eq!(groups(&mut index, &query), [(value(2), 1), (value(1), 2), (String::new(), 1)]);
    let all = index.grouped(&query, 0, usize::MAX);
    assert_eq!(all.rows, [id(12), id(12), id(11), id(13)]);
    assert_eq!((all.lines, all.count), (7, 3));
}

#[test]
fn a_relation_to_records_of_its_own_type_makes_groups_too() {
    let query = Query { group: "parent", ..Query::recent("company") };
    let part = |number, name, parent| with("company", number, 1, json!({ "name": name, "parent": id(parent) }));
    let records = [company(1, 1, "Zebra"), company(2, 1, "Aurora"), part(3, "Bay", 1), part(4, "Cove", 2)];
    let mut index = index_of(&records, &query);
    let without = (String::new(), 2);
    assert_eq!(groups(&mut index, &query), [(value(2), 1), (value(1), 1), without.clone()]);
    index.upsert(&company(1, 2, "Aa"));
    assert_eq!(groups(&mut index, &query), [(value(1), 1), (value(2), 1), without]);
}
