//! The characters that are not seen where a text is shown.

/// Whether a character takes no room, or reorders or hides what stands around it. Control characters are told by [`char`] itself.
#[must_use]
pub(crate) const fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e007f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Whether an unseen character joins or parts its neighbours, as some languages and many emoji need it.
#[must_use]
pub(crate) const fn joins(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}
