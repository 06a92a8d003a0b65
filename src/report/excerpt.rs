//! A source text as a frame shows it: a line of a million characters is cut down to what surrounds the places in question.

use std::ops::Range;

use codespan_reporting::files::{Error, Files as _, SimpleFile};

/// A line of more bytes than this is cut.
const WIDEST: usize = 500;
/// How many bytes are left on either side of a place, and at the beginning of a line.
const AROUND: usize = 80;
/// How many bytes of a place itself are left.
const LONGEST: usize = 160;
/// How many places of one line are left.
const PLACES: usize = 8;

/// What is shown of one file.
pub(super) struct Excerpt {
    shown: SimpleFile<String, String>,
    kept: Vec<Kept>,
}

/// A piece of the text, and where it begins in what is shown.
struct Kept {
    piece: Range<usize>,
    at: usize,
}

impl Excerpt {
    /// What is shown of a text with these places in question.
    pub(super) fn new(name: String, text: &str, mut places: Vec<Range<usize>>) -> Self {
        places.sort_by_key(|place| (place.start, place.end));
        places.dedup();
        let (mut shown, mut kept) = (String::with_capacity(text.len().min(1 << 20)), Vec::<Kept>::new());
        let mut keep = |piece: Range<usize>, shown: &mut String| match kept.last_mut() {
            Some(last) if last.piece.end == piece.start && last.at + last.piece.len() == shown.len() => {
                shown.push_str(&text[piece.clone()]);
                last.piece.end = piece.end;
            }
            _ => {
                kept.push(Kept { piece: piece.clone(), at: shown.len() });
                shown.push_str(&text[piece]);
            }
        };
        if text.split('\n').all(|line| line.len() < WIDEST) {
            keep(0..text.len(), &mut shown);
            return Self { shown: SimpleFile::new(name, shown), kept };
        }
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.len();
            if line.len() <= WIDEST {
                keep(start..end, &mut shown);
            } else {
                let last = start + line.trim_end_matches(['\r', '\n']).len();
                for piece in pieces(text, start..last, &places) {
                    let cut = piece.end < last;
                    keep(piece, &mut shown);
                    if cut {
                        shown.push('…');
                    }
                }
                keep(last..end, &mut shown);
            }
            start = end;
        }
        Self { shown: SimpleFile::new(name, shown), kept }
    }

    pub(super) fn name(&self) -> &str {
        self.shown.name()
    }

    pub(super) fn source(&self) -> &str {
        self.shown.source()
    }

    /// Where a byte of the text is in what is shown: a byte that was cut away is where it was cut.
    pub(super) fn place(&self, byte: usize) -> usize {
        let after = self.kept.partition_point(|kept| kept.piece.start <= byte);
        let Some(kept) = after.checked_sub(1).and_then(|index| self.kept.get(index)) else { return 0 };
        kept.at + (byte - kept.piece.start).min(kept.piece.len())
    }

    pub(super) fn line_index(&self, byte: usize) -> Result<usize, Error> {
        self.shown.line_index((), byte)
    }

    pub(super) fn line_range(&self, line: usize) -> Result<Range<usize>, Error> {
        self.shown.line_range((), line)
    }

    /// The column that a byte of what is shown has in the text, counted from 1.
    pub(super) fn column(&self, text: &str, byte: usize) -> usize {
        let after = self.kept.partition_point(|kept| kept.at <= byte);
        let Some(kept) = after.checked_sub(1).and_then(|index| self.kept.get(index)) else { return 1 };
        let byte = text.floor_char_boundary(kept.piece.start + (byte - kept.at).min(kept.piece.len()));
        let start = text[..byte].rfind('\n').map_or(0, |end| end + 1);
        text[start..byte].chars().count() + 1
    }
}

/// What is left of a long line.
fn pieces(text: &str, line: Range<usize>, places: &[Range<usize>]) -> Vec<Range<usize>> {
    let first = places.partition_point(|place| place.start < line.start);
    let here = places[first..].iter().take_while(|place| place.start <= line.end).take(PLACES);
    let around = |from: usize, to: usize| {
        let from = text.floor_char_boundary(from.saturating_sub(AROUND).max(line.start));
        from..text.floor_char_boundary((to + AROUND).min(line.end))
    };
    let mut pieces = vec![around(line.start, line.start)];
    for place in here {
        let piece = around(place.start, place.end.clamp(place.start, place.start + LONGEST));
        match pieces.last_mut() {
            Some(last) if piece.start <= last.end => last.end = last.end.max(piece.end),
            _ => pieces.push(piece),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_shown_as_it_is() {
        let text = "{\n  a = 1,\n}\n";
        let excerpt = Excerpt::new("a.ncl".to_owned(), text, vec![4..5, 0..1]);
        assert_eq!((excerpt.name(), excerpt.source()), ("a.ncl", text));
        for byte in 0..=text.len() {
            assert_eq!(excerpt.place(byte), byte);
        }
        assert_eq!(excerpt.column(text, 4), 3);
    }

    #[test]
    fn a_long_line_is_cut_around_its_places() {
        let text = format!("{{\n{}here{}\n}}\n", "é".repeat(10_000), "x".repeat(1_000_000));
        let at = text.find("here").expect("it is there");
        let excerpt = Excerpt::new("a.ncl".to_owned(), &text, vec![at..at + 4, at..text.len()]);
        assert!(excerpt.source().len() < 1_000, "{}", excerpt.source());
        let place = excerpt.place(at);
        assert!(excerpt.source()[place..].starts_with("herexxx"));
        assert!(excerpt.source().ends_with("…\n}\n") && excerpt.source().starts_with("{\néé"));
        assert_eq!(excerpt.column(&text, place), 10_001);
        assert_eq!(excerpt.line_index(place).ok(), Some(1));
        assert!(excerpt.source().is_char_boundary(excerpt.place(at + 500_000)));
    }

    #[test]
    fn many_places_on_a_line_do_not_add_up() {
        let text = "x".repeat(1_000_000);
        let places = (0..10_000).map(|index| index * 100..index * 100 + 1).collect();
        let excerpt = Excerpt::new("a.ncl".to_owned(), &text, places);
        assert!(excerpt.source().len() < 3_000);
    }
}
