//! What an attribute, a class, a style or a property can be set to.

use std::borrow::Cow;

use wasm_bindgen::JsValue;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Not set.
    None,
    /// Set or not: an attribute without a value, a class, a property that is on or off.
    Flag(bool),
    /// Text.
    Text(Cow<'static, str>),
}

impl Value {
    /// As an attribute or a style has it; `None` for not set.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::None | Self::Flag(false) => None,
            Self::Flag(true) => Some(""),
            Self::Text(text) => Some(text),
        }
    }

    pub(super) fn to_js(&self) -> JsValue {
        match self {
            Self::None => JsValue::NULL,
            Self::Flag(flag) => JsValue::from_bool(*flag),
            Self::Text(text) => JsValue::from_str(text),
        }
    }
}

/// What can be a [`Value`].
pub trait IntoValue {
    /// As a value.
    fn into_value(self) -> Value;
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Flag(self)
    }
}

impl IntoValue for &'static str {
    fn into_value(self) -> Value {
        Value::Text(Cow::Borrowed(self))
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::Text(Cow::Owned(self))
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::None, T::into_value)
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl IntoValue for $number {
            fn into_value(self) -> Value {
                self.to_string().into_value()
            }
        }
    )*};
}

numbers!(usize, u32, i32);
