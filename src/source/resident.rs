//! One machine that stays, in this process: what a worker does with files one after the other, without a worker around it.

use std::path::Path;

use super::nickel::Nickel;
use super::{Evaluation, Limits, Node, Request, Tree};

/// A machine over the files of a tree; nothing of the disk is read, and no limit of time or memory is kept.
pub struct Resident {
    nickel: Nickel,
}

impl Resident {
    /// Over a tree; of the limits, that of the size of files is kept.
    #[must_use]
    pub fn over(tree: Tree, limits: Limits) -> Self {
        Self { nickel: Nickel::new(Path::new(""), limits, Some(tree)) }
    }

    /// Does all that is done with a file before it is evaluated: it is parsed, its imports are followed and confined. The value is
    /// null, or broken where there are faults.
    pub fn prepare(&mut self, request: &Request) -> Evaluation {
        self.nickel.only_prepare(request)
    }

    /// What a file imports, as it is written there; nothing where it is not Nickel.
    pub fn imports(&mut self, request: &Request) -> Vec<String> {
        self.nickel.imports(request).node.items().unwrap_or_default().iter().filter_map(Node::text).map(str::to_owned).collect()
    }

    /// Evaluates a file as a worker does.
    pub fn evaluate(&mut self, request: &Request) -> Evaluation {
        self.nickel.evaluate(request)
    }
}
