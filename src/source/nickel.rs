//! One Nickel virtual machine with the library inside it: a file goes in, its value as plain data or its faults come out.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use nickel_lang_core::cache::{CacheHub, ImportResolver as _, InputFormat, SourcePath};
use nickel_lang_core::closurize::Closurize as _;
use nickel_lang_core::error::{EvalError, NullReporter};
use nickel_lang_core::eval::cache::CacheImpl;
use nickel_lang_core::eval::value::NickelValue;
use nickel_lang_core::eval::{Environment, VirtualMachine, VmContext};
use nickel_lang_core::files::FileId as Id;
use nickel_lang_core::identifier::LocIdent;
use nickel_lang_core::label::Label;
use nickel_lang_core::position::{RawSpan, TermPos};
use nickel_lang_core::term::record::RecordData;
use nickel_lang_core::term::{Number, RuntimeContract};

use super::held::Held;
use super::reading::Unread;
use super::recall::Looked;
use super::walk::{Judging, Walk};
use super::worker::Judge;
use super::{Evaluation, Fault, FaultKind, Limits, Node, Request, Role, Tree, Value, Verdict, confine, explain};
use crate::contracts;
use crate::origin::{FileId, Files, Origin};

/// Where the library's files are, in memory: no file of this machine is ever read in their stead.
const LIBRARY_ROOT: &str = "/pipeward:library";

/// What a file of the library is shown as: `pipeward:step.ncl`.
const LIBRARY_PREFIX: &str = "pipeward:";

/// Where the files of a revision are, in memory.
pub(super) const TREE_ROOT: &str = "/pipeward:revision";

/// A virtual machine for the files of one root.
pub(super) struct Nickel {
    root: PathBuf,
    /// What stands before the paths of files where they are shown.
    label: String,
    limits: Limits,
    texts: confine::Texts,
    pub(super) context: VmContext<CacheHub, CacheImpl>,
    /// Nickel's standard library, evaluated as far as anything has needed it: with an environment of its own every value would
    /// evaluate it again, which is most of a run.
    standard: Option<Environment>,
    /// What has passed which contract.
    pub(super) held: Held,
    /// The files of the evaluation that goes on, by the evaluator's ids; none for the library's: every value asks for its own.
    shown: RefCell<HashMap<Id, Option<FileId>>>,
}

impl Nickel {
    /// A machine that reads files below `root`, or those of a tree, and nowhere else.
    pub(super) fn new(root: &Path, limits: Limits, tree: Option<Tree>) -> Self {
        let mut caches = CacheHub::new();
        for (name, text) in contracts::FILES {
            let path = library_path(Path::new(name));
            caches.sources.add_string(SourcePath::Path(path, InputFormat::Nickel), (*text).to_owned());
        }
        caches.sources.add_import_paths(std::iter::once(LIBRARY_ROOT));
        let label = tree.as_ref().map(|tree| tree.label.clone()).unwrap_or_default();
        let root = match &tree {
            Some(_) => PathBuf::from(TREE_ROOT),
            None => root.canonicalize().unwrap_or_else(|_| root.to_owned()),
        };
        let texts = confine::Texts::new(tree);
        let context = VmContext::new(caches, std::io::sink(), NullReporter {});
        Self { root, label, limits, texts, context, standard: None, held: Held::default(), shown: RefCell::default() }
    }

    /// Evaluates the library ahead of the files that need it.
    pub(super) fn warm_up(&mut self) {
        let _: Option<RuntimeContract> = self.contract(Role::Pipeline);
    }

    /// Evaluates one file, its contract applied whether the author did or not.
    pub(super) fn evaluate(&mut self, request: &Request) -> Evaluation {
        let mut files = self.no_files();
        match self.prepare(request, &mut files) {
            Err(faults) => Evaluation::broken(files, faults),
            Ok((id, value)) => {
                let whole = self.whole(id, &mut files);
                let contract = self.contract(request.role);
                if contract.is_none() && request.role != Role::Free {
                    return Evaluation::broken(files, vec![lawless(whole)]);
                }
                let mut walk = Walk::new(self, &mut files);
                let node = walk.file(value, request.role, contract, whole);
                let faults = walk.faults;
                Evaluation { node, faults, files, made_of: None }
            }
        }
    }

    /// What was looked at on the disk since this was asked the last time, by path from the root; what has no such path is not told.
    pub(super) fn looked(&mut self) -> Looked {
        let found = self.texts.looked().into_iter();
        found.filter_map(|(path, digest)| Some((path.strip_prefix(&self.root).ok()?.to_str()?.to_owned(), digest))).collect()
    }

    /// The faults of a file that keep it from being evaluated; it is not evaluated without them either.
    pub(super) fn only_prepare(&mut self, request: &Request) -> Evaluation {
        let mut files = self.no_files();
        match self.prepare(request, &mut files) {
            Err(faults) => Evaluation::broken(files, faults),
            Ok((id, _)) => {
                let origin = self.whole(id, &mut files);
                Evaluation { node: Node { value: Value::Null, origin }, faults: Vec::new(), files, made_of: None }
            }
        }
    }

    /// What a file imports, as a list of texts; nothing if it is not Nickel.
    pub(super) fn imports(&mut self, request: &Request) -> Evaluation {
        // Under a path of its own: what is looked at here must never stand in for a file that is evaluated.
        let path = SourcePath::Path(Path::new("/pipeward:imports").join(&request.name), InputFormat::Nickel);
        let id = self.context.import_resolver.sources.add_string(path, request.text.clone().unwrap_or_default());
        let origin = Origin::whole(FileId(0));
        let texts = confine::imported(&mut self.context.import_resolver, id).into_iter();
        let items = texts.map(|text| Node { value: Value::String(text), origin }).collect();
        Evaluation {
            node: Node { value: Value::Array(items), origin },
            faults: Vec::new(),
            files: Files::default(),
            made_of: None,
        }
    }

    /// Runs custom rules of a policy over models, each an id and its data, and tells after each rule what came of it.
    pub(super) fn judge(&mut self, judge: &Judge, done: &mut impl FnMut(Vec<Verdict>, Evaluation, Looked)) {
        let mut files = self.no_files();
        let prepared = self.prepare(&judge.policy, &mut files);
        // Nothing else is read on the way.
        let mut looked = self.looked();
        let (id, value) = match prepared {
            Err(faults) => return done(Vec::new(), Evaluation::broken(files, faults), looked),
            Ok(prepared) => prepared,
        };
        let whole = self.whole(id, &mut files);
        let contract = self.contract(judge.policy.role);
        if contract.is_none() {
            return done(Vec::new(), Evaluation::broken(files, vec![lawless(whole)]), looked);
        }
        let cache = &mut self.context.cache;
        let models: Vec<(&str, NickelValue)> =
            judge.models.iter().map(|(id, model)| (id.as_str(), into_nickel(model, cache))).collect();
        let judging = Judging { policy: value, contract, rules: &judge.rules, models: &models, whole };
        Walk::new(self, &mut files).judge(judging, &mut |verdicts, faults, files| {
            let node = Node { value: Value::Null, origin: whole };
            done(verdicts, Evaluation { node, faults, files: files.clone(), made_of: None }, std::mem::take(&mut looked));
        });
    }

    /// Reads a file, confines its imports, and makes it ready to be evaluated.
    fn prepare(&mut self, request: &Request, files: &mut Files) -> Result<(Id, NickelValue), Vec<Fault>> {
        let path = self.root.join(&request.name);
        let caches = &mut self.context.import_resolver;
        let id = match &request.text {
            Some(text) => caches.sources.add_string(SourcePath::Path(path, InputFormat::Nickel), text.clone()),
            None => self
                .texts
                .read(caches, &path, InputFormat::Nickel, &self.root, self.limits.size)
                .map_err(|unread| vec![unread_fault(&request.name, unread, files)])?,
        };
        let confined = confine::check(&mut self.context.import_resolver, &mut self.texts, id, &self.root, self.limits.size);
        if let Err(error) = confined {
            let faults = match error {
                confine::Refusal::Import { span, message, help } => {
                    let origin = self.origin_of(span, files).unwrap_or_else(|| self.whole(id, files));
                    let notes = vec![help.to_owned()];
                    vec![Fault { notes, ..Fault::new(FaultKind::Import, Vec::new(), origin, message) }]
                }
                confine::Refusal::Syntax(errors) => explain::syntax(self, errors, files),
            };
            return Err(explain::settle(faults, self.whole(id, files)));
        }
        self.context.prepare_eval_only(id).map(|value| (id, value)).map_err(|error| {
            let faults = explain::error(self, error, &[], files);
            explain::settle(faults, self.whole(id, files))
        })
    }

    /// Evaluates a value to its outermost form.
    pub(super) fn eval(&mut self, value: NickelValue) -> Result<NickelValue, EvalError> {
        let context = &mut self.context;
        let standard = self.standard.get_or_insert_with(|| context.import_resolver.mk_eval_env(&mut context.cache)).clone();
        VirtualMachine::new_empty_env(context).with_initial_env(standard).eval(value)
    }

    /// The contract of a role: a field of the library.
    fn contract(&mut self, role: Role) -> Option<RuntimeContract> {
        let name = match role {
            Role::Pipeline => "Pipeline",
            Role::Project => "Project",
            Role::Action => "Action",
            Role::Policy => "Policy",
            Role::Free => return None,
        };
        let path = SourcePath::Path(library_path(Path::new(contracts::ENTRY)), InputFormat::Nickel);
        let id = self.context.import_resolver.sources.id_of(&path)?;
        let library = self.context.prepare_eval_only(id).ok()?;
        let library = self.eval(library).ok()?;
        let field = library.as_record()?.into_opt()?.fields.get(&LocIdent::new(name))?.value_with_pending_contracts()?;
        Some(RuntimeContract::new(field, Label::default()))
    }

    /// The origin a span stands for; none for the library and Nickel's own.
    pub(super) fn origin_of(&self, span: RawSpan, files: &mut Files) -> Option<Origin> {
        let file = self.file(span.src_id, files)?;
        Some(files.within(file, span.start.0, span.end.0))
    }

    /// The origin of a position, if an author wrote what stands there.
    pub(super) fn origin_at(&self, position: TermPos, files: &mut Files) -> Option<Origin> {
        self.origin_of(*position.as_opt_ref()?, files)
    }

    /// A message with paths told from the root: what is said does not depend on where the project lies.
    pub(super) fn relative(&self, message: &str) -> String {
        message.replace(&format!("{}/", self.root.display()), "")
    }

    fn whole(&self, id: Id, files: &mut Files) -> Origin {
        self.file(id, files).map_or(Origin { file: FileId(0), start: 0, end: 0 }, Origin::whole)
    }

    /// Where an evaluation puts the texts its origins point into.
    fn no_files(&mut self) -> Files {
        self.shown.get_mut().clear();
        Files::default()
    }

    fn file(&self, id: Id, files: &mut Files) -> Option<FileId> {
        if let Some(known) = self.shown.borrow().get(&id) {
            return *known;
        }
        let found = self.shown_as(id, files);
        self.shown.borrow_mut().insert(id, found);
        found
    }

    fn shown_as(&self, id: Id, files: &mut Files) -> Option<FileId> {
        let sources = &self.context.import_resolver.sources;
        if sources.files().is_stdlib(id) {
            return None;
        }
        let path = Path::new(self.context.import_resolver.get_path(id)?);
        if path.starts_with(LIBRARY_ROOT) {
            return None;
        }
        let name = path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let name = format!("{}{name}", self.label);
        Some(files.add(&name, sources.source(id)))
    }
}

/// The fault of a file whose contract is not to be had: without it nothing of the file may be believed.
fn lawless(origin: Origin) -> Fault {
    Fault::new(FaultKind::Evaluation, Vec::new(), origin, "the library's own contract cannot be evaluated")
}

/// The fault of a file that is not read. What a link leads to outside the project is not shown.
fn unread_fault(name: &str, unread: Unread, files: &mut Files) -> Fault {
    let kind = if matches!(unread, Unread::Outside) { FaultKind::Import } else { FaultKind::Unreadable };
    // A name that could not be said as it is cannot be found by what was said.
    let nameless = matches!(unread, Unread::Missing) && name.contains(char::REPLACEMENT_CHARACTER);
    let (said, help) =
        if nameless { ("has a name that is not UTF-8".to_owned(), Some("rename it")) } else { (unread.said(), unread.help()) };
    let (message, notes) = (format!("`{name}` {said}"), help.into_iter().map(str::to_owned).collect());
    let (text, place) = match unread {
        Unread::NotText(text, place, _) => (text, place),
        _ => (String::new(), 0..0),
    };
    let byte = |byte| u32::try_from(byte).unwrap_or(u32::MAX);
    let origin = Origin { file: files.add(name, &text), start: byte(place.start), end: byte(place.end) };
    Fault { notes, ..Fault::new(kind, Vec::new(), origin, message) }
}

/// Whether a path is one of the library's.
pub(super) fn is_library(path: &Path) -> bool {
    path.starts_with(LIBRARY_ROOT)
}

/// Where a file of the library is, in memory.
pub(super) fn library_path(name: &Path) -> PathBuf {
    Path::new(LIBRARY_ROOT).join(name)
}

/// What a path of the library is shown as.
pub(super) fn library_name(path: &Path) -> String {
    format!("{LIBRARY_PREFIX}{}", path.strip_prefix(LIBRARY_ROOT).unwrap_or(path).display())
}

/// Plain data as a value of Nickel. What a record or an array holds is packed as a closure: merging a contract over a record
/// takes that for granted.
fn into_nickel(node: &Node, cache: &mut CacheImpl) -> NickelValue {
    let mut packed = |node: &Node| into_nickel(node, cache).closurize(cache, Environment::new());
    match &node.value {
        Value::Broken | Value::Null | Value::Function => NickelValue::null(),
        Value::Bool(flag) => NickelValue::bool_value_posless(*flag),
        Value::Number(number) => number_into_nickel(*number),
        Value::String(text) => NickelValue::string_posless(text.as_str()),
        Value::Array(items) => NickelValue::array_posless(items.iter().map(packed).collect(), Vec::new()),
        Value::Record(fields) => NickelValue::record_posless(RecordData::with_field_values(
            fields.iter().map(|field| (LocIdent::new(&field.name), packed(&field.node))),
        )),
        Value::Tag(name, argument) => NickelValue::enum_variant_posless(LocIdent::new(name), argument.as_deref().map(packed)),
    }
}

fn number_into_nickel(number: f64) -> NickelValue {
    Number::try_from(number).map_or_else(|_| NickelValue::null(), NickelValue::number_posless)
}
