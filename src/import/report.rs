//! What is said of an import.

use std::fmt::Write as _;

use super::same::Difference;
use crate::report::count;
use crate::scaffold::New;

/// What came of an import.
#[derive(Debug, Default)]
pub struct Imported {
    /// The files to be written.
    pub files: Vec<New>,
    /// What is to be said of each file that was read.
    pub told: Vec<Told>,
    /// What is to be added to the main file of a project that is there already.
    pub main: Vec<String>,
}

/// What is to be said of one file.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The path it is shown by.
    pub shown: String,
    /// What it becomes; nothing if it could not be imported.
    pub path: Option<String>,
    /// In what the two differ, or what is wrong.
    pub differences: Vec<Difference>,
    /// How many scalars it has.
    pub scalars: usize,
    /// How many of its keys are said in our words, and how many could be and are not.
    pub ours: usize,
    /// The latter.
    pub forges: usize,
    /// How many of its steps stand in a file of their own.
    pub shared: usize,
    /// How many comments it has.
    pub comments: usize,
    /// How many of them are not kept.
    pub lost: usize,
    /// How many aliases are written out.
    pub aliases: usize,
    /// Whether it is left as it is, and nothing of ours stands for it.
    pub is_left: bool,
    /// What else is to be said.
    pub notes: Vec<String>,
}

impl Told {
    /// What is said of an action.
    #[must_use]
    pub fn action(shown: String) -> Self {
        let why = "an action is no pipeline: it is used by its path as before, and `pipeward audit` judges it";
        Self { shown, is_left: true, notes: vec![why.to_owned()], ..Self::default() }
    }

    /// Whether what is emitted says what the file says.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        (self.path.is_some() || self.is_left) && self.differences.is_empty()
    }

    /// The share of what it says that is emitted again, in percent.
    #[must_use]
    pub fn fidelity(&self) -> f64 {
        if self.is_equal() {
            return 100.0;
        }
        let (all, wrong) = (self.scalars.max(1), self.differences.len().min(self.scalars.max(1)));
        share(all - wrong, all)
    }
}

impl Imported {
    /// Whether every file says what it said.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.told.iter().all(Told::is_equal)
    }

    /// What all of it comes to, in a line.
    #[must_use]
    pub fn sum(&self) -> String {
        let equal = self.told.iter().filter(|told| told.is_equal()).count();
        let sum = |of: fn(&Told) -> usize| self.told.iter().map(of).sum::<usize>();
        let (ours, forges) = (sum(|told| told.ours), sum(|told| told.forges));
        let fidelity = self.told.iter().map(Told::fidelity).sum::<f64>() / as_float(self.told.len().max(1));
        let mut sum_of_all = format!("{equal} of {} equal, fidelity {fidelity:.1} %", count(self.told.len(), "file"));
        let (shared, comments) = (sum(|told| told.shared), sum(|told| told.comments));
        // Of what is not there, nothing is said: a project that writes its files already has none of it.
        if ours + forges > 0 {
            let _ = write!(sum_of_all, ", {:.1} % of the keys in portable words", share(ours, ours + forges));
        }
        if shared > 0 {
            let _ = write!(sum_of_all, ", {} shared", count(shared, "step"));
        }
        if comments > 0 {
            let _ = write!(sum_of_all, ", {} of {comments} comments kept", comments - sum(|told| told.lost));
        }
        sum_of_all
    }
}

/// So many of so many, in percent.
#[must_use]
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * as_float(part) / as_float(whole) }
}

#[expect(clippy::cast_precision_loss, reason = "nobody imports so much that a float could not count it")]
const fn as_float(number: usize) -> f64 {
    number as f64
}
