//! JSON files: a list of objects as a table. What is nested becomes columns of its own, `address.city`.

use serde_json::Value;

use super::convert::list_cell;
use super::sheet::FileError;
use super::table::Table;

/// How deep objects are followed.
const DEPTH: usize = 3;

/// Reads a list of objects, alone or as a member of an object.
pub(super) fn read(text: &str) -> Result<Table, FileError> {
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| FileError::Json(error.to_string()))?;
    let list = match &value {
        Value::Array(list) => list,
        Value::Object(members) => {
            members.values().filter_map(Value::as_array).find(|list| is_list(list)).ok_or(FileError::NoList)?
        }
        _ => return Err(FileError::NoList),
    };
    if !is_list(list) {
        return Err(FileError::NoList);
    }
    let mut headings: Vec<String> = Vec::new();
    let mut rows: Vec<Vec<(usize, String)>> = Vec::new();
    for object in list {
        let mut cells = Vec::new();
        flatten("", object, DEPTH, &mut |key, cell| {
            let at = headings.iter().position(|heading| heading == key).unwrap_or_else(|| {
                headings.push(key.to_owned());
                headings.len() - 1
            });
            cells.push((at, cell));
        });
        rows.push(cells);
    }
    let mut table = Table::default();
    table.push(0, headings.iter().map(String::as_str));
    for (row, cells) in rows.iter().enumerate() {
        let cell = |at| cells.iter().find(|(place, _)| *place == at).map_or("", |(_, cell)| cell.as_str());
        table.push(row as u64 + 1, (0..headings.len()).map(cell));
    }
    Ok(table)
}

fn is_list(list: &[Value]) -> bool {
    !list.is_empty() && list.iter().all(Value::is_object)
}

fn flatten(key: &str, value: &Value, depth: usize, put: &mut dyn FnMut(&str, String)) {
    match value {
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => put(key, value.to_string()),
        Value::String(text) => put(key, text.clone()),
        Value::Array(items) => put(key, list_cell(&items.iter().filter_map(item).collect::<Vec<_>>())),
        Value::Object(members) if depth > 0 => {
            for (name, member) in members {
                let inner = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                flatten(&inner, member, depth - 1, put);
            }
        }
        Value::Object(_) => put(key, value.to_string()),
    }
}

/// One of several texts; of an object its `value`, or the first text in it.
fn item(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) => Some(value.to_string()),
        Value::Object(members) => {
            let texts = members.get("value").into_iter().chain(members.values());
            texts.filter_map(Value::as_str).next().map(str::to_owned)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_objects_is_a_table() {
        let text = r#"{"next": null, "people": [
            {"name": "Ana", "emails": [{"type": "work", "value": "a@example.com"}, "b@example.com"], "address": {"city": "Bonn"}},
            {"score": 7, "name": "Bo", "active": true}
        ]}"#;
        let table = read(text).unwrap();
        let rows: Vec<Vec<&str>> = (0..table.len()).map(|row| table.row(row).collect()).collect();
        assert_eq!(rows[0], ["address.city", "emails", "name", "active", "score"]);
        assert_eq!(rows[1], ["Bonn", "a@example.com; b@example.com", "Ana", "", ""]);
        assert_eq!(rows[2], ["", "", "Bo", "true", "7"]);
        assert_eq!(table.line(2), 2);
    }

    #[test]
    fn what_holds_no_records_says_so() {
        for text in ["[]", "[1, 2]", "{}", "{\"a\": [1]}", "7"] {
            assert_eq!(read(text), Err(FileError::NoList), "{text}");
        }
        assert!(matches!(read("[{"), Err(FileError::Json(_))));
    }
}
