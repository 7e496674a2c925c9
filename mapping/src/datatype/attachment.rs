//! Attachment. Embedded plain text is decoded; other bytes stay in the resource and are only said to be there.

use care::record::fact::document::Content;
use serde_json::Value;

use super::date;
use crate::error::MappingError;
use crate::json::{Out, str_at, text};

pub(crate) fn read(value: &Value) -> Result<Content, MappingError> {
    let content_type = text(value, "contentType");
    let data = str_at(value, "data");
    let is_text = content_type
        .as_deref()
        .is_some_and(|kind| kind.starts_with("text/plain"));
    Ok(Content {
        url: text(value, "url"),
        title: text(value, "title"),
        language: text(value, "language"),
        size: value.get("size").and_then(Value::as_u64),
        created: date::at(value, "creation")?,
        text: data
            .filter(|_| is_text)
            .and_then(decode)
            .and_then(|bytes| String::from_utf8(bytes).ok()),
        embedded: data.is_some(),
        content_type,
    })
}

/// Bytes that came embedded and are not plain text are not written: `care` does not hold them.
pub(crate) fn write(content: &Content) -> Value {
    let mut out = Out::new();
    out.text("contentType", content.content_type.as_ref());
    out.text("language", content.language.as_ref());
    out.put("data", content.text.as_ref().map(|text| encode(text.as_bytes())));
    out.text("url", content.url.as_ref());
    out.put("size", content.size);
    out.text("title", content.title.as_ref());
    date::put(&mut out, "creation", content.created.as_ref());
    out.value()
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648 base64, white space passed over; nothing when it is not base64.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .take_while(|byte| *byte != b'=')
    {
        let value = ALPHABET.iter().position(|letter| *letter == byte)?;
        held = (held << 6) | u32::try_from(value).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let held = chunk.iter().enumerate().fold(0u32, |held, (index, byte)| {
            held | u32::from(*byte) << (16 - 8 * index)
        });
        for place in 0..4usize {
            let letter = usize::try_from((held >> (18 - 6 * place)) & 63).unwrap_or(0);
            text.push(if place <= chunk.len() {
                char::from(ALPHABET[letter])
            } else {
                '='
            });
        }
    }
    text
}
