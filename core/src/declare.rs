//! The two declarative macros that record types are declared with.

/// Declares a record type: the typed struct and its schema.
///
/// ```
/// use outpost_core::schema::{Field, Kind, RecordType};
///
/// outpost_core::record_type! {
///     /// A thing that is lent.
///     pub struct Tool("tool", "Tool", "Tools") { title: "name" } {
///         /// What it is called.
///         name: String = Field::new("Name", Kind::Text).required().search(10),
///     }
/// }
/// assert_eq!((Tool::SCHEMA.fields[0].name, Tool::SCHEMA.path), ("name", "/tools"));
/// ```
#[macro_export]
macro_rules! record_type {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident($kind:literal, $label:literal, $plural:literal)
        { $($role:ident: $role_field:expr),* $(,)? }
        { $( $(#[$field_meta:meta])* $field:ident: $type:ty = $spec:expr ),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        $vis struct $name {
            $( $(#[$field_meta])* pub $field: $type, )*
        }

        impl $crate::schema::RecordType for $name {
            const SCHEMA: $crate::schema::Schema = $crate::schema::Schema {
                kind: $kind,
                label: $label,
                plural: $plural,
                path: const {
                    const PATH: [u8; $plural.len() + 1] = $crate::schema::path_bytes($plural);
                    $crate::schema::path_text(&PATH)
                },
                fields: const { &[ $( $spec.named(stringify!($field)) ),* ] },
                #[allow(clippy::needless_update, reason = "some types name all the roles")]
                list: $crate::schema::ListFields { $($role: $role_field,)* ..$crate::schema::ListFields::NONE },
            };

            fn from_record(record: &$crate::record::Record) -> Result<Self, $crate::schema::ReadError> {
                Ok(Self { $( $field: $crate::schema::read_field(record, $kind, stringify!($field))?, )* })
            }

            fn to_patch(&self) -> Result<$crate::mutation::Patch, $crate::schema::ReadError> {
                let mut patch = $crate::mutation::Patch::new();
                $( $crate::schema::write_field(&mut patch, $kind, stringify!($field), &self.$field)?; )*
                Ok(patch)
            }
        }
    };
}

/// Declares the values of a [`Kind::Choice`](crate::schema::Kind::Choice) as an enum with its list of [`Choice`](crate::schema::Choice)s. A value of a newer version reads
/// as `Unknown`, and is kept in the record as it is.
#[macro_export]
macro_rules! choices {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $value:literal, $label:literal, $tone:ident; )* }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, ::serde::Serialize, ::serde::Deserialize)]
        $vis enum $name {
            $( $(#[$variant_meta])* #[serde(rename = $value)] $variant, )*
            /// A value that this version does not know.
            #[serde(other)]
            Unknown,
        }

        impl $name {
            /// The values, in order.
            pub const CHOICES: &'static [$crate::schema::Choice] = &[
                $( $crate::schema::Choice { value: $value, label: $label, tone: $crate::schema::Tone::$tone }, )*
            ];

            /// The value of a text in storage; of an empty one the one that it stands for.
            pub fn parse(text: &str) -> Self {
                match text {
                    "" => Self::default(),
                    $( $value => Self::$variant, )*
                    _ => Self::Unknown,
                }
            }

            /// The text in storage.
            pub const fn value(self) -> &'static str {
                match self {
                    $( Self::$variant => $value, )*
                    Self::Unknown => "unknown",
                }
            }

            /// What people call it.
            pub const fn label(self) -> &'static str {
                match self {
                    $( Self::$variant => $label, )*
                    Self::Unknown => "Unknown",
                }
            }
        }
    };
}
