//! A worker process: reads requests, evaluates, writes answers, until its input ends.
//!
//! The evaluator can be brought down by what it evaluates; then a process dies, and only the file it was at is lost.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::nickel::Nickel;
use super::{Evaluation, Fault, Node, Request, Verdict};
use crate::origin::Files;

/// The first argument of a worker process.
pub const WORKER_ARGUMENT: &str = "--evaluate-for-parent";

/// What a parent sends first: the root that imports are confined to.
#[derive(Serialize, Deserialize)]
pub(super) struct Hello {
    pub(super) root: PathBuf,
}

/// What a parent asks.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Task {
    /// The value of a file.
    Evaluate(Request),
    /// The answers of a policy's custom rules about models.
    Judge(Request, Vec<(String, Node)>),
}

/// What a worker answers.
#[derive(Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) node: Node,
    pub(super) faults: Vec<Fault>,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) files: Vec<(String, String)>,
}

/// Evaluates what a parent process asks for until it asks no more.
///
/// # Errors
///
/// If the parent goes away in the middle of a sentence.
pub fn serve(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    let Some(Hello { root }) = receive(&mut input)? else { return Ok(()) };
    let mut nickel = Nickel::new(&root);
    while let Some(task) = receive(&mut input)? {
        send(&mut output, &perform(&mut nickel, task))?;
    }
    Ok(())
}

/// Does one task.
pub(super) fn perform(nickel: &mut Nickel, task: Task) -> Answer {
    let (verdicts, evaluation) = match task {
        Task::Evaluate(request) => (Vec::new(), nickel.evaluate(&request)),
        Task::Judge(policy, models) => nickel.judge(&policy, &models),
    };
    let Evaluation { node, faults, files } = evaluation;
    Answer { node, faults, verdicts, files: named(&files) }
}

fn named(files: &Files) -> Vec<(String, String)> {
    files.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// Sends one message: its length in four bytes, then itself.
pub(super) fn send(output: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_stdvec(message).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(&bytes)?;
    output.flush()
}

/// Receives one message; none if the other side has nothing more to say.
pub(super) fn receive<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    input.read_exact(&mut bytes)?;
    postcard::from_bytes(&bytes).map(Some).map_err(io::Error::other)
}
