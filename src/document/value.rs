//! The tree that the writers print: values without places, keys in the order they shall appear.

use zeroize::Zeroize;

/// A value to be written as YAML or JSON.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number that a YAML text shows in octal (`0644`), as file modes are; JSON shows it in decimal.
    Octal(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    String(String),
    /// A list.
    Sequence(Vec<Value>),
    /// A map; writers keep this order unless they say otherwise.
    Mapping(Vec<(String, Value)>),
}

impl Value {
    /// An empty map.
    pub fn mapping() -> Self {
        Self::Mapping(Vec::new())
    }

    /// Adds or replaces one entry of a map.
    ///
    /// # Panics
    /// When this is no map, which is a bug of the caller.
    pub fn set(&mut self, key: &str, value: Value) {
        let Self::Mapping(entries) = self else { panic!("bug: set({key:?}) on a value that is no mapping") };
        match entries.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => entries.push((key.to_owned(), value)),
        }
    }

    /// The value under `key`, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Mapping(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether this is null, an empty list or an empty map.
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Sequence(items) => items.is_empty(),
            Self::Mapping(entries) => entries.is_empty(),
            _ => false,
        }
    }

    /// Overwrites every text in memory. Called on trees that may hold secrets once they are written.
    pub fn wipe(&mut self) {
        match self {
            Self::String(text) => text.zeroize(),
            Self::Sequence(items) => items.iter_mut().for_each(Value::wipe),
            Self::Mapping(entries) => entries.iter_mut().for_each(|(_, value)| value.wipe()),
            _ => {}
        }
    }
}

// A derived form would print file contents, and with them secrets.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) | Self::Octal(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::String(text) => write!(f, "<{} bytes>", text.len()),
            Self::Sequence(items) => f.debug_list().entries(items).finish(),
            Self::Mapping(entries) => f.debug_map().entries(entries.iter().map(|(key, value)| (key, value))).finish(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::Sequence(items)
    }
}
