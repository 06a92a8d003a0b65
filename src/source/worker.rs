//! A worker process: reads requests, evaluates, writes answers, until its input ends.
//!
//! The evaluator can be brought down by what it evaluates; then a process dies, and only the file it was at is lost.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::limits::{LARGEST_ANSWER, LONGEST_MESSAGE, MOST_FAULTS, mebibytes};
use super::nickel::Nickel;
use super::recall::Looked;
use super::{Evaluation, Fault, FaultKind, Limits, Node, Request, Tree, Value, Verdict};
use crate::origin::{FileId, Files, Origin};

/// The first argument of a worker process.
pub const WORKER_ARGUMENT: &str = "--evaluate-for-parent";

/// What a parent sends first.
#[derive(Serialize, Deserialize)]
pub(super) struct Hello {
    /// The root that imports are confined to.
    pub(super) root: PathBuf,
    /// What the worker holds itself to.
    pub(super) limits: Limits,
    /// The files that stand for those below the root, if a revision is read.
    pub(super) tree: Option<Tree>,
}

/// What a worker says first: the library is read, and from now on time is taken.
#[derive(Serialize, Deserialize)]
pub(super) struct Ready;

/// What a parent asks.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Task {
    /// The value of a file: one answer.
    Evaluate(Request),
    /// What custom rules say: an answer after each rule.
    Judge(Judge),
    /// What a file imports, as it is written there: one answer.
    Imports(Request),
}

/// Custom rules of a policy, and the models they are to judge.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Judge {
    /// The policy's file.
    pub(super) policy: Request,
    /// The ids of the rules.
    pub(super) rules: Vec<String>,
    /// The models, each an id and its data.
    pub(super) models: Vec<(String, Node)>,
}

impl Task {
    pub(super) const fn request(&self) -> &Request {
        match self {
            Self::Evaluate(request) | Self::Imports(request) => request,
            Self::Judge(judge) => &judge.policy,
        }
    }
}

/// What a worker answers.
#[derive(Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) node: Node,
    pub(super) faults: Vec<Fault>,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) files: Vec<(String, String)>,
    /// What was looked at on the disk, by path from the root.
    pub(super) looked: Looked,
    /// Whether the task is done with it.
    pub(super) last: bool,
}

impl Answer {
    pub(super) fn new(verdicts: Vec<Verdict>, evaluation: Evaluation) -> Self {
        let Evaluation { node, mut faults, files, .. } = evaluation;
        shorten(&mut faults);
        let files = files.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        Self { node, faults, verdicts, files, looked: Vec::new(), last: true }
    }

    /// The answer that there is none, and why.
    pub(super) fn lost(request: &Request, reason: String, help: String) -> Self {
        let mut files = Files::default();
        let origin = Origin::whole(files.add(&request.name, request.text.as_deref().unwrap_or_default()));
        let fault = Fault { notes: vec![help], ..Fault::new(FaultKind::Evaluation, Vec::new(), origin, reason) };
        Self::new(
            Vec::new(),
            Evaluation { node: Node { value: Value::Broken, origin }, faults: vec![fault], files, made_of: None },
        )
    }
}

/// Keeps what is said of one file to what somebody may read.
fn shorten(faults: &mut Vec<Fault>) {
    let cut = |text: &mut String| {
        if text.len() > LONGEST_MESSAGE {
            text.truncate(text.floor_char_boundary(LONGEST_MESSAGE));
            text.push('…');
        }
    };
    let more = faults.len().saturating_sub(MOST_FAULTS);
    faults.truncate(MOST_FAULTS);
    for fault in &mut *faults {
        cut(&mut fault.message);
        fault.notes.iter_mut().for_each(cut);
        fault.related.iter_mut().for_each(|(_, message)| cut(message));
    }
    if let Some(last) = faults.last_mut().filter(|_| more > 0) {
        last.notes.push(format!("{more} more faults of this file are not told"));
    }
}

/// Evaluates what a parent process asks for until it asks no more or is gone, even in the middle of an evaluation.
///
/// # Errors
///
/// If the parent goes away in the middle of a sentence, or the process cannot be held to its limits.
pub fn serve(mut input: impl Read, mut output: impl Write + Send + 'static) -> io::Result<()> {
    let Some(Hello { root, limits, tree }) = receive(&mut input, u32::MAX as usize)? else { return Ok(()) };
    limits.hold()?;
    let (asked, tasks) = mpsc::channel();
    let stack = usize::try_from(limits.stack).unwrap_or(usize::MAX);
    // Nobody waits for this thread: when the input ends there is nobody left to answer to, and the process ends with it.
    std::thread::Builder::new().name("evaluation".to_owned()).stack_size(stack).spawn(move || {
        let mut nickel = Nickel::new(&root, limits, tree);
        nickel.warm_up();
        let mut told = send(&mut output, &Ready);
        for task in tasks {
            let done =
                catch_unwind(AssertUnwindSafe(|| perform(&mut nickel, task, &mut |answer| told = tell(&mut output, &answer))));
            if done.is_err() {
                // What went wrong has been said on standard error, and the parent knows how to go on without this process.
                std::process::abort();
            }
            if told.is_err() {
                break;
            }
        }
    })?;
    while let Some(task) = receive::<Task>(&mut input, u32::MAX as usize)? {
        if asked.send(task).is_err() {
            break;
        }
    }
    Ok(())
}

/// Does one task; `tell` is called with every answer.
pub(super) fn perform(nickel: &mut Nickel, task: Task, tell: &mut impl FnMut(Answer)) {
    match task {
        Task::Evaluate(request) => {
            let answer = Answer::new(Vec::new(), nickel.evaluate(&request));
            tell(Answer { looked: nickel.looked(), ..answer });
        }
        Task::Imports(request) => tell(Answer::new(Vec::new(), nickel.imports(&request))),
        Task::Judge(judge) => {
            let mut left = judge.rules.len();
            nickel.judge(&judge, &mut |verdicts, evaluation, looked| {
                left = left.saturating_sub(1);
                // A policy that cannot be read answers for all its rules at once.
                let last = left == 0 || matches!(evaluation.node.value, Value::Broken);
                tell(Answer { last, looked, ..Answer::new(verdicts, evaluation) });
            });
        }
    }
}

/// Sends an answer, or says that it is too large to be one.
pub(super) fn tell(output: &mut impl Write, answer: &Answer) -> io::Result<()> {
    let bytes = postcard::to_stdvec(answer).map_err(io::Error::other)?;
    if bytes.len() <= LARGEST_ANSWER {
        return send_bytes(output, &bytes);
    }
    let (name, _) = answer.files.first().cloned().unwrap_or_default();
    let origin = Origin::whole(FileId(0));
    let message = format!("its value takes more than {}", mebibytes(LARGEST_ANSWER as u64));
    let fault = Fault::new(FaultKind::Evaluation, Vec::new(), origin, message);
    let broken = Node { value: Value::Broken, origin };
    send(
        output,
        &Answer {
            node: broken,
            faults: vec![fault],
            verdicts: Vec::new(),
            files: vec![(name, String::new())],
            looked: Vec::new(),
            last: answer.last,
        },
    )
}

/// Sends one message: its length in four bytes, then itself.
pub(super) fn send(output: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    send_bytes(output, &postcard::to_stdvec(message).map_err(io::Error::other)?)
}

fn send_bytes(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(bytes)?;
    output.flush()
}

/// Receives one message of at most `limit` bytes; none if the other side has nothing more to say.
pub(super) fn receive<T: DeserializeOwned>(input: &mut impl Read, limit: usize) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > limit {
        return Err(io::Error::other(format!("a message of {length} bytes")));
    }
    // What is not sent takes no room.
    let mut bytes = Vec::new();
    input.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    postcard::from_bytes(&bytes).map(Some).map_err(io::Error::other)
}
