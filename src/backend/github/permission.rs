//! What a job's token may do, each grant with its reason behind it.

use crate::pipeline::permission::{Level, Permissions};
use crate::yaml::Map;

/// The map of permissions; empty is none at all. What is not granted stands there only if `all` of it is to be written.
pub(super) fn lower(permissions: &Permissions, all: bool) -> Map {
    let mut map = Map::new();
    for (scope, grant) in permissions {
        if grant.level.value == Level::None && !all {
            continue;
        }
        let entry = map.put(&scope.replace('_', "-"), grant.level.word());
        entry.comment = grant.reason.as_ref().map(|reason| reason.value.clone());
    }
    map
}
