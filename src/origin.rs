//! Where a value was written: a file and a span of bytes, kept through everything that happens to the value.

use std::collections::HashMap;
use std::ops::{Deref, Range};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// One file of a [`Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// The bytes of one file that a value comes from.
///
/// A value nobody wrote (a default, a merged record) carries the origin of its nearest written ancestor, so an origin
/// always points somewhere an author can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Origin {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl Origin {
    /// The first byte of a file: what stands for the file as a whole.
    #[must_use]
    pub const fn whole(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }

    /// The span as a range of bytes.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub origin: Origin,
}

impl<T> At<T> {
    /// Puts a value at a place.
    pub const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// The same place, another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> At<U> {
        At { value: f(self.value), origin: self.origin }
    }
}

impl<T> Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// The texts of all files that origins point into, each under the path it is shown by (relative to the project root).
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<File>,
    /// The files of each name: every evaluation brings its texts along, so most that are added are known already.
    named: HashMap<String, Vec<FileId>>,
}

#[derive(Clone, Debug)]
struct File {
    name: String,
    text: String,
    /// Found when somebody asks for a line: most files are never pointed into.
    line_starts: OnceLock<Vec<usize>>,
}

impl File {
    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| codespan_reporting::files::line_starts(&self.text).collect())
    }
}

impl Files {
    /// Adds a file, or finds it if one of that name and text is already there.
    pub fn add(&mut self, name: &str, text: &str) -> FileId {
        if let Some(known) = self.find(name, text) {
            return known;
        }
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(File { name: name.to_owned(), text: text.to_owned(), line_starts: OnceLock::new() });
        self.named.entry(name.to_owned()).or_default().push(id);
        id
    }

    /// The file of a name and a text.
    #[must_use]
    pub fn find(&self, name: &str, text: &str) -> Option<FileId> {
        self.named.get(name)?.iter().find(|id| self.text(**id) == text).copied()
    }

    /// The path a file is shown by.
    #[must_use]
    pub fn name(&self, id: FileId) -> &str {
        self.file(id).map_or("", |file| &file.name)
    }

    /// The text of a file.
    #[must_use]
    pub fn text(&self, id: FileId) -> &str {
        self.file(id).map_or("", |file| &file.text)
    }

    /// The bytes from `start` to before `end`, drawn in to what the text has: a span may come from a program that counts otherwise
    /// (a parser that stops inside a character) or from one that lies.
    #[must_use]
    pub fn within(&self, file: FileId, start: u32, end: u32) -> Origin {
        let text = self.text(file);
        let bound = |byte: u32| u32::try_from(text.floor_char_boundary(byte as usize)).unwrap_or(u32::MAX);
        let start = bound(start);
        Origin { file, start, end: bound(end).max(start) }
    }

    /// The same files, each name below a folder: `services/api` and `pipelines/ci.ncl` make `services/api/pipelines/ci.ncl`.
    #[must_use]
    pub fn below(&self, folder: &str) -> Self {
        let under = |name: &str| format!("{folder}/{name}");
        let files = self.files.iter().map(|file| File { name: under(&file.name), ..file.clone() }).collect();
        Self { files, named: self.named.iter().map(|(name, ids)| (under(name), ids.clone())).collect() }
    }

    /// Every file: name and text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|file| (file.name.as_str(), file.text.as_str()))
    }

    /// Line and column, both counted from 1; a column is a character.
    #[must_use]
    pub fn place(&self, origin: Origin) -> Place {
        let (line, column) = self.line_column(origin.file, origin.start);
        let (end_line, end_column) = self.line_column(origin.file, origin.end);
        Place { line, column, end_line, end_column }
    }

    fn line_column(&self, id: FileId, byte: u32) -> (usize, usize) {
        let Some(file) = self.file(id) else { return (1, 1) };
        let byte = (byte as usize).min(file.text.len());
        let line = file.line_starts().partition_point(|start| *start <= byte).saturating_sub(1);
        let start = file.line_starts().get(line).copied().unwrap_or(0);
        let column = file.text.get(start..byte).map_or(0, |text| text.chars().count());
        (line + 1, column + 1)
    }

    fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(id.0 as usize)
    }
}

/// Lines and columns of an origin, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// Column after the last.
    pub end_column: usize,
}

impl<'a> codespan_reporting::files::Files<'a> for Files {
    type FileId = FileId;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<&'a str, codespan_reporting::files::Error> {
        Ok(Self::name(self, id))
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, codespan_reporting::files::Error> {
        Ok(self.text(id))
    }

    fn line_index(&'a self, id: FileId, byte: usize) -> Result<usize, codespan_reporting::files::Error> {
        let file = self.file(id).ok_or(codespan_reporting::files::Error::FileMissing)?;
        Ok(file.line_starts().partition_point(|start| *start <= byte).saturating_sub(1))
    }

    fn line_range(&'a self, id: FileId, line: usize) -> Result<Range<usize>, codespan_reporting::files::Error> {
        let file = self.file(id).ok_or(codespan_reporting::files::Error::FileMissing)?;
        let start = file
            .line_starts()
            .get(line)
            .copied()
            .ok_or(codespan_reporting::files::Error::LineTooLarge { given: line, max: file.line_starts().len() })?;
        Ok(start..file.line_starts().get(line + 1).copied().unwrap_or(file.text.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_from_one() {
        let mut files = Files::default();
        let file = files.add("a.ncl", "é = 1\nb = 22\n");
        let place = files.place(Origin { file, start: 11, end: 13 });
        assert_eq!((place.line, place.column, place.end_column), (2, 5, 7));
        assert_eq!(files.place(Origin { file, start: 3, end: 4 }).column, 3);
    }

    #[test]
    fn a_span_lies_between_characters_of_its_text() {
        let mut files = Files::default();
        let file = files.add("a.ncl", "é = 1");
        let within = |start, end| files.within(file, start, end).range();
        assert_eq!([within(0, 2), within(1, 3), within(2, 1), within(9, 12)], [0..2, 0..3, 2..2, 6..6]);
    }

    #[test]
    fn the_same_text_is_one_file() {
        let mut files = Files::default();
        let first = files.add("a.ncl", "{}");
        assert_eq!(files.add("a.ncl", "{}"), first);
        let second = files.add("a.ncl", "{ }");
        assert_ne!(second, first);
        assert_ne!(files.add("b.ncl", "{}"), first);
        assert_eq!((files.add("a.ncl", "{}"), files.add("a.ncl", "{ }")), (first, second));
        assert_eq!(files.iter().count(), 3);
        let mut below = files.below("deep/er");
        assert_eq!((below.name(first), below.text(first)), ("deep/er/a.ncl", "{}"));
        assert_eq!(below.add("deep/er/a.ncl", "{}"), first);
    }
}
