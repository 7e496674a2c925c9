//! The signature: HMAC-SHA256 over the time (seconds since 1970), a full stop and the body, as lower-case hexadecimal. A
//! receiver refuses what is older than it can remember keys for.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The value of `Sarsen-Signature`: `t=…,v1=…`.
pub(crate) fn signature(secret: &[u8], seconds: i64, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    let hex: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Some(format!("t={seconds},v1={hex}"))
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn a_signature_is_what_anybody_else_computes() {
        // printf '1767225600.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
        let made = signature(b"0123456789abcdef0123456789abcdef", 1_767_225_600, br#"{"a":1}"#);
        assert_eq!(
            made.as_deref(),
            Some("t=1767225600,v1=5a178d9c0a752b5853bf52551646d72a3506620c785b7cfaf493f8b2adddfbdd")
        );
    }
}
