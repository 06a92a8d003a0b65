//! What earlier runs have evaluated, taken again where everything it was made from is still the same.
//!
//! An answer is made of a file, of what that imports, and of files that it looked for where none was; the worker tells all of them, and
//! an answer counts only after each was looked at again. What has faults may hang on more than that and is never kept. The bytes come
//! from a [`Memory`], which answers for their being what it was given.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::pool::Evaluator;
use super::worker::Answer;
use super::{Digest, Node, Request, Value, Verdict};
use crate::origin::{FileId, Files, Origin};

/// What is larger is not kept: of the value of a file, a hundred times what a pipeline takes; of what rules say, less than what they may
/// say of any portion of models, so that no portion would have been too large.
const LARGEST: usize = 1 << 20;
const LARGEST_VERDICTS: usize = 3 << 20;

/// Keeps what was evaluated: bytes by name. It is kept apart for each build of the program, each root and each set of limits.
pub trait Memory: Debug + Send + Sync {
    /// What was kept under a name, exactly as it was; none if nothing was.
    fn recall(&self, name: &Digest) -> Option<&[u8]>;
    /// Keeps bytes under a name, in place of what was there.
    fn keep(&self, name: Digest, bytes: Vec<u8>);
}

/// Files by path from the root: the digest of what was in each, or that there was none.
pub(super) type Looked = Vec<(String, Option<Digest>)>;

/// What an answer was made of.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Basis {
    looked: Looked,
    /// The texts that its origins point into, by name; without the text where that is one that was looked at.
    texts: Vec<(String, Option<String>)>,
}

/// An answer that still holds; its value is not unpacked yet.
pub(super) struct Recalled<'a> {
    /// The texts that its origins point into.
    pub(super) files: Vec<(String, String)>,
    /// The digest of all that it was made of.
    pub(super) made_of: Digest,
    packed: &'a [u8],
}

impl Recalled<'_> {
    /// Its value; none if it cannot be unpacked.
    pub(super) fn unpack(&self) -> Option<Node> {
        postcard::from_bytes(self.packed).ok()
    }
}

/// What custom rules of a policy have said of models, by the digest of each: the ids of those that were asked, and their answers.
#[derive(Serialize, Deserialize)]
struct Judged {
    basis: Basis,
    answers: BTreeMap<Digest, Vec<(String, Node)>>,
}

/// What custom rules have said that still holds.
pub(super) struct Known {
    looked: Looked,
    /// The texts that origins point into.
    files: Vec<(String, String)>,
    answers: BTreeMap<Digest, Vec<(String, Node)>>,
}

/// Rules of a policy and the models they were asked about.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) policy: &'a Request,
    pub(super) rules: &'a [String],
    /// The digest of each model, by its id.
    pub(super) models: &'a BTreeMap<String, Digest>,
}

/// Something that is made of a pipeline, and of nothing that the pipeline is not made of.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    /// What is made.
    pub task: &'a str,
    /// The file of the pipeline.
    pub source: &'a str,
    /// Its id.
    pub id: &'a str,
    /// The digest of all that it was made of.
    pub of: &'a Digest,
}

impl Evaluator {
    /// What was evaluated of a file, if it would be so again.
    pub(super) fn recall(&self, request: &Request) -> Option<Recalled<'_>> {
        let bytes = self.memory()?.recall(&name("evaluate", request, &[])?)?;
        let (basis, packed) = postcard::take_from_bytes::<Basis>(bytes).ok()?;
        let files = self.stands(basis, bytes.len())?;
        let made_of = Sha256::digest(&bytes[..bytes.len() - packed.len()]).into();
        Some(Recalled { files, made_of, packed })
    }

    /// Keeps what a worker has answered of a file, and returns the digest of all that it was made of.
    pub(super) fn keep(&self, request: &Request, answer: &Answer) -> Option<Digest> {
        let told = request.text.is_some() || answer.looked.iter().any(|(path, _)| *path == request.name);
        let memory = self.memory().filter(|_| answer.faults.is_empty() && told)?;
        let basis = Basis { looked: answer.looked.clone(), texts: spared(&answer.files, &answer.looked) };
        let mut bytes = postcard::to_stdvec(&basis).ok()?;
        let made_of = Sha256::digest(&bytes).into();
        bytes = postcard::to_extend(&answer.node, bytes).ok()?;
        if bytes.len() <= LARGEST {
            memory.keep(name("evaluate", request, &[])?, bytes);
        }
        Some(made_of)
    }

    /// What an earlier run has made of something, by its digest, if that is still made of the same.
    pub fn recall_made(&self, made: &Made<'_>) -> Option<Digest> {
        let bytes = self.memory()?.recall(&made.name()?)?;
        let (of, digest) = bytes.split_first_chunk()?;
        (of == made.of).then(|| digest.try_into().ok()).flatten()
    }

    /// Keeps the digest of what was made of something, for as long as that is made of the same.
    pub fn keep_made(&self, made: &Made<'_>, digest: Digest) {
        if let (Some(memory), Some(name)) = (self.memory(), made.name())
            && self.recall_made(made) != Some(digest)
        {
            memory.keep(name, [*made.of, digest].concat());
        }
    }

    /// What rules of a policy have said of models, as far as they would say it again.
    pub(super) fn recall_verdicts(&self, policy: &Request, rules: &[String]) -> Option<Known> {
        let bytes = self.memory()?.recall(&name("judge", policy, rules)?)?;
        let Judged { basis, answers } = postcard::from_bytes(bytes).ok()?;
        let looked = basis.looked.clone();
        let files = self.stands(basis, bytes.len())?;
        Some(Known { looked, files, answers })
    }

    /// Keeps what rules of a policy have said; none if it is so much that asking in other portions might have had another end.
    pub(super) fn keep_verdicts(&self, asked: Asked<'_>, looked: Looked, verdicts: &[Verdict], files: &Files) -> Option<()> {
        let memory = self.memory()?;
        let mut texts: Vec<(String, String)> = Vec::new();
        let mut ids: BTreeMap<FileId, FileId> = BTreeMap::new();
        let mut place = |origin: &mut Origin| {
            origin.file = *ids.entry(origin.file).or_insert_with(|| {
                texts.push((files.name(origin.file).to_owned(), files.text(origin.file).to_owned()));
                FileId(u32::try_from(texts.len() - 1).unwrap_or(u32::MAX))
            });
        };
        let mut answers: BTreeMap<Digest, Vec<(String, Node)>> =
            asked.models.values().map(|model| (*model, Vec::new())).collect();
        for verdict in verdicts {
            let mut answer = verdict.answer.clone();
            answer.visit(&mut place);
            answers.get_mut(asked.models.get(&verdict.pipeline)?)?.push((verdict.rule.clone(), answer));
        }
        let basis = Basis { texts: spared(&texts, &looked), looked };
        let bytes = postcard::to_stdvec(&Judged { basis, answers }).ok().filter(|bytes| bytes.len() <= LARGEST_VERDICTS)?;
        memory.keep(name("judge", asked.policy, asked.rules)?, bytes);
        Some(())
    }

    /// The texts that origins point into, if everything that was looked at is as it was; it is noted as looked at.
    fn stands(&self, basis: Basis, packed: usize) -> Option<Vec<(String, String)>> {
        let mut files = Vec::new();
        let mut seen = BTreeMap::new();
        for (path, digest) in &basis.looked {
            let sight = self.sight(path)?;
            if sight.as_ref().map(|sight| sight.digest) != *digest {
                return None;
            }
            seen.insert(path, sight);
        }
        for (name, text) in basis.texts {
            let text = match text {
                Some(text) => text,
                None => seen.get(&name)?.as_ref()?.text.clone(),
            };
            files.push((name, text));
        }
        let texts: usize = files.iter().map(|(_, text)| text.len()).sum();
        self.recalled(basis.looked, (packed + texts) as u64);
        Some(files)
    }
}

impl Made<'_> {
    fn name(&self) -> Option<Digest> {
        Some(Sha256::digest(postcard::to_stdvec(&(self.task, self.source, self.id)).ok()?).into())
    }
}

impl Known {
    /// What rules have said of a model, each by its id.
    pub(super) fn of(&self, model: &Digest) -> Option<&[(String, Node)]> {
        self.answers.get(model).map(Vec::as_slice)
    }

    /// How many models it knows.
    pub(super) fn len(&self) -> usize {
        self.answers.len()
    }

    /// What it was made of.
    pub(super) fn looked(&self) -> BTreeMap<String, Option<Digest>> {
        self.looked.iter().cloned().collect()
    }

    /// Its texts.
    pub(super) fn files(&self) -> &[(String, String)] {
        &self.files
    }
}

/// Texts without those that are what was looked at under their name.
fn spared(files: &[(String, String)], looked: &Looked) -> Vec<(String, Option<String>)> {
    let is_seen =
        |name: &str, text: &str| looked.iter().any(|(path, digest)| path == name && *digest == Some(super::looked::digest(text)));
    files.iter().map(|(name, text)| (name.clone(), (!is_seen(name, text)).then(|| text.clone()))).collect()
}

/// What an answer is kept under: what was asked.
fn name(task: &str, request: &Request, rules: &[String]) -> Option<Digest> {
    Some(Sha256::digest(postcard::to_stdvec(&(task, request, rules)).ok()?).into())
}

/// The digest of a model: of its id and of its data, wherever that was written.
pub(super) fn model(id: &str, node: &Node) -> Digest {
    let mut bytes = Vec::with_capacity(16 << 10);
    text(id, &mut bytes);
    data(node, &mut bytes);
    Sha256::digest(&bytes).into()
}

fn text(text: &str, bytes: &mut Vec<u8>) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
}

fn data(node: &Node, bytes: &mut Vec<u8>) {
    match &node.value {
        Value::Broken => bytes.push(0),
        Value::Null => bytes.push(1),
        Value::Function => bytes.push(2),
        Value::Bool(flag) => bytes.extend([3, u8::from(*flag)]),
        Value::Number(number) => {
            bytes.push(4);
            bytes.extend(number.to_bits().to_le_bytes());
        }
        Value::String(string) => {
            bytes.push(5);
            text(string, bytes);
        }
        Value::Array(items) => {
            bytes.push(6);
            bytes.extend((items.len() as u64).to_le_bytes());
            items.iter().for_each(|item| data(item, bytes));
        }
        Value::Record(fields) => {
            bytes.push(7);
            bytes.extend((fields.len() as u64).to_le_bytes());
            for field in fields {
                text(&field.name, bytes);
                data(&field.node, bytes);
            }
        }
        Value::Tag(name, argument) => {
            bytes.push(8);
            text(name, bytes);
            bytes.push(u8::from(argument.is_some()));
            argument.iter().for_each(|argument| data(argument, bytes));
        }
    }
}
