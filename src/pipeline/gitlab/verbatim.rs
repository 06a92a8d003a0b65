//! Words that no contract holds: those of a pipeline that is as it is written.

use indexmap::IndexMap;

use super::{Data, Entry, Tree};

/// The word below which they stand.
pub(super) const WORD: &str = "verbatim";

/// Puts the words that no contract holds beside the others.
pub(super) fn lift(tree: &mut Tree) {
    if let Data::Map(words) = &mut tree.data
        && let Some(Entry { tree: Tree { data: Data::Map(verbatim), .. }, .. }) = words.shift_remove(WORD)
    {
        for (name, entry) in verbatim {
            put(words, name, entry);
        }
    }
}

/// Adds a word; what is said of variables in two ways is said together.
pub(super) fn put(words: &mut IndexMap<String, Entry>, name: String, entry: Entry) {
    match (words.get_mut(&name).map(|there| &mut there.tree.data), entry.tree.data) {
        (Some(Data::Map(there)), Data::Map(more)) if name == "variables" => there.extend(more),
        (_, data) => {
            words.insert(name, Entry { key: entry.key, tree: Tree { data, ..entry.tree } });
        }
    }
}
