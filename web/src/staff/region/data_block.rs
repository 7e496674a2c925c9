//! Data for a page's script, written into the page as JSON that nothing runs.

use std::fmt;

/// JSON, safe inside a `script` element of type `application/json`: no `<`, `>` or `&` stands
/// in it, so that no text in it can end the element.
#[derive(Debug, Clone)]
pub(super) struct DataBlock(String);

impl askama::filters::HtmlSafe for DataBlock {}

impl fmt::Display for DataBlock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl DataBlock {
    /// An object of numbers by name.
    pub(super) fn of<'a>(pairs: impl Iterator<Item = (&'a str, usize)>) -> DataBlock {
        let lines: Vec<String> = pairs
            .map(|(name, number)| format!("{}:{number}", quoted(name)))
            .collect();
        DataBlock(format!("{{{}}}", lines.join(",")))
    }

    /// Points as GeoJSON, each with its texts as properties.
    pub(super) fn points<'a>(
        points: impl Iterator<Item = ((f64, f64), Vec<(&'a str, String)>)>,
    ) -> DataBlock {
        let lines: Vec<String> = points
            .filter(|((east, north), _)| east.is_finite() && north.is_finite())
            .map(|((east, north), texts)| {
                let texts: Vec<String> = texts
                    .iter()
                    .map(|(name, text)| format!("{}:{}", quoted(name), quoted(text)))
                    .collect();
                format!(
                    "{{\"type\":\"Feature\",\"properties\":{{{}}},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{east},{north}]}}}}",
                    texts.join(",")
                )
            })
            .collect();
        DataBlock(format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
            lines.join(",")
        ))
    }
}

/// Text as a JSON string, with everything but plain letters, digits and a few signs escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for unit in text.encode_utf16() {
        match u8::try_from(unit).map(char::from) {
            Ok(plain) if plain.is_ascii_alphanumeric() || " -._".contains(plain) => out.push(plain),
            _ => out.push_str(&format!("\\u{unit:04x}")),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::DataBlock;

    #[test]
    fn what_is_written_reads_back_and_cannot_end_the_element() {
        let names = [
            "E01014370",
            "</script><script>alert(1)</script>",
            "a\"\\\n",
            "é😀&",
        ];
        let block = DataBlock::of(names.iter().copied().zip(0..)).to_string();
        assert!(!block.contains(['<', '>', '&']));
        let read: serde_json::Value = serde_json::from_str(&block).expect("JSON");
        for (index, name) in names.iter().enumerate() {
            assert_eq!(read[name], index, "{name}");
        }
    }

    #[test]
    fn points_are_geojson_and_one_that_is_nowhere_is_left_out() {
        let text = "</script>\"é";
        let points = [(-2.5, 51.25), (f64::NAN, 51.0)].map(|at| (at, vec![("name", text.to_owned())]));
        let block = DataBlock::points(points.into_iter()).to_string();
        assert!(!block.contains(['<', '>', '&']));
        let read: serde_json::Value = serde_json::from_str(&block).expect("JSON");
        assert_eq!(read["features"].as_array().map(Vec::len), Some(1));
        assert_eq!(
            read["features"][0]["geometry"]["coordinates"],
            serde_json::json!([-2.5, 51.25])
        );
        assert_eq!(read["features"][0]["properties"]["name"], text);
    }
}
