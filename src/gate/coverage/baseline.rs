//! What coverage came to in an earlier run, as far as a later one is held against it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Count, Coverage};

/// An earlier measurement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The files that it knew.
    pub files: BTreeMap<String, Count>,
}

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    gate: String,
    files: BTreeMap<String, (u64, u64)>,
}

impl Baseline {
    /// Of a measurement.
    #[must_use]
    pub fn of(coverage: &Coverage) -> Self {
        Self { files: coverage.files().iter().map(|(path, marks)| (path.clone(), marks.count())).collect() }
    }

    /// Its text: JSON, for a file.
    #[must_use]
    pub fn text(&self) -> String {
        let files = self.files.iter().map(|(path, count)| (path.clone(), (count.covered, count.lines))).collect();
        let document = Document { version: 1, gate: "coverage".to_owned(), files };
        crate::report::json_text(&serde_json::json!(document))
    }

    /// Reads such a text.
    ///
    /// # Errors
    ///
    /// If it is none, of another version, or knows nothing.
    pub fn read(text: &str) -> Result<Self, String> {
        let document: Document = serde_json::from_str(text).map_err(|error| format!("it is no baseline of coverage: {error}"))?;
        if document.version != 1 || document.gate != "coverage" {
            return Err(format!("expected version 1 of coverage, got version {} of {}", document.version, document.gate));
        }
        if document.files.values().any(|(covered, lines)| covered > lines) {
            return Err("more lines are covered than there are".to_owned());
        }
        let files = document.files.into_iter().map(|(path, (covered, lines))| (path, Count { covered, lines })).collect();
        let baseline = Self { files };
        if baseline.count().lines == 0 { Err("it knows of no line".to_owned()) } else { Ok(baseline) }
    }

    /// How many lines it knew.
    #[must_use]
    pub fn count(&self) -> Count {
        let mut all = Count::default();
        self.files.values().for_each(|count| all.add(*count));
        all
    }
}
