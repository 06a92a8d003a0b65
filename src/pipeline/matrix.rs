//! One job, many legs: the keys and their values, what is added and what is left out.

use indexmap::IndexMap;

use super::reader::{Place, Reader};
use super::value::Value;
use crate::origin::At;

/// The legs of a job.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// Each key's values.
    pub keys: IndexMap<String, At<Vec<At<Value>>>>,
    /// Legs added.
    pub include: Vec<At<IndexMap<String, At<Value>>>>,
    /// Legs left out.
    pub exclude: Vec<At<IndexMap<String, At<Value>>>>,
}

impl Matrix {
    /// Every key a leg may have.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().chain(self.include.iter().flat_map(|leg| leg.keys())).map(String::as_str)
    }

    /// How many legs there are at most: the product of the keys' values, less what is excluded by name, plus what is included.
    #[must_use]
    pub fn legs(&self) -> usize {
        let product = if self.keys.is_empty() { 0 } else { self.keys.values().map(|values| values.len()).product() };
        product + self.include.len()
    }

    /// Reads the matrix of a job.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        let mut matrix = Self::default();
        for (field, here) in place.fields() {
            match field.name.as_str() {
                "include" => matrix.include = reader.list(&here, Self::leg),
                "exclude" => matrix.exclude = reader.list(&here, Self::leg),
                name => {
                    let values = reader.list(&here, Value::read);
                    matrix.keys.insert(name.to_owned(), At::new(values, here.origin()));
                }
            }
        }
        Some(At::new(matrix, place.origin()))
    }

    fn leg(reader: &mut Reader, place: &Place<'_>) -> Option<At<IndexMap<String, At<Value>>>> {
        if !reader.is_record(place) {
            return None;
        }
        let leg = place.fields().filter_map(|(field, here)| Some((field.name.clone(), Value::read(reader, &here)?))).collect();
        Some(At::new(leg, place.origin()))
    }
}
