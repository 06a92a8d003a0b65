//! How many legs a matrix has: counted as GitHub makes them, without making them all.

use indexmap::IndexMap;

use super::{Cell, Leg, Matrix};
use crate::origin::At;

/// What GitHub starts of one matrix in a run (its page of limits, read 2026-11).
pub const MOST: usize = 256;
/// Beyond so many legs they are no longer looked at one by one: it is far too many in any case.
const LOOKED_AT: usize = 4096;

impl Matrix {
    /// Every leg as GitHub makes it, the inclusions worked in. It is for a matrix that is known to have few: [`Self::legs`].
    #[must_use]
    pub fn expanded(&self) -> Vec<IndexMap<&str, &At<Cell>>> {
        if self.is_late() || self.product() > LOOKED_AT {
            return Vec::new();
        }
        let mut legs = self.combinations();
        let made = legs.clone();
        for inclusion in &self.include {
            let mut fits = false;
            // What an earlier inclusion has added gives way; what the keys made does not.
            for (leg, _) in legs.iter_mut().zip(&made).filter(|(_, made)| self.fits(made, inclusion)) {
                leg.extend(inclusion.iter().map(|(key, cell)| (key.as_str(), cell)));
                fits = true;
            }
            if !fits {
                legs.push(inclusion.iter().map(|(key, cell)| (key.as_str(), cell)).collect());
            }
        }
        legs
    }

    /// How many legs there are; none if that is known only when the pipeline runs.
    ///
    /// Where the keys make more than [`LOOKED_AT`] legs, what is left out and added is not looked at: an exclusion counts in full.
    /// The count never goes past the largest number: a dozen keys may multiply to more legs than there are atoms to run them.
    #[must_use]
    pub fn legs(&self) -> Option<usize> {
        if self.is_late() {
            return None;
        }
        let product = self.product();
        if product > LOOKED_AT {
            return Some(self.at_least(product));
        }
        let legs = self.combinations();
        Some(legs.len() + self.include.iter().filter(|leg| !legs.iter().any(|one| self.fits(one, leg))).count())
    }

    /// Whether it is certain that nothing runs: every leg is left out, or a key has no values.
    ///
    /// With more than [`LOOKED_AT`] legs that is not looked at.
    #[must_use]
    pub fn has_no_leg(&self) -> bool {
        !self.keys.is_empty() && self.product() <= LOOKED_AT && self.legs() == Some(0)
    }

    /// The exclusions that leave out no leg; nothing where that cannot be told.
    #[must_use]
    pub fn idle_exclusions(&self) -> Vec<&At<Leg>> {
        if !self.late.keys.is_empty() || self.late.whole.is_some() {
            return Vec::new();
        }
        let column = |key: &String, cell: &Cell| Some(self.keys.get(key)?.iter().any(|one| one.may_be(cell)));
        // A key that the matrix does not have is another mistake, and said by another rule.
        let idle = |leg: &&At<Leg>| leg.iter().any(|(key, cell)| column(key, cell) == Some(false));
        self.exclude.iter().filter(idle).collect()
    }

    fn product(&self) -> usize {
        let lengths = self.keys.values().map(|values| values.len());
        if self.keys.is_empty() { 0 } else { lengths.fold(1, usize::saturating_mul) }
    }

    fn at_least(&self, product: usize) -> usize {
        if product == usize::MAX {
            return product;
        }
        let matched = |leg: &At<Leg>| {
            let open = self.keys.iter().filter(|(key, _)| !leg.contains_key(*key)).map(|(_, values)| values.len());
            open.fold(1, usize::saturating_mul)
        };
        self.exclude.iter().map(matched).fold(product, usize::saturating_sub)
    }

    /// Every leg that the keys make and no exclusion leaves out.
    fn combinations(&self) -> Vec<IndexMap<&str, &At<Cell>>> {
        if self.keys.is_empty() {
            return Vec::new();
        }
        let mut legs = vec![IndexMap::new()];
        for (key, values) in &self.keys {
            let longer = |leg: &IndexMap<_, _>, value| {
                let mut leg = leg.clone();
                leg.insert(key.as_str(), value);
                leg
            };
            legs = legs.iter().flat_map(|leg| values.iter().map(move |value| longer(leg, value))).collect();
        }
        let left_out = |leg: &IndexMap<&str, &At<Cell>>, by: &At<Leg>| {
            by.iter().all(|(key, cell)| leg.get(key.as_str()).is_some_and(|one| one.same(cell)))
        };
        legs.retain(|leg| !self.exclude.iter().any(|by| left_out(leg, by)));
        legs
    }

    /// Whether an inclusion only says more of a leg: it changes none of the values the keys gave it.
    fn fits(&self, leg: &IndexMap<&str, &At<Cell>>, inclusion: &At<Leg>) -> bool {
        inclusion.iter().all(|(key, cell)| leg.get(key.as_str()).is_none_or(|one| one.same(cell)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::{FileId, Origin};
    use crate::pipeline::{Part, Value};

    fn at<T>(value: T) -> At<T> {
        At::new(value, Origin::whole(FileId(0)))
    }

    fn cell(number: f64) -> At<Cell> {
        at(Cell::One(at(Value { parts: vec![at(Part::Number(number))] })))
    }

    fn leg(cells: &[(&str, f64)]) -> At<Leg> {
        at(cells.iter().map(|(key, number)| ((*key).to_owned(), cell(*number))).collect())
    }

    fn matrix(keys: usize, values: u32) -> Matrix {
        let values: Vec<At<Cell>> = (0..values).map(|number| cell(f64::from(number))).collect();
        let keys = (0..keys).map(|index| (format!("k{index}"), at(values.clone()))).collect();
        Matrix { keys, ..Matrix::default() }
    }

    #[test]
    fn legs_are_multiplied_excluded_and_included() {
        let mut matrix = matrix(2, 10);
        assert_eq!(matrix.legs(), Some(100));
        matrix.exclude.push(leg(&[("k0", 1.0)]));
        assert_eq!(matrix.legs(), Some(90));
        matrix.include.extend([leg(&[("k0", 2.0)]), leg(&[("k0", 99.0)])]);
        assert_eq!(matrix.legs(), Some(91));
    }

    #[test]
    fn a_matrix_without_legs_is_told_for_certain() {
        let mut matrix = matrix(1, 2);
        matrix.exclude.push(leg(&[("k0", 0.0)]));
        assert!(!matrix.has_no_leg());
        matrix.exclude.push(leg(&[("k0", 1.0)]));
        assert!(matrix.has_no_leg() && !matrix.is_empty());
        matrix.include.push(leg(&[("k0", 1.0)]));
        assert!(!matrix.has_no_leg());
        assert!(Matrix::default().is_empty());
    }

    #[test]
    fn what_overlaps_is_counted_once() {
        let mut matrix = matrix(2, 10);
        matrix.exclude.extend([leg(&[("k0", 1.0)]), leg(&[("k0", 1.0), ("k1", 3.0)]), leg(&[("k1", 3.0)]), leg(&[("k1", 77.0)])]);
        assert_eq!(matrix.legs(), Some(81));
        assert_eq!(matrix.idle_exclusions().len(), 1);
        // A leg that was left out comes back as one that is added.
        matrix.include.push(leg(&[("k0", 1.0), ("k1", 3.0)]));
        assert_eq!(matrix.legs(), Some(82));
        // One that fits legs there are adds none.
        matrix.include.push(leg(&[("k0", 2.0), ("colour", 3.0)]));
        assert_eq!(matrix.legs(), Some(82));
    }

    #[test]
    fn a_count_never_goes_past_the_largest_number() {
        let mut endless = matrix(40, 10);
        endless.exclude.push(leg(&[("k0", 1.0)]));
        assert!(endless.legs().is_some_and(|legs| legs > MOST));
        assert_eq!(Matrix { include: vec![leg(&[("k", 1.0)]), leg(&[("k", 1.0)])], ..Matrix::default() }.legs(), Some(2));
    }

    #[test]
    fn an_inclusion_adds_to_the_legs_it_fits_or_is_one() {
        let mut matrix = matrix(2, 2);
        matrix.exclude.push(leg(&[("k0", 1.0), ("k1", 1.0)]));
        let inclusions =
            [&[("k0", 0.0), ("more", 1.0)][..], &[("k1", 1.0), ("more", 2.0)], &[("k0", 9.0)], &[("k0", 9.0), ("k1", 0.0)]];
        matrix.include.extend(inclusions.into_iter().map(leg));
        let legs: Vec<String> = matrix
            .expanded()
            .into_iter()
            .map(|leg| {
                let cells = leg.iter().map(|(key, cell)| format!("{key}={}", cell.values()[0].print().expect("a number")));
                cells.collect::<Vec<String>>().join(" ")
            })
            .collect();
        assert_eq!(legs, ["k0=0 k1=0 more=1", "k0=0 k1=1 more=2", "k0=1 k1=0", "k0=9", "k0=9 k1=0"]);
        assert_eq!(matrix.legs(), Some(legs.len()));
    }
}
