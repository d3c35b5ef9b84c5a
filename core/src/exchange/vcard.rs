//! vCards: those of versions 2.1, 3.0 and 4.0 as a table, and records of people as cards of version 4.0 (RFC 6350).

use serde_json::Value;

use super::convert::list_cell;
use super::date;
use super::table::Table;
use super::target::{Part, Target, targets};
use super::words::{About, place};
use crate::record::Record;
use crate::records::Address;
use crate::schema::{Kind, Schema};

/// The columns that a card fills.
const HEADINGS: [&str; 13] = [
    "Name",
    "Company",
    "E-mail",
    "Phone",
    "Street",
    "Postcode",
    "City",
    "Region",
    "Country",
    "Job title",
    "Website",
    "Birthday",
    "Notes",
];

/// Whether a text begins like a card.
pub(super) fn is_card(text: &str) -> bool {
    text.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCARD"))
}

/// What a card says.
#[derive(Debug, Default)]
struct Card {
    name: String,
    parts: String,
    company: String,
    emails: Vec<String>,
    phones: Vec<String>,
    address: Vec<String>,
    job: String,
    web: String,
    birthday: String,
    notes: Vec<String>,
}

/// Reads all cards of a text; columns that none of them fills are left out.
pub(super) fn read(text: &str) -> Table {
    let mut rows: Vec<[String; 13]> = Vec::new();
    let mut card = None::<Card>;
    for line in unfold(text) {
        let Some(property) = Property::read(&line) else { continue };
        match (property.name.as_str(), &mut card) {
            ("BEGIN", _) => card = Some(Card::default()),
            ("END", _) => rows.extend(card.take().map(Card::row)),
            (_, Some(card)) => card.take(&property),
            (_, None) => {}
        }
    }
    // A file that was cut off.
    rows.extend(card.map(Card::row));
    let filled: Vec<usize> =
        (0..HEADINGS.len()).filter(|at| *at == 0 || rows.iter().any(|row| !row[*at].is_empty())).collect();
    let mut table = Table::default();
    table.push(0, filled.iter().map(|at| HEADINGS[*at]));
    for (number, row) in rows.iter().enumerate() {
        table.push(number as u64 + 1, filled.iter().map(|at| row[*at].as_str()));
    }
    table
}

impl Card {
    fn take(&mut self, property: &Property) {
        let value = || unescape(&property.value);
        match property.name.as_str() {
            "FN" => self.name = value(),
            "N" => {
                let parts = components(&property.value);
                let at = |at: usize| parts.get(at).map_or("", |part| part.trim());
                let order = [at(3), at(1), at(2), at(0), at(4)];
                self.parts = order.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            }
            "ORG" => self.company = components(&property.value).into_iter().next().unwrap_or_default(),
            "EMAIL" => self.emails.push(without(&value(), "mailto:")),
            "TEL" => self.phones.push(without(&value(), "tel:")),
            "ADR" if self.address.iter().all(String::is_empty) => self.address = components(&property.value),
            "TITLE" => self.job = value(),
            "URL" => self.web = value(),
            "BDAY" => self.birthday = birthday(&value()),
            "NOTE" => self.notes.push(value()),
            _ => {}
        }
    }

    fn row(self) -> [String; 13] {
        let name = [self.name.trim(), self.parts.trim(), self.company.trim()];
        let name = name.into_iter().find(|name| !name.is_empty()).map(str::to_owned);
        let name = name.or_else(|| self.emails.first().cloned()).unwrap_or_default();
        let part = |at: usize| self.address.get(at).map_or(String::new(), |part| part.trim().to_owned());
        let before = [part(0), part(1), part(2)];
        let street = before.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
        [
            name,
            self.company,
            list_cell(&self.emails),
            list_cell(&self.phones),
            street,
            part(5),
            part(3),
            part(4),
            part(6),
            self.job,
            self.web,
            self.birthday,
            self.notes.join("\n\n"),
        ]
    }
}

/// `19840131` as `1984-01-31`; another form as it is.
fn birthday(text: &str) -> String {
    let text = text.trim();
    match (text.len(), text.bytes().all(|byte| byte.is_ascii_digit())) {
        (8, true) => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
        _ => text.to_owned(),
    }
}

fn without(text: &str, scheme: &str) -> String {
    let text = text.trim();
    match text.get(..scheme.len()) {
        Some(start) if start.eq_ignore_ascii_case(scheme) => text[scheme.len()..].to_owned(),
        _ => text.to_owned(),
    }
}

/// The lines of a file with those that were folded put together, also as version 2.1 does within quoted-printable.
fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)) {
        match (lines.last_mut(), line.strip_prefix([' ', '\t'])) {
            (Some(last), _) if last.ends_with('=') && is_quoted(last) => {
                last.pop();
                last.push_str(line);
            }
            (Some(last), Some(rest)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

fn is_quoted(line: &str) -> bool {
    line.split(':').next().is_some_and(|head| head.to_ascii_uppercase().contains("QUOTED-PRINTABLE"))
}

struct Property {
    name: String,
    value: String,
}

impl Property {
    /// Reads `item1.TEL;TYPE="home,voice":+49 30 1`.
    fn read(line: &str) -> Option<Self> {
        let mut in_quotes = false;
        let colon = line.find(|c| {
            in_quotes ^= c == '"';
            c == ':' && !in_quotes
        })?;
        let (head, value) = (&line[..colon], &line[colon + 1..]);
        let name = head.split(';').next()?;
        let name = name.rsplit('.').next()?.trim().to_ascii_uppercase();
        let value = if is_quoted(head) { printable(value) } else { value.to_owned() };
        Some(Self { name, value })
    }
}

/// Decodes quoted-printable; what it escapes are the bytes of UTF-8.
fn printable(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = (*first == b'=').then(|| after.get(..2)).flatten();
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The parts of a value between semicolons.
fn components(value: &str) -> Vec<String> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in value.char_indices() {
        if c == ';' && !escaped {
            parts.push(unescape(&value[start..at]));
            start = at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    parts.push(unescape(&value[start..]));
    parts
}

fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n' | 'N')) => text.push('\n'),
            ('\\', Some(other)) => text.push(other),
            _ => text.push(c),
        }
    }
    text
}

/// Whether records of a type can be cards: they have e-mail addresses or telephone numbers.
pub fn has_cards(schema: &Schema) -> bool {
    schema.fields.iter().any(|field| matches!(field.kind, Kind::Emails | Kind::Phones))
}

/// A record as a card, with its folded lines.
pub fn vcard(schema: &'static Schema, record: &Record) -> String {
    let targets = targets(schema);
    let field = |about: About| place(schema, &targets, about);
    let text = |about: About| field(about).map_or("", |target| record.text(target.field.name)).trim();
    let several = |about: About| {
        let values = field(about).and_then(|target: Target| record.get(target.field.name)?.as_array());
        values.into_iter().flatten().filter_map(Value::as_str)
    };
    let mut card = String::from("BEGIN:VCARD\r\nVERSION:4.0\r\n");
    let mut put = |name: &str, value: String| {
        if !value.is_empty() {
            fold(&mut card, &format!("{name}:{value}"));
        }
    };
    put("UID", format!("urn:uuid:{}", record.id));
    let name = record.text(schema.list.title).trim();
    put("FN", escape(name));
    let (given, family) = (text(About::Name(Part::Given)), text(About::Name(Part::Family)));
    // Which part of a name is which nobody can know; as a first name all programs show it as it is written.
    let (given, family) = if family.is_empty() { (name, "") } else { (given, family) };
    put("N", format!("{};{};;;", escape(family), escape(given)));
    put("ORG", escape(text(ORGANIZATION)));
    put("TITLE", escape(text(JOB)));
    several(About::Emails).for_each(|email| put("EMAIL", escape(email)));
    several(About::Phones).for_each(|phone| put("TEL", escape(phone)));
    let address = schema.fields.iter().find(|field| matches!(field.kind, Kind::Address));
    let address = address.and_then(|field| serde_json::from_value::<Address>(record.get(field.name)?.clone()).ok());
    if let Some(Address { street, postcode, city, region, country }) = address {
        let parts = [street, city, region, postcode, country].map(|part| escape(&part));
        put("ADR", format!(";;{}", parts.join(";")));
    }
    put("URL", escape(text(WEB)));
    put("NOTE", escape(text(NOTES)));
    let changed = date::write_instant(record.latest().ms).unwrap_or_default();
    put("REV", changed.chars().filter(|c| !matches!(c, '-' | ':')).collect::<String>().replace(".000Z", "Z"));
    card.push_str("END:VCARD\r\n");
    card
}

const ORGANIZATION: About = About::Field(&["company", "organization", "organisation", "account", "employer"]);
const JOB: About = About::Field(&["job_title", "position", "role", "job"]);
const WEB: About = About::Field(&["website", "web", "url"]);
const NOTES: About = About::Field(&["notes", "note", "body", "description"]);

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            // A line of a card ends nowhere else.
            '\r' => {}
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Adds a line, folded at 75 bytes, never within a character.
fn fold(card: &mut String, line: &str) {
    const MOST: usize = 75;
    let mut rest = line;
    let mut room = MOST;
    while rest.len() > room {
        let (head, tail) = rest.split_at(rest.floor_char_boundary(room));
        card.push_str(head);
        card.push_str("\r\n ");
        rest = tail;
        // The blank before it counts.
        room = MOST - 1;
    }
    card.push_str(rest);
    card.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let table = read(text);
        (0..table.len()).map(|row| table.row(row).map(str::to_owned).collect()).collect()
    }

    #[test]
    fn cards_of_all_versions_are_read() {
        let text = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Gómez;Ana;;Dr.;\r\nFN:Dr. Ana Gómez\r\nORG:Acme\\, Inc.;Sales\r\n\
            item1.EMAIL;type=INTERNET:ana@example.com\r\nTEL;TYPE=\"home:voice\":+49 30 1\r\nTEL;VALUE=uri:tel:+49-30-2\r\n\
            ADR;TYPE=HOME:;;Calle Mayor 1\\n2. Stock;Madrid;;28013;Spain\r\nNOTE:Met at\r\n  the fair\\; likes tea.\r\n\
            PHOTO;ENCODING=b:AAAA\r\n BBBB\r\nEND:VCARD\r\n\
            begin:vcard\nversion:2.1\nn;charset=utf-8;encoding=quoted-printable:M=C3=BCller;J=C3=B6=\nrg\nend:vcard\n";
        let rows = rows(text);
        assert_eq!(rows[0], ["Name", "Company", "E-mail", "Phone", "Street", "Postcode", "City", "Country", "Notes"]);
        assert_eq!(
            rows[1],
            [
                "Dr. Ana Gómez",
                "Acme, Inc.",
                "ana@example.com",
                "+49 30 1; +49-30-2",
                "Calle Mayor 1\n2. Stock",
                "28013",
                "Madrid",
                "Spain",
                "Met at the fair; likes tea."
            ]
        );
        assert_eq!((rows[2][0].as_str(), rows.len()), ("Jörg Müller", 3));
    }

    #[test]
    fn a_card_without_a_name_is_called_by_what_it_has() {
        assert_eq!(rows("BEGIN:VCARD\nORG:Acme\nEND:VCARD")[1][0], "Acme");
        assert_eq!(rows("BEGIN:VCARD\nFN:\nEMAIL:a@example.com\n")[1][0], "a@example.com");
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut card = String::new();
        fold(&mut card, &"é".repeat(200));
        assert!(card.lines().all(|line| line.len() <= 75), "{card}");
        assert_eq!(unfold(&card)[0], "é".repeat(200));
    }
}
