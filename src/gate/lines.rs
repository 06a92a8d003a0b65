//! The lines of a text of any size, without a copy of them.

use std::io::Read;

use super::Fault;

/// How much is read at once.
const BLOCK: usize = 1 << 18;
/// How long a line may be: no tool writes such a one.
const LONGEST: usize = 1 << 20;

/// Gives each line to `each`, without its end and with its number, from 1.
pub(super) fn each_line(bytes: &mut dyn Read, mut each: impl FnMut(u64, &[u8]) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut buffer = vec![0; BLOCK];
    let (mut held, mut number) = (0, 0);
    loop {
        if held == buffer.len() {
            if held >= LONGEST {
                return Err(Fault::new(number + 1, "the line has more than 1 MiB"));
            }
            buffer.resize(held * 2, 0);
        }
        let count = bytes.read(&mut buffer[held..]).map_err(|error| Fault::of_disk(&error))?;
        let text = &buffer[..held + count];
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', text) {
            number += 1;
            each(number, line(&text[start..end]))?;
            start = end + 1;
        }
        if count == 0 {
            return if start < text.len() { each(number + 1, line(&text[start..])) } else { Ok(()) };
        }
        held = text.len() - start;
        buffer.copy_within(start..start + held, 0);
    }
}

fn line(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\r").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            (buffer[0], self.0) = (*first, rest);
            Ok(1)
        }
    }

    fn lines(bytes: &mut dyn Read) -> Vec<(u64, String)> {
        let mut found = Vec::new();
        let add = |number, line: &[u8]| {
            found.push((number, String::from_utf8_lossy(line).into_owned()));
            Ok(())
        };
        each_line(bytes, add).expect("they can be read");
        found
    }

    #[test]
    fn lines_are_those_of_the_text_however_it_comes() {
        for (text, expected) in
            [("", &[][..]), ("a", &[(1, "a")]), ("a\nb\n", &[(1, "a"), (2, "b")]), ("a\r\n\nb", &[(1, "a"), (2, ""), (3, "b")])]
        {
            let expected: Vec<(u64, String)> = expected.iter().map(|(number, line)| (*number, (*line).to_owned())).collect();
            assert_eq!(lines(&mut text.as_bytes()), expected);
            assert_eq!(lines(&mut Slow(text.as_bytes())), expected);
        }
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut endless = std::io::repeat(b'x');
        let fault = each_line(&mut endless, |_, _| Ok(())).expect_err("it ends");
        assert_eq!((fault.line, fault.message.contains("1 MiB")), (Some(1), true));
    }
}
