//! Hands files to workers, as many at once as there are cores, and puts their answers into one set of files.

use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::nickel::Nickel;
use super::worker::{Answer, Hello, Task, WORKER_ARGUMENT, perform, receive, send};
use super::{Evaluation, Fault, FaultKind, Node, Request, Value, Verdict};
use crate::origin::{FileId, Files, Origin};

/// Evaluates the files of one root.
pub struct Evaluator {
    root: PathBuf,
    program: Option<PathBuf>,
    limit: usize,
    idle: Mutex<Vec<Worker>>,
}

impl Evaluator {
    /// In this process and this thread: for tests and for texts that are trusted.
    #[must_use]
    pub fn here(root: &Path) -> Self {
        Self { root: root.to_owned(), program: None, limit: 1, idle: Mutex::default() }
    }

    /// In processes of `program`, which must call [`serve`](super::serve) when its first argument is [`WORKER_ARGUMENT`].
    #[must_use]
    pub fn workers(root: &Path, program: PathBuf) -> Self {
        let limit = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { root: root.to_owned(), program: Some(program), limit, idle: Mutex::default() }
    }

    /// Evaluates files; the answers are in the order of the requests, their origins in `files`.
    pub fn evaluate(&self, requests: &[Request], files: &mut Files) -> Vec<Evaluation> {
        let tasks = requests.iter().cloned().map(Task::Evaluate).collect();
        self.perform(tasks, files)
            .into_iter()
            .map(|answer| Evaluation { node: answer.node, faults: answer.faults, files: Files::default() })
            .collect()
    }

    /// Asks the custom rules of a policy about models, each an id and its data; every worker takes its share of the models.
    pub fn judge(&self, policy: &Request, models: &[(String, Node)], files: &mut Files) -> (Vec<Verdict>, Vec<Fault>) {
        let share = models.len().div_ceil(self.limit).max(1);
        let tasks = models.chunks(share).map(|share| Task::Judge(policy.clone(), share.to_vec())).collect();
        let (mut verdicts, mut faults) = (Vec::new(), Vec::new());
        for mut answer in self.perform(tasks, files) {
            verdicts.append(&mut answer.verdicts);
            faults.append(&mut answer.faults);
        }
        (verdicts, faults)
    }

    fn perform(&self, tasks: Vec<Task>, files: &mut Files) -> Vec<Answer> {
        let answers = match &self.program {
            None => {
                let mut nickel = Nickel::new(&self.root);
                tasks.into_iter().map(|task| perform(&mut nickel, task)).collect()
            }
            Some(program) => self.share_out(program, &tasks),
        };
        answers.into_iter().map(|answer| adopt(answer, files)).collect()
    }

    /// Each thread keeps one worker busy; a worker that dies is replaced, and what it was at is a fault of that file.
    fn share_out(&self, program: &Path, tasks: &[Task]) -> Vec<Answer> {
        let next = AtomicUsize::new(0);
        let answers: Mutex<Vec<Option<Answer>>> = Mutex::new(tasks.iter().map(|_| None).collect());
        std::thread::scope(|scope| {
            for _ in 0..self.limit.min(tasks.len()) {
                scope.spawn(|| {
                    let mut worker = self.idle.lock().ok().and_then(|mut idle| idle.pop());
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(task) = tasks.get(index) else { break };
                        let answer = self.ask(program, &mut worker, task).unwrap_or_else(|reason| lost(task, &reason));
                        if let Ok(mut answers) = answers.lock() {
                            answers[index] = Some(answer);
                        }
                    }
                    if let (Some(worker), Ok(mut idle)) = (worker, self.idle.lock()) {
                        idle.push(worker);
                    }
                });
            }
        });
        let answers = answers.into_inner().unwrap_or_default();
        answers
            .into_iter()
            .zip(tasks)
            .map(|(answer, task)| answer.unwrap_or_else(|| lost(task, "a thread of the evaluator stopped")))
            .collect()
    }

    fn ask(&self, program: &Path, worker: &mut Option<Worker>, task: &Task) -> Result<Answer, String> {
        let mut current = match worker.take() {
            Some(current) => current,
            None => Worker::start(program, &self.root).map_err(|error| format!("the evaluator does not start: {error}"))?,
        };
        let answer = send(&mut current.input, task).and_then(|()| receive(&mut current.output));
        match answer {
            Ok(Some(answer)) => {
                *worker = Some(current);
                Ok(answer)
            }
            Ok(None) | Err(_) => Err(current.epitaph()),
        }
    }
}

struct Worker {
    child: Child,
    input: BufWriter<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Worker {
    fn start(program: &Path, root: &Path) -> std::io::Result<Self> {
        let mut child = Command::new(program)
            .arg(WORKER_ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let missing = || std::io::Error::other("no pipe");
        let mut input = BufWriter::new(child.stdin.take().ok_or_else(missing)?);
        let output = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        send(&mut input, &Hello { root: root.to_owned() })?;
        Ok(Self { child, input, output })
    }

    /// How the process ended.
    fn epitaph(mut self) -> String {
        let _ = self.child.kill();
        match self.child.wait() {
            Ok(status) => format!("the evaluator stopped while it was at this file ({status})"),
            Err(error) => format!("the evaluator stopped while it was at this file ({error})"),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lost(task: &Task, reason: &str) -> Answer {
    let (Task::Evaluate(request) | Task::Judge(request, _)) = task;
    let origin = Origin::whole(FileId(0));
    let fault = Fault::new(FaultKind::Evaluation, Vec::new(), origin, reason);
    Answer {
        node: Node { value: Value::Broken, origin },
        faults: vec![fault],
        verdicts: Vec::new(),
        files: vec![(request.name.clone(), request.text.clone().unwrap_or_default())],
    }
}

/// Makes the origins of an answer point into `files`.
fn adopt(mut answer: Answer, files: &mut Files) -> Answer {
    let map: Vec<FileId> = answer.files.iter().map(|(name, text)| files.add(name, text)).collect();
    let place = |origin: &mut Origin| {
        if let Some(id) = map.get(origin.file.0 as usize) {
            origin.file = *id;
        }
    };
    answer.node.visit(&place);
    for verdict in &mut answer.verdicts {
        verdict.answer.visit(&place);
    }
    for fault in &mut answer.faults {
        place(&mut fault.origin);
        fault.related.iter_mut().for_each(|(origin, _)| place(origin));
    }
    answer
}
