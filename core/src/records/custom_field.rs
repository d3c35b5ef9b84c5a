use serde::{Deserialize, Serialize};

use crate::id::RecordId;
use crate::records::own_name;
use crate::schema::{Choice, Field, Kind, Tone};

crate::choices! {
    /// What a field that a person made holds. The values are the names of [`Kind`], which each stands for.
    pub enum FieldKind {
        /// One line.
        #[default]
        Text = "text", "Text", Neutral;
        /// Several lines.
        LongText = "long_text", "Long text", Neutral;
        /// One of a list.
        Choice = "choice", "Choice", Neutral;
        /// A day.
        Date = "date", "Date", Neutral;
        /// A day and a time.
        Instant = "instant", "Date and time", Neutral;
        /// An amount with its currency.
        Money = "money", "Money", Neutral;
        /// A whole number.
        Integer = "integer", "Whole number", Neutral;
        /// A number with decimals.
        Decimal = "decimal", "Number", Neutral;
        /// A rate.
        Rate = "rate", "Percentage", Neutral;
        /// E-mail addresses.
        Emails = "emails", "E-mail addresses", Neutral;
        /// Telephone numbers.
        Phones = "phones", "Phone numbers", Neutral;
        /// A postal address.
        Address = "address", "Address", Neutral;
        /// The code of a currency.
        Currency = "currency", "Currency", Neutral;
        /// Another record.
        Relation = "relation", "Link to one", Neutral;
        /// Several other records.
        Relations = "relations", "Links to several", Neutral;
        /// Several other records, each with a role.
        Roles = "roles", "Links with a role each", Neutral;
    }
}

crate::choices! {
    /// Whether forms insist on a value.
    pub enum FieldNeed {
        /// It may be empty.
        #[default]
        Optional = "optional", "May be empty", Neutral;
        /// It must have a value.
        Required = "required", "Must be filled in", Neutral;
    }
}

crate::choices! {
    /// Whether searches look into it.
    pub enum FieldSearch {
        /// They do.
        #[default]
        Searched = "searched", "Found by search", Neutral;
        /// They do not.
        Passed = "passed", "Not searched", Neutral;
    }
}

crate::choices! {
    /// The colour of an option.
    pub enum OptionTone {
        /// Nothing special.
        #[default]
        Neutral = "neutral", "Grey", Neutral;
        /// New, to be noticed.
        Info = "info", "Blue", Info;
        /// Well.
        Good = "good", "Green", Good;
        /// Wants attention.
        Warn = "warn", "Amber", Warn;
        /// Lost, or wrong.
        Bad = "bad", "Red", Bad;
    }
}

impl OptionTone {
    /// What the colour says; of a newer version's, nothing.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Neutral | Self::Unknown => Tone::Neutral,
            Self::Info => Tone::Info,
            Self::Good => Tone::Good,
            Self::Warn => Tone::Warn,
            Self::Bad => Tone::Bad,
        }
    }
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FieldOption {
    /// In storage; it stays when the option gets another name.
    pub value: String,
    /// For people.
    pub label: String,
    /// Its colour.
    #[serde(default)]
    pub tone: OptionTone,
}

/// The options of a choice, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldOptions(pub Vec<FieldOption>);

/// The longest value of an option; [`crate::validate`] accepts no longer one.
const LONGEST_VALUE: usize = 40;

impl FieldOptions {
    /// Adds an option of this name. What stands for it in storage follows from the name, so that files and older versions
    /// show something that can be read, and is none that was ever among these.
    pub fn add(&mut self, label: &str, tone: OptionTone) {
        let mut value = String::new();
        for letter in crate::index::fold(label).chars() {
            match letter {
                'a'..='z' | '0'..='9' if value.len() < LONGEST_VALUE - 4 => value.push(letter),
                _ if !value.is_empty() && !value.ends_with('_') && value.len() < LONGEST_VALUE - 4 => value.push('_'),
                _ => {}
            }
        }
        let stem = match value.trim_end_matches('_') {
            "" => "option",
            stem => stem,
        };
        let taken = |value: &str| self.0.iter().any(|option| option.value == value);
        let numbered = (2..).map(|number| format!("{stem}_{number}"));
        let value = [stem.to_owned()].into_iter().chain(numbered).find(|value| !taken(value)).unwrap_or_default();
        self.0.push(FieldOption { value, label: label.trim().to_owned(), tone });
    }
}

crate::record_type! {
    /// A field that a person has added to a record type. Its values are in the records under a [name](CustomField::name) that
    /// follows from its id; so two devices never make one of the same name, and another label renames nothing. A deleted one
    /// hides the values and loses none.
    pub struct CustomField("field", "Field", "Fields") { title: "label", subtitle: "of" } {
        /// What people call it.
        label: String = Field::new("Name", Kind::Text).required().max(60),
        /// What it holds; not changed once it is made, as what is stored would not be of that kind.
        kind: FieldKind = Field::new("Kind", Kind::Choice(FieldKind::CHOICES)),
        /// The type that it leads to, if it is a relation.
        to: String = Field::new("Leads to", Kind::Text),
        /// A line of help below it.
        hint: String = Field::new("Help below the field", Kind::Text).max(200),
        /// Whether forms insist on a value.
        need: FieldNeed = Field::new("In forms", Kind::Choice(FieldNeed::CHOICES)),
        /// Whether searches look into it.
        search: FieldSearch = Field::new("In searches", Kind::Choice(FieldSearch::CHOICES)),
        /// The record type that it belongs to.
        of: String = Field::new("Belongs to", Kind::Text).hidden(),
        /// The options of a choice.
        options: FieldOptions = Field::new("Options", Kind::Structure).hidden(),
        /// Its place among the fields that were added: the least comes first, of two alike the one that was made first.
        place: i64 = Field::new("Place", Kind::Integer { min: -1_000_000_000, max: 1_000_000_000 }).hidden(),
    }
}

/// How much a hit in a field that was added weighs.
const WEIGHT: u8 = 3;
/// Beyond this a whole number is none that people write.
const GREATEST: i64 = 1_000_000_000_000;

impl CustomField {
    /// The name under which records keep the value of the field of this id.
    pub fn name(id: RecordId) -> String {
        own_name(id)
    }

    /// The field, as the list of fields of its type has it. What it is called and what it holds stays for as long as the program
    /// runs; see [`crate::catalogue`].
    pub(crate) fn field(&self, id: RecordId) -> Field {
        let leaked = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        let kind = match self.kind {
            FieldKind::Text | FieldKind::Unknown => Kind::Text,
            FieldKind::LongText => Kind::LongText,
            FieldKind::Emails => Kind::Emails,
            FieldKind::Phones => Kind::Phones,
            FieldKind::Address => Kind::Address,
            FieldKind::Choice => Kind::Choice(self.choices()),
            FieldKind::Money => Kind::Money,
            FieldKind::Currency => Kind::Currency,
            FieldKind::Date => Kind::Date,
            FieldKind::Instant => Kind::Instant,
            FieldKind::Integer => Kind::Integer { min: -GREATEST, max: GREATEST },
            FieldKind::Decimal => Kind::Decimal,
            FieldKind::Rate => Kind::Rate,
            FieldKind::Relation => Kind::Relation(leaked(&self.to)),
            FieldKind::Relations => Kind::Relations(leaked(&self.to)),
            FieldKind::Roles => Kind::Roles(leaked(&self.to)),
        };
        let is_text = matches!(kind, Kind::Text | Kind::LongText | Kind::Emails | Kind::Phones | Kind::Address);
        Field {
            name: leaked(&Self::name(id)),
            label: leaked(self.label.trim()),
            kind,
            required: self.need == FieldNeed::Required,
            max: if kind == Kind::LongText { 20_000 } else { 500 },
            search: if is_text && self.search == FieldSearch::Searched { WEIGHT } else { 0 },
            hint: leaked(self.hint.trim()),
            in_form: true,
        }
    }

    fn choices(&self) -> &'static [Choice] {
        let leaked = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        let choice = |option: &FieldOption| Choice {
            value: leaked(&option.value),
            label: leaked(&option.label),
            tone: option.tone.tone(),
        };
        self.options.0.iter().map(choice).collect::<Vec<_>>().leak()
    }

    /// Whether it leads to other records.
    pub const fn is_relation(&self) -> bool {
        matches!(self.kind, FieldKind::Relation | FieldKind::Relations | FieldKind::Roles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_have_values_of_their_own_that_a_record_can_hold() {
        let mut options = FieldOptions::default();
        for label in ["North-West", "north west", "Öst", "東", "東京", &"very long ".repeat(20)] {
            options.add(label, OptionTone::Good);
        }
        let values: Vec<&str> = options.0.iter().map(|option| option.value.as_str()).collect();
        assert_eq!(values[..5], ["north_west", "north_west_2", "ost", "option", "option_2"]);
        let field = CustomField { kind: FieldKind::Choice, options: options.clone(), ..CustomField::default() };
        let field = field.field(RecordId::singleton(1));
        for value in values.iter().chain([&"gone"]) {
            assert_eq!(crate::validate::field(&field, &serde_json::json!(value)), Ok(()), "{value}");
        }
    }
}
