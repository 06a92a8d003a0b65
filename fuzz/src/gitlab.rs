//! Whatever a file of GitLab's says, it is read and judged to the end, and what is said of it lies in its text.

use pipeward::read::What;

use super::workflow;

/// Holds the text as the file that GitLab begins with.
pub fn hold(bytes: &[u8]) {
    workflow::judged(super::text(bytes), What::GitLab, ".gitlab-ci.yml");
}
