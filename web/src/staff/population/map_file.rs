//! The map of the areas as a picture: the boundaries, each area in the colour and under the number of its class, and a legend.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;

use crate::staff::region::area_map::areas_words;

/// What an area is called in the boundaries.
const CODE: &str = "lsoa21_code";
const WIDTH: f64 = 720.0;
/// Above the map: what it is of. Below each other at its foot: the legend, the source.
const HEAD: f64 = 56.0;
const LINE: f64 = 22.0;
const SOURCE: [&str; 2] = [
    "Contains public sector information licensed under the Open Government Licence v3.0.",
    "Source: Office for National Statistics; MHCLG. Contains OS data © Crown copyright and database right 2014–2024.",
];

/// One entry of the legend; class 0 is what is not shown.
#[derive(Debug, Clone)]
pub(super) struct LegendLine {
    pub(super) class: usize,
    pub(super) words: String,
    pub(super) areas: usize,
}

/// Degrees of longitude and latitude.
type Point = [f64; 2];

#[derive(Deserialize)]
struct Boundaries {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: serde_json::Map<String, Value>,
    geometry: Geometry,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<Point>>),
    MultiPolygon(Vec<Vec<Vec<Point>>>),
}

impl Geometry {
    fn rings(&self) -> impl Iterator<Item = &Vec<Point>> {
        let polygons: Vec<&Vec<Vec<Point>>> = match self {
            Geometry::Polygon(one) => vec![one],
            Geometry::MultiPolygon(all) => all.iter().collect(),
        };
        polygons.into_iter().flatten()
    }
}

/// The picture; `class` says of an area's code in which class it is, 0 when its value is not shown. None when the boundaries
/// are not GeoJSON of polygons.
pub(super) fn drawn(
    boundaries: &[u8],
    class: impl Fn(&str) -> usize,
    legend: &[LegendLine],
    (title, words): (&str, &str),
    style: &str,
) -> Option<String> {
    let boundaries: Boundaries = serde_json::from_slice(boundaries).ok()?;
    let points = || {
        let rings = boundaries.features.iter().flat_map(|one| one.geometry.rings());
        rings.flatten()
    };
    let least = |of: usize| points().map(|point| point[of]).reduce(f64::min);
    let most = |of: usize| points().map(|point| point[of]).reduce(f64::max);
    let (west, east, south, north) = (least(0)?, most(0)?, least(1)?, most(1)?);
    // Degrees of longitude are shorter than those of latitude, here as much everywhere.
    let narrowed = ((south + north) / 2.0).to_radians().cos();
    let scale = (WIDTH - 2.0 * 8.0) / ((east - west) * narrowed);
    let foot = HEAD + (north - south) * scale + 16.0;
    let mut body = String::new();
    for feature in &boundaries.features {
        let code = feature.properties.get(CODE).and_then(Value::as_str)?;
        let mut path = String::new();
        for ring in feature.geometry.rings() {
            for (at, [longitude, latitude]) in ring.iter().enumerate() {
                let letter = if at == 0 { 'M' } else { 'L' };
                let x = 8.0 + (longitude - west) * narrowed * scale;
                let y = HEAD + (north - latitude) * scale;
                write!(path, "{letter}{x:.1} {y:.1}").ok()?;
            }
            path.push('Z');
        }
        write!(
            body,
            "<path class=\"app-map-file__area app-map-file__area--{}\" d=\"{path}\"/>",
            class(code)
        )
        .ok()?;
    }
    let mut y = foot;
    for line in legend {
        write!(
            body,
            "<rect class=\"app-map-file__area app-map-file__area--{}\" x=\"8\" y=\"{y:.0}\" width=\"26\" height=\"14\"/>\
             <text class=\"app-chart__label\" x=\"44\" y=\"{:.0}\">{}{} ({})</text>",
            line.class,
            y + 12.0,
            if line.class == 0 { String::new() } else { format!("{}: ", line.class) },
            super::export::escaped(&line.words),
            areas_words(line.areas),
        )
        .ok()?;
        y += LINE;
    }
    for source in SOURCE {
        write!(
            body,
            "<text class=\"app-chart__label\" x=\"8\" y=\"{:.0}\">{source}</text>",
            y + 14.0
        )
        .ok()?;
        y += LINE;
    }
    let height = (y + 8.0).ceil();
    let (title, words) = (super::export::escaped(title), super::export::escaped(words));
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {WIDTH} {height}\"><style>{style}</style>\
         <defs><pattern id=\"stripes\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect class=\"app-chart__paper\" width=\"5\" height=\"5\"/><rect class=\"app-map-file__stripe\" width=\"2\" height=\"5\"/></pattern></defs>\
         <rect class=\"app-chart__paper\" width=\"{WIDTH}\" height=\"{height}\"/>\
         <text class=\"app-chart__last\" x=\"8\" y=\"20\">{title}</text><text class=\"app-chart__label\" x=\"8\" y=\"42\">{words}</text>{body}</svg>",
        title.replace('"', "&quot;"),
    ))
}

#[cfg(test)]
mod tests {
    use super::{LegendLine, drawn};

    const TWO: &str = r#"{ "type": "FeatureCollection", "features": [
        { "type": "Feature", "properties": { "lsoa21_code": "E1" }, "geometry": { "type": "Polygon",
          "coordinates": [[[-2.0, 51.0], [-1.0, 51.0], [-1.0, 52.0], [-2.0, 51.0]]] } },
        { "type": "Feature", "properties": { "lsoa21_code": "E2" }, "geometry": { "type": "MultiPolygon",
          "coordinates": [[[[-1.0, 51.0], [0.0, 51.0], [0.0, 52.0], [-1.0, 51.0]]]] } }] }"#;

    #[test]
    fn each_area_is_drawn_once_in_its_class_and_the_legend_says_which() {
        let legend = [
            LegendLine {
                class: 3,
                words: "1.0 to 2.0%".to_owned(),
                areas: 1,
            },
            LegendLine {
                class: 0,
                words: "Hidden or nobody".to_owned(),
                areas: 1,
            },
        ];
        let class = |code: &str| if code == "E1" { 3 } else { 0 };
        let svg = drawn(
            TWO.as_bytes(),
            class,
            &legend,
            ("Frailty <\"by\" area>", "a day"),
            "",
        )
        .expect("drawn");
        assert_eq!(svg.matches("<path ").count(), 2, "{svg}");
        // The first area's south-west corner stands at the left foot of the map, the second's south-east one at the right.
        assert!(
            svg.contains("area--3\" d=\"M8.0 ") && svg.contains("L712.0 "),
            "{svg}"
        );
        assert!(svg.contains("3: 1.0 to 2.0% (1 area)") && svg.contains("Hidden or nobody (1 area)"));
        assert!(svg.contains("Frailty &lt;\"by\" area&gt;") && svg.contains("Crown copyright"));
    }

    #[test]
    fn what_is_no_map_is_not_drawn() {
        for text in [
            "",
            "{}",
            "{\"features\":[]}",
            "{\"features\":[{\"properties\":{},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}]}",
        ] {
            assert!(
                drawn(text.as_bytes(), |_| 0, &[], ("", ""), "").is_none(),
                "{text}"
            );
        }
    }
}
