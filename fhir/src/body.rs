//! The resource as kept: minified JSON with holes for what the record decides.

/// Minified JSON with empty `"id":""`, `"versionId":""` and `"lastUpdated":""`, and the offsets where their
/// values go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub text: Vec<u8>,
    pub id_at: u32,
    pub version_at: u32,
    pub updated_at: u32,
}

impl Body {
    /// Appends the JSON with its id, version and time of last update.
    pub fn render(&self, id: &str, version: u64, updated: &str, out: &mut Vec<u8>) {
        let version = version.to_string();
        let mut holes = [
            (self.id_at as usize, id),
            (self.version_at as usize, version.as_str()),
            (self.updated_at as usize, updated),
        ];
        holes.sort_unstable_by_key(|hole| hole.0);
        out.reserve(self.text.len() + id.len() + version.len() + updated.len());
        let mut from = 0;
        for (at, value) in holes {
            let at = at.clamp(from, self.text.len());
            out.extend_from_slice(&self.text[from..at]);
            out.extend_from_slice(value.as_bytes());
            from = at;
        }
        out.extend_from_slice(&self.text[from..]);
    }

    /// Appends a self-contained form: three varint offsets, then the text.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for offset in [self.id_at, self.version_at, self.updated_at] {
            crate::index::varint::write(u64::from(offset), out);
        }
        out.extend_from_slice(&self.text);
    }

    /// Reads what [`Body::encode`] wrote; `None` when it is damaged.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Body> {
        let mut rest = bytes;
        let mut offset = || u32::try_from(crate::index::varint::read(&mut rest)?).ok();
        let (id_at, version_at, updated_at) = (offset()?, offset()?, offset()?);
        let inside = |at: u32| (at as usize) < rest.len();
        (inside(id_at) && inside(version_at) && inside(updated_at)).then(|| Body {
            text: rest.to_vec(),
            id_at,
            version_at,
            updated_at,
        })
    }
}
