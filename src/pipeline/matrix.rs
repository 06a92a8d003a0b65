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

    /// How many legs there are at least: an exclusion counts in full, and an inclusion only if it fits no leg there is.
    ///
    /// It never counts past the largest number: a dozen keys may multiply to more legs than there are atoms to run them.
    #[must_use]
    pub fn legs(&self) -> usize {
        let product = |keys: &mut dyn Iterator<Item = &At<Vec<At<Value>>>>| -> usize {
            keys.map(|values| values.len()).fold(1, usize::saturating_mul)
        };
        let product_of_all = if self.keys.is_empty() { 0 } else { product(&mut self.keys.values()) };
        let excluded = self
            .exclude
            .iter()
            .map(|leg| product(&mut self.keys.iter().filter(|(key, _)| !leg.contains_key(*key)).map(|(_, values)| values)));
        let added = self.include.iter().filter(|leg| self.is_added(leg));
        product_of_all.saturating_sub(excluded.fold(0, usize::saturating_add)).saturating_add(added.count())
    }

    /// Whether an inclusion makes a leg of its own: it has a value that its key does not. Otherwise it only says more of legs there are.
    fn is_added(&self, leg: &IndexMap<String, At<Value>>) -> bool {
        let new = |(key, value): (&String, &At<Value>)| {
            self.keys.get(key).is_some_and(|values| values.iter().all(|known| !known.same(value)))
        };
        self.keys.is_empty() || leg.iter().any(new)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::{FileId, Origin};
    use crate::pipeline::Part;

    fn at<T>(value: T) -> At<T> {
        At::new(value, Origin::whole(FileId(0)))
    }

    fn leg(key: &str, number: f64) -> At<IndexMap<String, At<Value>>> {
        let value = Value { parts: vec![at(Part::Number(number))] };
        at(IndexMap::from([(key.to_owned(), at(value))]))
    }

    #[test]
    fn legs_are_multiplied_excluded_and_included() {
        let values: Vec<At<Value>> = (0..10).map(|number| leg("k", f64::from(number)).value["k"].clone()).collect();
        let keys = |count: usize| (0..count).map(|index| (format!("k{index}"), at(values.clone()))).collect();
        let mut matrix = Matrix { keys: keys(2), ..Matrix::default() };
        assert_eq!(matrix.legs(), 100);
        matrix.exclude.push(leg("k0", 1.0));
        assert_eq!(matrix.legs(), 90);
        matrix.include.extend([leg("k0", 2.0), leg("k0", 99.0)]);
        assert_eq!(matrix.legs(), 91);
        let endless = Matrix { keys: keys(40), include: vec![leg("k0", 99.0)], exclude: vec![] };
        assert_eq!(endless.legs(), usize::MAX);
        assert_eq!(Matrix { include: vec![leg("k", 1.0)], ..Matrix::default() }.legs(), 1);
    }
}
