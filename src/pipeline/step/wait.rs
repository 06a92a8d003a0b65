//! `wait_for`: goes on once something is ready, fails when it is not ready in time.

use crate::origin::At;
use crate::pipeline::duration::Duration;
use crate::pipeline::reader::{Place, Reader};

/// What is waited for, and how long.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitFor {
    /// What must be ready.
    pub awaited: At<Awaited>,
    /// How long it may take.
    pub within: At<Duration>,
}

/// What must be ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A service of Docker Compose must be healthy.
    Service(String),
    /// An address must answer with success.
    Url(String),
}

impl WaitFor {
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["service", "url", "within"]);
        let within = match place.get("within") {
            Some(field) => Duration::read(reader, &field),
            None => {
                reader.missing(place, "within", "write within = \"60s\"");
                None
            }
        };
        let awaited = match (reader.text_of(place, "service"), reader.text_of(place, "url")) {
            (Some(service), None) => At::new(Awaited::Service(service.value), service.origin),
            (None, Some(url)) => At::new(Awaited::Url(url.value), url.origin),
            _ => {
                reader.refuse(place, "expected either `service` or `url`", "write service = \"postgres\" or url = \"https://…\"");
                return None;
            }
        };
        Some(Self { awaited, within: within? })
    }
}
