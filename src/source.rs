//! READ `.ncl`: Nickel evaluated in worker processes, handed back as plain data with the place of every value.
//!
//! Only this file and its folder name `nickel_lang_core`, whose interface changes with every version.

mod confine;
mod explain;
mod fault;
mod foreign;
mod held;
mod law;
mod limits;
mod looked;
mod nickel;
mod node;
mod pool;
mod process;
mod reading;
mod recall;
mod resident;
mod shape;
mod slip;
mod tree;
mod verdicts;
mod walk;
mod worker;

pub use fault::{Fault, FaultKind, nearest};
pub use limits::Limits;
pub use looked::Digest;
pub use node::{Field, Node, Value};
pub use pool::Evaluator;
pub use recall::{Made, Memory};
pub use resident::Resident;
pub use tree::Tree;
pub use verdicts::Models;
pub use worker::{WORKER_ARGUMENT, serve};

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::origin::{Files, Origin};

/// What a file is, and so which contract of the library it must keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// One pipeline, or a record of several.
    Pipeline,
    /// The project.
    Project,
    /// An action.
    Action,
    /// A policy.
    Policy,
    /// Anything: no contract.
    Free,
}

/// One file to evaluate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Its path from the root: what origins are shown under.
    pub name: String,
    /// Its text, if it is not to be read from the disk.
    pub text: Option<String>,
    /// What it is.
    pub role: Role,
}

/// What came of one file.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// Its value; broken where there are faults.
    pub node: Node,
    /// What was wrong.
    pub faults: Vec<Fault>,
    /// The texts that the origins of this evaluation point into.
    pub files: Files,
    /// What it was made of, by the digest of all that; none if nothing is remembered, or it could not be made of the same again.
    pub made_of: Option<Digest>,
}

/// What one custom rule answers about one pipeline or action.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// The rule's id.
    pub rule: String,
    /// The pipeline's id, or the identity of an action.
    pub pipeline: String,
    /// What its `check` or `check_action` returned: a list of `{ at, message }`.
    pub answer: Node,
}

impl Evaluation {
    /// Writes it as a worker answers it.
    ///
    /// # Errors
    ///
    /// Those of `output`.
    pub fn send(self, output: &mut impl Write) -> io::Result<()> {
        worker::tell(output, &worker::Answer::new(Vec::new(), self))
    }

    /// Reads the next answer of a worker, its origins put into `files`; none if the worker has nothing more to say. What it says
    /// is not believed: an origin lies in a text that was sent along.
    ///
    /// # Errors
    ///
    /// If it is no answer, larger than one may be, or ends in the middle.
    pub fn receive(input: &mut impl Read, files: &mut Files) -> io::Result<Option<Self>> {
        let answer = worker::receive(input, limits::LARGEST_ANSWER)?.map(|answer| pool::adopt(answer, files));
        Ok(answer.map(|answer| Self { node: answer.node, faults: answer.faults, files: Files::default(), made_of: None }))
    }

    fn broken(files: Files, faults: Vec<Fault>) -> Self {
        let origin = faults.first().map_or(Origin::whole(crate::origin::FileId(0)), |fault| fault.origin);
        Self { node: Node { value: Value::Broken, origin }, faults, files, made_of: None }
    }
}
