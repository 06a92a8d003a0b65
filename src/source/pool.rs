//! Hands files to workers, as many at once as there are cores, and puts their answers into one set of files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::limits::{LARGEST_ANSWERS, mebibytes};
use super::looked::{Digest, Looked};
use super::nickel::Nickel;
use super::process::{Loss, Worker};
use super::worker::{Answer, Judge, Task, perform};
use super::{Evaluation, Fault, Limits, Node, Request, Tree, Verdict};
use crate::origin::{FileId, Files, Origin};

/// What any file gets: a hundred times what a pipeline needs.
const LEAST: Duration = Duration::from_millis(500);

/// Into how many pieces a worker's share of models is cut at most, and how many models are not worth cutting.
const PIECES: usize = 4;
const SMALLEST: usize = 50;

/// Evaluates the files of one root.
pub struct Evaluator {
    root: PathBuf,
    tree: Option<Tree>,
    program: Option<PathBuf>,
    limits: Limits,
    /// How many workers there may be.
    most: usize,
    idle: Mutex<Vec<Worker>>,
    /// How many milliseconds went into files that were lost.
    lost: AtomicU64,
    /// How many bytes the workers have answered.
    answered: AtomicU64,
    /// What was looked at on the disk.
    looked: Mutex<Looked>,
}

impl Evaluator {
    /// In this process and this thread, without limits of time and memory: for tests and for texts that are trusted.
    #[must_use]
    pub fn here(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            tree: None,
            program: None,
            limits: Limits::default(),
            most: 1,
            idle: Mutex::default(),
            lost: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            looked: Mutex::default(),
        }
    }

    /// In processes of `program`, which must call [`serve`](super::serve) when its first argument is
    /// [`WORKER_ARGUMENT`](super::WORKER_ARGUMENT).
    #[must_use]
    pub fn workers(root: &Path, program: PathBuf) -> Self {
        let most = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { program: Some(program), most, ..Self::here(root) }
    }

    /// The same within other limits.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same over the files of a revision: nothing below the root is read any more.
    #[must_use]
    pub fn over(&self, tree: Tree) -> Self {
        self.look(Looked::lose);
        let (program, most) = (self.program.clone(), self.most);
        Self { tree: Some(tree), program, limits: self.limits, most, ..Self::here(&self.root) }
    }

    /// What each of some files imports, as it is written there; nothing where a file is not Nickel.
    pub(super) fn imports(&self, requests: &[Request]) -> Vec<Vec<String>> {
        let tasks = requests.iter().cloned().map(Task::Imports).collect();
        let answers = self.perform(tasks, &mut Files::default());
        let texts =
            |answer: &Answer| answer.node.items().unwrap_or_default().iter().filter_map(Node::text).map(str::to_owned).collect();
        answers.iter().map(texts).collect()
    }

    /// Evaluates files; the answers are in the order of the requests, their origins in `files`.
    pub fn evaluate(&self, requests: &[Request], files: &mut Files) -> Vec<Evaluation> {
        let tasks = requests.iter().cloned().map(Task::Evaluate).collect();
        self.perform(tasks, files)
            .into_iter()
            .map(|answer| Evaluation { node: answer.node, faults: answer.faults, files: Files::default() })
            .collect()
    }

    /// Asks custom rules of a policy, by their ids, about models, each an id and its data; every worker takes its share of the models.
    ///
    /// A fault of a rule has the path `custom/<id>`; other rules go on.
    pub fn judge(
        &self,
        policy: &Request,
        rules: &[String],
        models: Vec<(String, Node)>,
        files: &mut Files,
    ) -> (Vec<Verdict>, Vec<Fault>) {
        if rules.is_empty() {
            return (Vec::new(), Vec::new());
        }
        // A large share is taken in pieces: a worker has all models of one in memory at once, and a rule that is lost is lost over each.
        let share = models.len().div_ceil(self.most);
        let piece = share.min(models.len().div_ceil(self.most * PIECES).max(SMALLEST)).max(1);
        let mut models = models.into_iter();
        let mut tasks = Vec::new();
        while models.len() > 0 {
            let models = models.by_ref().take(piece).collect();
            tasks.push(Task::Judge(Judge { policy: policy.clone(), rules: rules.to_vec(), models }));
        }
        let (mut verdicts, mut faults) = (Vec::new(), Vec::new());
        for mut answer in self.perform(tasks, files) {
            verdicts.append(&mut answer.verdicts);
            // A rule that is lost over several shares is lost once.
            answer.faults.retain(|fault| fault.path.len() != 2 || faults.iter().all(|known: &Fault| known.path != fault.path));
            faults.append(&mut answer.faults);
        }
        (verdicts, faults)
    }

    /// The answers to tasks, in their order: one to a file, one to each rule of a policy.
    fn perform(&self, tasks: Vec<Task>, files: &mut Files) -> Vec<Answer> {
        let answers = match &self.program {
            None => {
                let mut nickel = Nickel::new(&self.root, self.limits, self.tree.clone());
                let mut answers = Vec::new();
                tasks.into_iter().for_each(|task| perform(&mut nickel, task, &mut |answer| answers.push(answer)));
                answers
            }
            Some(program) => self.share_out(program, &tasks),
        };
        answers.into_iter().map(|answer| adopt(self.noted(answer), files)).collect()
    }

    /// Notes what an answer hangs on. What a worker says that has faults may hang on more than it has looked at.
    fn noted(&self, mut answer: Answer) -> Answer {
        self.look(|looked| {
            looked.add(std::mem::take(&mut answer.looked));
            if !answer.faults.is_empty() {
                looked.lose();
            }
        });
        answer
    }

    fn look(&self, note: impl FnOnce(&mut Looked)) {
        if let Ok(mut looked) = self.looked.lock() {
            note(&mut looked);
        }
    }

    /// Every file that evaluation has read or missed, by path from the root, with the digest of what was in it; none if what was found
    /// hangs on something else too: a revision, a fault.
    #[must_use]
    pub fn looked(&self) -> Option<BTreeMap<String, Option<Digest>>> {
        self.looked.lock().ok()?.all()
    }

    /// What one file may take.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Each thread keeps one worker busy.
    fn share_out(&self, program: &Path, tasks: &[Task]) -> Vec<Answer> {
        let next = AtomicUsize::new(0);
        let answers: Mutex<Vec<Option<Vec<Answer>>>> = Mutex::new(tasks.iter().map(|_| None).collect());
        std::thread::scope(|scope| {
            for _ in 0..self.most.min(tasks.len()) {
                scope.spawn(|| {
                    let mut worker = self.idle.lock().ok().and_then(|mut idle| idle.pop());
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(task) = tasks.get(index) else { break };
                        let found = self.settle(program, &mut worker, task);
                        if let Ok(mut answers) = answers.lock() {
                            answers[index] = Some(found);
                        }
                    }
                    if let (Some(worker), Ok(mut idle)) = (worker, self.idle.lock()) {
                        idle.push(worker);
                    }
                });
            }
        });
        let answers = answers.into_inner().unwrap_or_default();
        let silent = |task: &Task| {
            let reason = Loss::Other("a thread of the evaluator stopped".to_owned());
            vec![self.lost(task, reason)]
        };
        answers.into_iter().zip(tasks).flat_map(|(found, task)| found.unwrap_or_else(|| silent(task))).collect()
    }

    /// All answers to one task, whatever becomes of workers over it: one that dies or takes too long is replaced, what it was at is a
    /// fault of that file or of that rule, and the rules after it go on.
    fn settle(&self, program: &Path, worker: &mut Option<Worker>, task: &Task) -> Vec<Answer> {
        let mut answers = Vec::new();
        let mut task = task.clone();
        loop {
            let began = Instant::now();
            let before = answers.len();
            let served = worker.as_ref().map_or(0, |worker| worker.served);
            let Err(loss) = self.ask(program, worker, &task, &mut answers) else { return answers };
            let said = answers.len() - before;
            // What other files have left behind in its memory is not the fault of this one.
            let again = loss == Loss::Memory && served > 0;
            let mut lost = None;
            if !again {
                let spent = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                self.lost.fetch_add(spent, Ordering::Relaxed);
                lost = Some(loss);
            }
            if let Task::Judge(judge) = &mut task {
                judge.rules.drain(..said.min(judge.rules.len()));
            }
            if let Some(loss) = lost {
                answers.push(self.lost(&task, loss));
                match &mut task {
                    Task::Judge(judge) if judge.rules.len() > 1 => {
                        judge.rules.remove(0);
                    }
                    _ => return answers,
                }
            }
        }
    }

    /// Asks a worker, and takes its answers until the last or until there is no worker any more.
    fn ask(&self, program: &Path, worker: &mut Option<Worker>, task: &Task, answers: &mut Vec<Answer>) -> Result<(), Loss> {
        let fails = |error: std::io::Error| Loss::Other(format!("the evaluator does not start: {error}"));
        let mut current = match worker.take() {
            Some(current) => current,
            None => Worker::start(program, &self.root, self.limits, self.tree.as_ref()).map_err(fails)?,
        };
        if current.ask(task).is_err() {
            return Err(current.epitaph());
        }
        loop {
            let (answer, bytes) = current.answer(&self.limits, self.patience())?;
            if self.answered.fetch_add(bytes, Ordering::Relaxed) + bytes > LARGEST_ANSWERS {
                return Err(Loss::Other(format!("all values together take more than {}", mebibytes(LARGEST_ANSWERS))));
            }
            let last = answer.last;
            answers.push(answer);
            if last {
                current.served += 1;
                *worker = Some(current);
                return Ok(());
            }
        }
    }

    /// How long the next answer is waited for: the limit, less once other files have taken it and more. It never gets so short that an
    /// honest file is lost, since what is not lost is to be judged.
    fn patience(&self) -> Duration {
        let threads = u32::try_from(self.most).unwrap_or(u32::MAX);
        let lost = Duration::from_millis(self.lost.load(Ordering::Relaxed)) / threads;
        let left = (self.limits.time * 3 / 2).saturating_sub(lost);
        left.clamp(LEAST.min(self.limits.time), self.limits.time)
    }

    fn lost(&self, task: &Task, loss: Loss) -> Answer {
        let (reason, help) = loss.said(&self.limits);
        let mut answer = Answer::lost(task.request(), reason, help);
        if let (Task::Judge(judge), [fault]) = (task, answer.faults.as_mut_slice()) {
            fault.path = ["custom".to_owned()].into_iter().chain(judge.rules.first().cloned()).collect();
        }
        answer
    }
}

/// Makes the origins of an answer point into `files`, each into a text that came with it and between two of its characters: what a
/// worker says may have been a stranger's to choose.
pub(super) fn adopt(mut answer: Answer, files: &mut Files) -> Answer {
    let map: Vec<FileId> = answer.files.iter().map(|(name, text)| files.add(name, text)).collect();
    let files = &*files;
    let place = |origin: &mut Origin| {
        let Some(file) = map.get(origin.file.0 as usize) else {
            *origin = Origin::whole(map.first().copied().unwrap_or(FileId(0)));
            return;
        };
        *origin = files.within(*file, origin.start, origin.end);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FaultKind, Value};

    #[test]
    fn what_a_worker_says_of_a_place_is_not_believed() {
        let said = |file, start, end| Origin { file: FileId(file), start, end };
        let origins = [said(0, 0, 2), said(0, 1, 3), said(0, 9, 1), said(7, 3, 4)];
        let fault = |origin: &Origin| Fault::new(FaultKind::Contract, Vec::new(), *origin, "wrong");
        let answer = Answer {
            node: Node { value: Value::Null, origin: said(u32::MAX, 0, 0) },
            faults: origins.iter().map(fault).collect(),
            verdicts: Vec::new(),
            files: vec![("a.ncl".to_owned(), "é = 1".to_owned())],
            looked: Vec::new(),
            last: true,
        };
        let mut files = Files::default();
        files.add("before.ncl", "{}");
        let adopted = adopt(answer, &mut files);
        let found: Vec<Origin> = adopted.faults.iter().map(|fault| fault.origin).collect();
        assert_eq!(found, [said(1, 0, 2), said(1, 0, 3), said(1, 6, 6), said(1, 0, 0)]);
        assert_eq!(adopted.node.origin, said(1, 0, 0));
    }
}
