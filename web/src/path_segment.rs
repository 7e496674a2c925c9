//! Text as one segment of an address: everything but letters, digits and `-._~` is percent-encoded.

use std::fmt::Write;

pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut out, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
            out
        })
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn what_could_end_a_segment_is_encoded() {
        assert_eq!(encode("a/b?c#d%e \"é"), "a%2Fb%3Fc%23d%25e%20%22%C3%A9");
        assert_eq!(encode("0190-ab.c_d~"), "0190-ab.c_d~");
    }
}
