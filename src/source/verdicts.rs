//! Asks custom rules about models: those that nothing is known of any more, and each worker a share of them.

use std::collections::BTreeMap;

use super::pool::{Evaluator, adopt, placing};
use super::recall::{self, Asked, Known, Made};
use super::worker::{Judge, Task};
use super::{Digest, Fault, Node, Request, Verdict};
use crate::origin::{FileId, Files};
use crate::parallel;

/// Into how many pieces a worker's share of models is cut at most, and how many models are not worth cutting.
const PIECES: usize = 4;
const SMALLEST: usize = 50;

/// Models by number, each an id and its data: made when they are needed, because all of them take much room.
#[derive(Clone, Copy)]
pub struct Models<'a> {
    /// How many there are.
    pub count: usize,
    /// One of them.
    pub of: &'a (dyn Fn(usize) -> (String, Node) + Sync),
    /// The id of one and what its data are made of, where that is known.
    pub made: &'a (dyn Fn(usize) -> Option<Made<'a>> + Sync),
}

/// What rules have answered about some models.
#[derive(Default)]
struct Answered {
    verdicts: Vec<Verdict>,
    faults: Vec<Fault>,
    looked: BTreeMap<String, Option<Digest>>,
}

impl Evaluator {
    /// Asks custom rules of a policy, by their ids, about models.
    ///
    /// A fault of a rule has the path `custom/<id>`; other rules go on. What one rule answers is in the order of the models.
    pub fn judge(&self, policy: &Request, rules: &[String], models: Models<'_>, files: &mut Files) -> (Vec<Verdict>, Vec<Fault>) {
        if rules.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let remembered = self.memory().and_then(|_| self.judge_the_new(policy, rules, models, files));
        remembered.map_or_else(
            || {
                let all: Vec<usize> = (0..models.count).collect();
                let Answered { verdicts, faults, .. } = self.ask_about(&all, policy, rules, models, files);
                (verdicts, faults)
            },
            |verdicts| (verdicts, Vec::new()),
        )
    }

    /// The same, where what was said before is taken again; none where something is wrong. What a rule is lost over depends on what it
    /// is asked together, so it is asked everything at once then.
    fn judge_the_new(&self, policy: &Request, rules: &[String], models: Models<'_>, files: &mut Files) -> Option<Vec<Verdict>> {
        let digest = |index: usize| {
            let made = (models.made)(index);
            if let Some((made, digest)) = made.and_then(|made| Some((made, self.recall_made(&made)?))) {
                return (made.id.to_owned(), digest);
            }
            let (id, model) = (models.of)(index);
            let digest = recall::model(&id, &model);
            made.iter().for_each(|made| self.keep_made(made, digest));
            (id, digest)
        };
        let all = parallel::map((0..models.count).collect(), digest);
        let by_id: BTreeMap<String, Digest> = all.iter().cloned().collect();
        if by_id.len() < all.len() {
            return None;
        }
        let known = self.recall_verdicts(policy, rules);
        let of = |index: usize| known.as_ref()?.of(&all[index].1);
        let new: Vec<usize> = (0..models.count).filter(|index| of(*index).is_none()).collect();
        let Answered { verdicts: said, faults, mut looked } = self.ask_about(&new, policy, rules, models, files);
        if !faults.is_empty() {
            return None;
        }
        let mut said_of: BTreeMap<&str, Vec<&Verdict>> = BTreeMap::new();
        said.iter().for_each(|verdict| said_of.entry(&verdict.pipeline).or_default().push(verdict));
        let ids: Vec<FileId> = known.iter().flat_map(Known::files).map(|(name, text)| files.add(name, text)).collect();
        let mut verdicts = Vec::with_capacity(models.count * rules.len());
        for (index, (id, _)) in all.iter().enumerate() {
            match of(index) {
                Some(answers) => verdicts.extend(answers.iter().map(|(rule, answer)| {
                    let mut answer = answer.clone();
                    answer.visit(&mut placing(&ids, files));
                    Verdict { rule: rule.clone(), pipeline: id.clone(), answer }
                })),
                None => verdicts.extend(said_of.get(id.as_str()).into_iter().flatten().copied().cloned()),
            }
        }
        match &known {
            Some(known) if new.is_empty() && known.len() == all.len() => return Some(verdicts),
            // The policy has changed while it was read.
            Some(known) if !new.is_empty() && known.looked() != looked => return None,
            Some(known) => looked = known.looked(),
            None => {}
        }
        let kept = self.keep_verdicts(Asked { policy, rules, models: &by_id }, looked.into_iter().collect(), &verdicts, files);
        (kept.is_some() || known.is_none()).then_some(verdicts)
    }

    fn ask_about(
        &self,
        numbers: &[usize],
        policy: &Request,
        rules: &[String],
        models: Models<'_>,
        files: &mut Files,
    ) -> Answered {
        // A large share is taken in pieces: a worker has all models of one in memory at once, and a rule that is lost is lost over each.
        let share = numbers.len().div_ceil(self.most());
        let piece = share.min(numbers.len().div_ceil(self.most() * PIECES).max(SMALLEST)).max(1);
        let pieces: Vec<&[usize]> = numbers.chunks(piece).collect();
        let task = |index: usize| {
            let models = pieces[index].iter().map(|number| (models.of)(*number)).collect();
            Task::Judge(Judge { policy: policy.clone(), rules: rules.to_vec(), models })
        };
        let mut all = Answered::default();
        self.answers(pieces.len(), &task, &mut |_, answers| {
            for answer in answers {
                all.looked.extend(answer.looked.iter().cloned());
                let mut answer = adopt(answer, files);
                all.verdicts.append(&mut answer.verdicts);
                // A rule that is lost over several shares is lost once.
                let known = &all.faults;
                answer.faults.retain(|fault| fault.path.len() != 2 || known.iter().all(|known: &Fault| known.path != fault.path));
                all.faults.append(&mut answer.faults);
            }
        });
        all
    }
}
