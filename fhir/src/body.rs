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
        let holes = [self.id_at, self.version_at, self.updated_at];
        fill(&self.text, holes, id, version, updated, out);
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
        let ([id_at, version_at, updated_at], text) = split(bytes)?;
        Some(Body {
            text: text.to_vec(),
            id_at,
            version_at,
            updated_at,
        })
    }

    /// [`Body::decode`] and [`Body::render`] in one, without a copy of the text between them; `None` when it is damaged.
    #[must_use]
    pub fn render_encoded(
        bytes: &[u8],
        id: &str,
        version: u64,
        updated: &str,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let (holes, text) = split(bytes)?;
        fill(text, holes, id, version, updated, out);
        Some(())
    }
}

/// The three offsets of an encoded body and its text.
fn split(bytes: &[u8]) -> Option<([u32; 3], &[u8])> {
    let mut rest = bytes;
    let mut offset = || u32::try_from(crate::index::varint::read(&mut rest)?).ok();
    let holes = [offset()?, offset()?, offset()?];
    holes
        .iter()
        .all(|at| (*at as usize) < rest.len())
        .then_some((holes, rest))
}

fn fill(text: &[u8], holes: [u32; 3], id: &str, version: u64, updated: &str, out: &mut Vec<u8>) {
    let version = version.to_string();
    let [id_at, version_at, updated_at] = holes;
    let mut holes = [
        (id_at as usize, id),
        (version_at as usize, version.as_str()),
        (updated_at as usize, updated),
    ];
    holes.sort_unstable_by_key(|hole| hole.0);
    out.reserve_exact(text.len() + id.len() + version.len() + updated.len());
    let mut from = 0;
    for (at, value) in holes {
        let at = at.clamp(from, text.len());
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(value.as_bytes());
        from = at;
    }
    out.extend_from_slice(&text[from..]);
}
