//! NAME: bytes by the hexadecimal digits of what they hash to.

/// How many bytes of a digest are enough where only findings of one project are told apart.
pub(crate) const SHORT: usize = 8;

/// Bytes as hexadecimal digits, two lower-case ones each.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |four: u8| char::from_digit(u32::from(four), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_two_digits() {
        assert_eq!(hex(&[0, 9, 10, 0xa0, 0xff]), "00090aa0ff");
        assert_eq!(hex(&[]), "");
    }
}
