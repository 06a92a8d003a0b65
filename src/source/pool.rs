//! Hands files to workers, as many at once as there are cores, and puts their answers into one set of files.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once, mpsc};
use std::time::{Duration, Instant};

use super::limits::{LARGEST_ANSWERS, mebibytes};
use super::looked::{self, Digest, Looked, Sight};
use super::nickel::Nickel;
use super::process::{Loss, Worker};
use super::recall::{Memory, Recalled};
use super::worker::{Answer, Task, perform};
use super::{Evaluation, Limits, Node, Request, Tree};
use crate::origin::{FileId, Files, Origin};
use crate::parallel;

/// What any file gets: a hundred times what a pipeline needs.
const LEAST: Duration = Duration::from_millis(500);

/// After how many tasks a worker is replaced: it keeps the syntax tree and the value of every file, and beginning anew takes about as
/// long as twenty files.
const MOST_SERVED: usize = 300;

/// How many answers are read at a time: their values are in memory only meanwhile.
const PORTION: usize = 64;

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
    /// Where answers are kept from one run to the next.
    memory: Option<Arc<dyn Memory>>,
    /// What was looked at because answers that were kept hang on it; none where evaluation would refuse to read.
    sights: Mutex<HashMap<String, Option<Option<Arc<Sight>>>>>,
}

/// An answer, or one that was kept.
enum Found<'a> {
    Answer(Answer),
    Recalled(Recalled<'a>),
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
            memory: None,
            sights: Mutex::default(),
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

    /// The same with a memory: what was evaluated before and would be so again is taken from there.
    #[must_use]
    pub fn remembering(self, memory: Arc<dyn Memory>) -> Self {
        Self { memory: Some(memory), ..self }
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
        let tasks: Vec<Task> = requests.iter().cloned().map(Task::Imports).collect();
        let answers = self.perform(&tasks, &mut Files::default());
        let texts =
            |answer: &Answer| answer.node.items().unwrap_or_default().iter().filter_map(Node::text).map(str::to_owned).collect();
        answers.iter().map(texts).collect()
    }

    /// Evaluates files; the answers are in the order of the requests, their origins in `files`.
    pub fn evaluate(&self, requests: &[Request], files: &mut Files) -> Vec<Evaluation> {
        self.read(requests, files, |_, evaluation| evaluation)
    }

    /// Evaluates files and has each value read as soon as it is there, so that not all of them are in memory at once; what is read is
    /// in the order of the requests.
    pub fn read<T: Send>(
        &self,
        requests: &[Request],
        files: &mut Files,
        read: impl Fn(&Request, Evaluation) -> T + Sync,
    ) -> Vec<T> {
        let started = Once::new();
        let recall = |request: &Request| {
            let known = self.recall(request);
            if known.is_none() {
                started.call_once(|| self.make_ready());
            }
            known
        };
        let recalled = parallel::map(requests.iter().collect(), recall);
        let mut done: Vec<Option<T>> = requests.iter().map(|_| None).collect();
        let mut portion = Vec::new();
        let mut take = |found: Vec<(usize, Found<'_>)>, files: &mut Files| {
            let (indices, found) =
                found.into_iter().map(|(index, found)| (index, (&requests[index], found))).unzip::<_, _, Vec<_>, Vec<_>>();
            indices.into_iter().zip(self.take(found, files, &read)).for_each(|(index, value)| done[index] = Some(value));
        };
        // What is known is read while a worker begins: all of it at once, since each value is unpacked when its turn comes.
        let (mut known, mut missing) = (Vec::new(), Vec::new());
        for (index, recalled) in recalled.into_iter().enumerate() {
            match recalled {
                Some(recalled) => known.push((index, Found::Recalled(recalled))),
                None => missing.push(index),
            }
        }
        take(known, files);
        let task = |number: usize| Task::Evaluate(requests[missing[number]].clone());
        self.answers(missing.len(), &task, &mut |number, answers| {
            portion.extend(answers.into_iter().take(1).map(|answer| (missing[number], Found::Answer(answer))));
            if portion.len() >= PORTION {
                take(std::mem::take(&mut portion), files);
            }
        });
        take(portion, files);
        done.into_iter().flatten().collect()
    }

    /// Starts a worker, where there is a memory that others are read from meanwhile; one that does not start says so when it is asked.
    fn make_ready(&self) {
        if let (Some(program), Some(_)) = (&self.program, self.memory())
            && let Ok(worker) = Worker::start(program, &self.root, self.limits, self.tree.as_ref())
            && let Ok(mut idle) = self.idle.lock()
        {
            idle.push(worker);
        }
    }

    /// Reads the values of answers, whose texts are put into `files` one after the other.
    fn take<T: Send>(
        &self,
        found: Vec<(&Request, Found<'_>)>,
        files: &mut Files,
        read: &(impl Fn(&Request, Evaluation) -> T + Sync),
    ) -> Vec<T> {
        let mut put =
            |texts: &[(String, String)]| -> Vec<FileId> { texts.iter().map(|(name, text)| files.add(name, text)).collect() };
        let placed = found.into_iter().map(|(request, found)| {
            let ids = match &found {
                Found::Answer(answer) => put(&answer.files),
                Found::Recalled(known) => put(&known.files),
            };
            (request, found, ids)
        });
        let placed: Vec<_> = placed.collect();
        let texts = &*files;
        let done = parallel::map(placed, |(request, found, ids)| {
            let evaluation = match found {
                Found::Answer(answer) => {
                    let made_of = self.keep(request, &answer);
                    let answer = place(answer, &ids, texts);
                    Evaluation { node: answer.node, faults: answer.faults, files: Files::default(), made_of }
                }
                Found::Recalled(known) => {
                    let mut node = known.unpack().ok_or(request)?;
                    node.visit(&mut placing(&ids, texts));
                    Evaluation { node, faults: Vec::new(), files: Files::default(), made_of: Some(known.made_of) }
                }
            };
            Ok(read(request, evaluation))
        });
        let mut again = |request: &Request| {
            let answer = self.perform(&[Task::Evaluate(request.clone())], files).remove(0);
            read(request, Evaluation { node: answer.node, faults: answer.faults, files: Files::default(), made_of: None })
        };
        done.into_iter().map(|read| read.unwrap_or_else(&mut again)).collect()
    }

    /// The answers to tasks, in their order.
    fn perform(&self, tasks: &[Task], files: &mut Files) -> Vec<Answer> {
        let mut all = Vec::new();
        self.answers(tasks.len(), &|index| tasks[index].clone(), &mut |_, answers| {
            all.extend(answers.into_iter().map(|answer| adopt(answer, files)));
        });
        all
    }

    /// All answers to each task, told in the order of the tasks: one to a file, one to each rule of a policy. What is looked at is noted.
    pub(super) fn answers(&self, count: usize, task: &(dyn Fn(usize) -> Task + Sync), tell: &mut dyn FnMut(usize, Vec<Answer>)) {
        let mut tell = |index: usize, answers: Vec<Answer>| {
            answers.iter().for_each(|answer| self.note(answer));
            tell(index, answers);
        };
        match &self.program {
            None if count > 0 => {
                let mut nickel = Nickel::new(&self.root, self.limits, self.tree.clone());
                for index in 0..count {
                    let mut answers = Vec::new();
                    perform(&mut nickel, task(index), &mut |answer| answers.push(answer));
                    tell(index, answers);
                }
            }
            None => {}
            Some(program) => self.share_out(program, count, task, &mut tell),
        }
    }

    /// Notes what an answer hangs on. What a worker says that has faults may hang on more than it has looked at.
    fn note(&self, answer: &Answer) {
        self.look(|looked| {
            looked.add(answer.looked.clone());
            if !answer.faults.is_empty() {
                looked.lose();
            }
        });
    }

    /// Notes that an answer is taken that was kept, as if it had been given now.
    pub(super) fn recalled(&self, looked: Vec<(String, Option<Digest>)>, bytes: u64) {
        self.answered.fetch_add(bytes, Ordering::Relaxed);
        self.look(|all| all.add(looked));
    }

    /// What evaluation would find at a path from the root: the digest of a text, or nothing there; none if it would refuse to read it.
    /// A path is looked at once in a run.
    pub fn look_at(&self, path: &str) -> Option<Option<Digest>> {
        self.sight(path).map(|sight| sight.map(|sight| sight.digest))
    }

    /// The same, with the text.
    pub(super) fn sight(&self, path: &str) -> Option<Option<Arc<Sight>>> {
        if let Some(known) = self.sights.lock().ok()?.get(path) {
            return known.clone();
        }
        let found = looked::sight(&self.root, path, self.limits).map(|found| found.map(Arc::new));
        self.sights.lock().ok()?.entry(path.to_owned()).or_insert(found).clone()
    }

    /// Where answers are kept; nowhere if they are of a revision, whose files are looked at otherwise.
    pub(super) fn memory(&self) -> Option<&dyn Memory> {
        self.memory.as_deref().filter(|_| self.tree.is_none())
    }

    /// How many workers there may be.
    pub(super) const fn most(&self) -> usize {
        self.most
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
    fn share_out(
        &self,
        program: &Path,
        count: usize,
        task: &(dyn Fn(usize) -> Task + Sync),
        tell: &mut dyn FnMut(usize, Vec<Answer>),
    ) {
        let next = AtomicUsize::new(0);
        let (say, said) = mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..self.most.min(count) {
                let (say, next) = (say.clone(), &next);
                scope.spawn(move || {
                    let mut worker = self.idle.lock().ok().and_then(|mut idle| idle.pop());
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        if index >= count || say.send((index, self.settle(program, &mut worker, task(index)))).is_err() {
                            break;
                        }
                    }
                    if let (Some(worker), Ok(mut idle)) = (worker, self.idle.lock()) {
                        idle.push(worker);
                    }
                });
            }
            drop(say);
            // What is answered out of turn waits.
            let (mut early, mut turn) = (BTreeMap::new(), 0);
            for (index, answers) in said {
                early.insert(index, answers);
                while let Some(answers) = early.remove(&turn) {
                    tell(turn, answers);
                    turn += 1;
                }
            }
            for index in turn..count {
                let silent = || vec![self.lost(&task(index), Loss::Other("a thread of the evaluator stopped".to_owned()))];
                tell(index, early.remove(&index).unwrap_or_else(silent));
            }
        });
    }

    /// All answers to one task, whatever becomes of workers over it: one that dies or takes too long is replaced, what it was at is a
    /// fault of that file or of that rule, and the rules after it go on.
    fn settle(&self, program: &Path, worker: &mut Option<Worker>, mut task: Task) -> Vec<Answer> {
        let mut answers = Vec::new();
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
                if current.served < MOST_SERVED {
                    *worker = Some(current);
                }
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
pub(super) fn adopt(answer: Answer, files: &mut Files) -> Answer {
    let ids: Vec<FileId> = answer.files.iter().map(|(name, text)| files.add(name, text)).collect();
    place(answer, &ids, files)
}

/// The same with the texts there already, under these ids.
fn place(mut answer: Answer, ids: &[FileId], files: &Files) -> Answer {
    let mut placing = placing(ids, files);
    answer.node.visit(&mut placing);
    for verdict in &mut answer.verdicts {
        verdict.answer.visit(&mut placing);
    }
    for fault in &mut answer.faults {
        placing(&mut fault.origin);
        fault.related.iter_mut().for_each(|(origin, _)| placing(origin));
    }
    answer
}

/// Makes an origin in one of some texts point into `files`, where they are under these ids.
pub(super) fn placing(ids: &[FileId], files: &Files) -> impl FnMut(&mut Origin) {
    move |origin| {
        *origin = match ids.get(origin.file.0 as usize) {
            Some(file) => files.within(*file, origin.start, origin.end),
            None => Origin::whole(ids.first().copied().unwrap_or(FileId(0))),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Fault, FaultKind, Value};

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
