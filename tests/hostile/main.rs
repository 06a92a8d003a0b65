//! Input from somebody who means no good, or from a machine that is not well: every case ends in a clear message.

mod bombs;
mod imports;
mod project;
mod rules;
mod texts;
