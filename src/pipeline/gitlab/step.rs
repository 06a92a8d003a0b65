//! What stands in place of a step on GitLab.

use super::super::reader::{Place, Reader};
use super::{Tree, words};

/// Reads the `gitlab` part of a step: its `script`, in which an empty list says that nothing is needed there.
pub(in crate::pipeline) fn read(reader: &mut Reader, around: &Place<'_>) -> Option<Tree> {
    let place = reader.record_of(around, "gitlab")?;
    reader.known(&place, &["script"]);
    if place.get("script").is_none() {
        reader.missing(&place, "script", "write script = [\"make\"], or [] if nothing is needed");
    }
    words(reader, &place.get("script")?)
}
