//! Which lines of one file can be covered, and which are.

/// Lines of one file, 64 to a word, so that a report of millions takes a few bits for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Sorted by number and each once, up to `tidy`; what comes later is in any order.
    words: Vec<Word>,
    tidy: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Word {
    number: u32,
    known: u64,
    covered: u64,
}

/// How many lines there are of two sorts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many of them a test has run.
    pub covered: u64,
    /// How many a test could run.
    pub lines: u64,
}

impl Count {
    /// The share that is covered, in percent, rounded down to hundredths so that what falls short never looks as if it did not; none of
    /// nothing.
    #[must_use]
    pub fn percent(self) -> Option<f64> {
        (self.lines > 0).then(|| (u128::from(self.covered) * 10_000 / u128::from(self.lines)) as f64 / 100.0)
    }

    /// Adds another.
    pub const fn add(&mut self, other: Self) {
        self.covered += other.covered;
        self.lines += other.lines;
    }
}

impl Marks {
    /// Says of a line that a test could run it, and whether one did. A line that one report has seen run is covered.
    pub fn add(&mut self, line: u32, covered: bool) {
        let (number, bit) = (line / 64, 1 << (line % 64));
        let run = if covered { bit } else { 0 };
        match self.words.last_mut() {
            Some(word) if word.number == number => {
                word.known |= bit;
                word.covered |= run;
            }
            last => {
                let is_next = last.is_none_or(|word| word.number < number);
                if is_next && self.tidy == self.words.len() {
                    self.tidy += 1;
                }
                self.words.push(Word { number, known: bit, covered: run });
                if self.words.len() > 64 + 2 * self.tidy {
                    self.tidy_up();
                }
            }
        }
    }

    /// Adds what another report says of the same file.
    pub fn join(&mut self, other: &Self) {
        self.words.extend_from_slice(&other.words);
        self.tidy_up();
    }

    /// Brings the words into order, each once.
    fn tidy_up(&mut self) {
        if self.tidy == self.words.len() {
            return;
        }
        self.words.sort_by_key(|word| word.number);
        self.words.dedup_by(|next, word| {
            let same = next.number == word.number;
            if same {
                word.known |= next.known;
                word.covered |= next.covered;
            }
            same
        });
        self.tidy = self.words.len();
    }

    /// The same in order, for what follows.
    #[must_use]
    pub fn done(mut self) -> Self {
        self.tidy_up();
        self.words.shrink_to_fit();
        self
    }

    /// How many lines there are.
    #[must_use]
    pub fn count(&self) -> Count {
        let ones = |of: fn(&Word) -> u64| self.words.iter().map(|word| u64::from(of(word).count_ones())).sum();
        Count { covered: ones(|word| word.covered), lines: ones(|word| word.known) }
    }

    /// Whether a line is covered; none if no test could run it.
    #[must_use]
    pub fn get(&self, line: u32) -> Option<bool> {
        let index = self.words.binary_search_by_key(&(line / 64), |word| word.number).ok()?;
        let bit = 1 << (line % 64);
        let Word { known, covered, .. } = self.words[index];
        (known & bit != 0).then_some(covered & bit != 0)
    }

    /// The last line of which anything is said.
    #[must_use]
    pub fn last(&self) -> Option<u32> {
        let word = self.words.iter().rev().find(|word| word.known != 0)?;
        Some(word.number * 64 + 63 - word.known.leading_zeros())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_what_was_said_in_any_order(said in proptest::collection::vec((1_u32..2000, any::<bool>()), 0..400), cut in 0_usize..400) {
            let mut plain: BTreeMap<u32, bool> = BTreeMap::new();
            let (mut one, mut other) = (Marks::default(), Marks::default());
            for (index, (line, covered)) in said.iter().enumerate() {
                *plain.entry(*line).or_default() |= covered;
                if index < cut { &mut one } else { &mut other }.add(*line, *covered);
            }
            one.join(&other);
            let marks = one.done();
            for line in 0..2001 {
                prop_assert_eq!(marks.get(line), plain.get(&line).copied());
            }
            let covered = plain.values().filter(|covered| **covered).count() as u64;
            prop_assert_eq!(marks.count(), Count { covered, lines: plain.len() as u64 });
            prop_assert_eq!(marks.last(), plain.keys().next_back().copied());
        }
    }

    #[test]
    fn backwards_takes_no_more_room_and_no_longer() {
        let mut marks = Marks::default();
        for line in (0..1 << 20).rev() {
            marks.add(line, true);
        }
        assert!(marks.words.len() <= 64 + 3 * (1 << 14), "{}", marks.words.len());
        assert_eq!(marks.done().count(), Count { covered: 1 << 20, lines: 1 << 20 });
    }

    #[test]
    fn a_share_never_looks_larger_than_it_is() {
        assert_eq!(Count { covered: 7_499, lines: 10_000 }.percent(), Some(74.99));
        assert_eq!(Count { covered: 74_999, lines: 100_000 }.percent(), Some(74.99));
        assert_eq!(Count::default().percent(), None);
    }
}
