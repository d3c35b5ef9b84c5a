//! Orders by fields that the index does not hold, and groups: a window of either is what sorting all records would give, after
//! any changes, also such as come while the records are being read.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::*;
use crate::index::Group;

const OWNERS: [&str; 6] = ["Zoë", "max", "Max", "", "  ", "Álvaro"];
const SOURCES: [&str; 5] = ["web", "own", "", "list", "pigeon"];
const EMAILS: [&str; 4] = ["b@x.org", "Ä@x.org", "", "a@x.org"];
const FIELDS: [&str; 5] = ["owner", "source", "score", "emails", "value"];
const GROUPS: [&str; 4] = ["", "owner", "source", "status"];

#[derive(Debug, Clone)]
enum Step {
    Put(u64, usize, usize, Option<i64>, usize, Option<(i64, usize)>),
    Delete(u64),
    /// Asks; the flag has the records read as they were some steps ago, at the last `Begin`.
    Ask(Question),
    Begin(Question),
}

/// A field, which way, a group, which values are closed, and the words.
type Question = (usize, bool, usize, Vec<usize>, usize);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let value = || prop::option::of((-9..9_i64, 0..CURRENCIES.len()));
    let question = || {
        let closed = prop::collection::vec(0..OWNERS.len(), 0..3);
        (0..FIELDS.len(), any::<bool>(), 0..GROUPS.len(), closed, 0..3_usize)
    };
    let score = prop::option::of(0..5_i64);
    let step = prop_oneof![
        6 => (0..40_u64, 0..OWNERS.len(), 0..SOURCES.len(), score, 0..EMAILS.len(), value())
            .prop_map(|(id, owner, source, score, email, value)| Step::Put(id, owner, source, score, email, value)),
        2 => (0..40_u64).prop_map(Step::Delete),
        3 => question().prop_map(Step::Ask),
        1 => question().prop_map(Step::Begin),
    ];
    prop::collection::vec(step, 1..120)
}

fn query((field, descending, group, closed, text): &Question) -> Query {
    let name = FIELDS[*field];
    let sort = Sort::by(&Lead::SCHEMA, name).expect("it has an order");
    let values = if GROUPS[*group] == "source" { &SOURCES[..] } else { &OWNERS[..] };
    let closed = closed.iter().filter_map(|at| values.get(*at)).map(|value| format!("{}\n", value.trim())).collect();
    let text = ["", "ana", "muller"][*text].to_owned();
    Query { sort, descending: *descending, group: GROUPS[*group], closed, text, ..Query::recent("lead") }
}

fn source_rank(value: &str) -> usize {
    let choices = crate::records::LeadSource::CHOICES;
    choices.iter().position(|choice| choice.value == value).unwrap_or(usize::MAX)
}

/// Of two records that have the value the lesser one; what has none is greater in any case.
fn compare(field: &str, a: &Record, b: &Record) -> Ordering {
    match field {
        "owner" => {
            (fold(a.text("owner")), a.text("owner").trim()).cmp(&(fold(b.text("owner")), b.text("owner").trim()))
        }
        "source" => {
            let rank = |record: &Record| (source_rank(record.text("source")), record.text("source").to_owned());
            rank(a).cmp(&rank(b))
        }
        "status" => a.text("status").cmp(b.text("status")),
        "score" => a.get("score").and_then(|v| v.as_i64()).cmp(&b.get("score").and_then(|v| v.as_i64())),
        "emails" => {
            let first =
                |record: &Record| record.get("emails").and_then(|v| v[0].as_str()).unwrap_or_default().to_owned();
            (fold(&first(a)), first(a)).cmp(&(fold(&first(b)), first(b)))
        }
        _ => amount(a).cmp(&amount(b)),
    }
}

fn amount(record: &Record) -> Option<(i128, &'static str)> {
    let money: Money = serde_json::from_value(record.get("value")?.clone()).expect("money");
    Some((i128::from(money.minor) * 10_i128.pow(4 - u32::from(money.currency.exponent())), money.currency.code()))
}

fn has(field: &str, record: &Record) -> bool {
    match field {
        "emails" => record.get("emails").and_then(|v| v[0].as_str()).is_some_and(|text| !text.trim().is_empty()),
        _ => record.get(field).is_some_and(|value| !crate::schema::is_empty(value)),
    }
}

fn sorted(records: &BTreeMap<u64, Record>, field: &str, query: &Query) -> Vec<Record> {
    let matches = |record: &&Record| query.text.is_empty() || fold(record.text("name")).contains(&query.text);
    let (mut present, mut missing): (Vec<Record>, Vec<Record>) =
        records.values().filter(matches).cloned().partition(|record| has(field, record));
    present.sort_by(|a, b| compare(field, a, b).then(a.id.cmp(&b.id)));
    missing.sort_by_key(|record| record.id);
    if query.descending {
        present.reverse();
    }
    present.into_iter().chain(missing).collect()
}

/// The lines of a list as texts: the heads of groups, and the ids of records.
fn lines(records: &BTreeMap<u64, Record>, field: &str, query: &Query) -> Vec<String> {
    let rows = sorted(records, field, query);
    let mut heads = rows.clone();
    heads.sort_by(|a, b| {
        let by_value = compare(query.group, a, b);
        let by_value = if query.descending && field == query.group { by_value.reverse() } else { by_value };
        has(query.group, b).cmp(&has(query.group, a)).then(by_value)
    });
    let closed: BTreeSet<&str> = query.closed.split_terminator('\n').collect();
    let mut lines = Vec::new();
    let mut seen = BTreeSet::new();
    for head in heads {
        let value = head.text(query.group).trim().to_owned();
        if !seen.insert(value.clone()) {
            continue;
        }
        let rows: Vec<&Record> = rows.iter().filter(|row| row.text(query.group).trim() == value).collect();
        lines.push(format!("{value} {}", rows.len()));
        if !closed.contains(value.as_str()) {
            lines.extend(rows.iter().map(|row| row.id.to_string()));
        }
    }
    lines
}

/// The same of a window that the index gave.
fn told(window: &Grouped, start: usize) -> Vec<String> {
    let mut heads: Vec<&Group> = window.groups.iter().filter(|group| group.line >= start).collect();
    heads.reverse();
    let mut rows = window.rows.iter();
    let mut all = Vec::new();
    loop {
        let line = start + all.len();
        if let Some(head) = heads.pop_if(|head| head.line == line) {
            all.push(format!("{} {}", head.value, head.count));
        } else if let Some(row) = rows.next() {
            all.push(row.to_string());
        } else {
            assert!(heads.is_empty(), "a head stands where no line is");
            return all;
        }
    }
}

fn put(number: u64, ms: u64, step: (usize, usize, Option<i64>, usize, Option<(i64, usize)>)) -> Record {
    let (owner, source, score, email, value) = step;
    let value = value.map(|(minor, currency)| (minor, CURRENCIES[currency]));
    let mut record = lead(number, ms, NAMES[number as usize % 8], "new", value);
    let emails = if EMAILS[email].is_empty() { json!([]) } else { json!([EMAILS[email], "z@x.org"]) };
    let fields = json!({"owner": OWNERS[owner], "source": SOURCES[source], "score": score, "emails": emails});
    let patch = serde_json::from_value(fields).expect("a patch");
    apply(&mut record, &Op::patch("lead", id(number), patch), stamp(ms));
    record
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_order_and_any_groups_are_as_if_all_records_had_been_sorted(steps in steps()) {
        let mut index = Index::default();
        let mut records: BTreeMap<u64, Record> = BTreeMap::new();
        // What is being read: the records as they were when that began.
        let mut reading: Option<BTreeMap<u64, Record>> = None;
        for (ms, step) in (1..).zip(steps) {
            match step {
                Step::Put(number, owner, source, score, email, value) => {
                    let record = put(number, ms, (owner, source, score, email, value));
                    index.upsert(&record);
                    records.insert(number, record);
                }
                Step::Delete(number) => {
                    index.upsert(&deleted(number, ms));
                    records.remove(&number);
                }
                Step::Begin(question) => {
                    if reading.is_none() && !index.has_columns(&query(&question)) {
                        index.begin_columns(&query(&question));
                        reading = Some(records.clone());
                    }
                }
                Step::Ask(question) => {
                    if let Some(was) = reading.take() {
                        was.values().for_each(|record| index.read_columns(record));
                        index.end_columns("lead");
                    }
                    let query = query(&question);
                    if !index.has_columns(&query) {
                        index.begin_columns(&query);
                        records.values().for_each(|record| index.read_columns(record));
                        index.end_columns("lead");
                    }
                    prop_assert!(index.has_columns(&query));
                    let field = FIELDS[question.0];
                    let wanted = sorted(&records, field, &query);
                    prop_assert_eq!(&ids(&mut index, &query), &wanted.iter().map(|row| row.id).collect::<Vec<_>>(), "{:?}", query);
                    if query.group.is_empty() {
                        continue;
                    }
                    let wanted = lines(&records, field, &query);
                    for (start, len) in [(0, usize::MAX), (0, 3), (2, 4), (5, 1), (wanted.len(), 9)] {
                        let window = index.grouped(&query, start, len);
                        let part = wanted.iter().skip(start).take(len).cloned().collect::<Vec<_>>();
                        prop_assert_eq!(told(&window, start), part, "{:?} {} {}", query, start, len);
                        prop_assert_eq!(window.lines, wanted.len());
                        let first_is_row = window.groups.first().is_none_or(|group| group.line > start);
                        prop_assert!(!first_is_row || window.rows.is_empty(), "the group of the first row is told of");
                    }
                    prop_assert_eq!(index.grouped(&query, 0, 0).count, ids(&mut index, &query).len());
                }
            }
        }
    }
}

#[test]
fn days_are_grouped_by_month() {
    let mut index = Index::default();
    for (number, day) in [(1, "2026-11-02"), (2, "2026-10-31"), (3, "2026-11-30"), (4, "")] {
        let mut record = Record::empty(RecordKey::new("deal", id(number)));
        let patch = Patch::from([("title".into(), json!("x")), ("expected_close".into(), json!(day))]);
        apply(&mut record, &Op::patch("deal", id(number), patch), stamp(number));
        index.upsert(&record);
        index.read_columns(&record);
    }
    let query = Query { group: "expected_close", ..Query::recent("deal") };
    index.begin_columns(&query);
    for (number, day) in [(1, "2026-11-02"), (2, "2026-10-31"), (3, "2026-11-30")] {
        let mut record = Record::empty(RecordKey::new("deal", id(number)));
        apply(
            &mut record,
            &Op::patch("deal", id(number), Patch::from([("expected_close".into(), json!(day))])),
            stamp(9),
        );
        index.read_columns(&record);
    }
    index.end_columns("deal");
    let told = |index: &mut Index, query: &Query| {
        let groups = index.grouped(query, 0, 99).groups;
        groups.into_iter().map(|group| (group.value, group.count)).collect::<Vec<_>>()
    };
    let groups = [("2026-10".to_owned(), 1), ("2026-11".to_owned(), 2), (String::new(), 1)];
    assert_eq!(told(&mut index, &query), groups);
    let turned =
        Query { sort: Sort::by(index.listed("deal").expect("a type"), "expected_close").expect("an order"), ..query };
    assert_eq!(told(&mut index, &turned), [groups[1].clone(), groups[0].clone(), groups[2].clone()]);
}

#[test]
fn what_another_list_is_sorted_by_is_dropped() {
    let mut index = Index::default();
    index.upsert(&lead(1, 1, "a", "new", None));
    index.upsert(&Record { kind: "contact".into(), ..lead(2, 2, "b", "new", None) });
    let by = |kind: &str| Query { sort: Sort::Field("owner"), ..Query::recent(kind) };
    index.begin_columns(&by("lead"));
    assert!(!index.has_columns(&by("lead")), "nothing was read yet");
    index.end_columns("lead");
    assert!(index.has_columns(&by("lead")));
    index.begin_columns(&by("contact"));
    assert!(!index.has_columns(&by("lead")));
}
