//! `sarif`, `coverage`: reports handed to the forge or to a service.

use crate::origin::At;
use crate::pipeline::reader::{Place, Reader};
use crate::pipeline::value::Value;

/// Findings of a scanner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sarif {
    /// The report.
    pub file: At<String>,
    /// Tells several scans of one commit apart.
    pub category: Option<At<String>>,
}

/// Coverage of a test run.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// The report.
    pub file: At<String>,
    /// Who gets it.
    pub service: At<CoverageService>,
    /// Signs in to the service: a secret.
    pub token: Option<At<Value>>,
    /// Whether a service that is down fails the step; it does if nothing is said.
    pub must_succeed: Option<At<bool>>,
}

/// A service that keeps coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoverageService {
    /// codecov.io
    Codecov,
}

impl CoverageService {
    const ALL: [(&'static str, Self); 1] = [("Codecov", Self::Codecov)];

    /// The word for it in data.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Codecov => "codecov",
        }
    }
}

impl Sarif {
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["file", "category"]);
        let category = reader.text_of(place, "category");
        Some(Self { file: reader.required(place, "file")?, category })
    }
}

impl Coverage {
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["file", "service", "token", "must_succeed"]);
        let service = match place.get("service") {
            Some(field) => reader.choice(&field, &CoverageService::ALL),
            None => {
                reader.missing(place, "service", "write service = 'Codecov");
                None
            }
        };
        let token = Value::field(reader, place, "token");
        let must_succeed = reader.flag_of(place, "must_succeed");
        Some(Self { file: reader.required(place, "file")?, service: service?, token, must_succeed })
    }
}
