//! The stylesheets, scripts and images, built into the binary and served from one folder named by the hash of them all,
//! so that a browser may keep them for ever and a new release is never mixed with an old one.

use std::io::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

struct Source {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const MANIFEST: &str = "application/manifest+json";
const SVG: &str = "image/svg+xml";

const SOURCES: &[Source] = &[
    Source {
        name: "nhsuk-frontend.css",
        kind: CSS,
        bytes: include_bytes!("../assets/generated/nhsuk-frontend.css"),
    },
    Source {
        name: "nhsuk-frontend.js",
        kind: JS,
        bytes: include_bytes!("../assets/generated/nhsuk-frontend.js"),
    },
    Source {
        name: "nhsapp-frontend.css",
        kind: CSS,
        bytes: include_bytes!("../assets/generated/nhsapp-frontend.css"),
    },
    Source {
        name: "sarsen.css",
        kind: CSS,
        bytes: include_bytes!("../assets/own/sarsen.css"),
    },
    Source {
        name: "chart-bars.css",
        kind: CSS,
        bytes: include_bytes!("../assets/own/chart-bars.css"),
    },
    Source {
        name: "population.css",
        kind: CSS,
        bytes: include_bytes!("../assets/own/population.css"),
    },
    Source {
        name: "sarsen.js",
        kind: JS,
        bytes: include_bytes!("../assets/own/sarsen.js"),
    },
    Source {
        name: "live.js",
        kind: JS,
        bytes: include_bytes!("../assets/own/live.js"),
    },
    Source {
        name: "passkey.js",
        kind: JS,
        bytes: include_bytes!("../assets/own/passkey.js"),
    },
    Source {
        name: "offline.js",
        kind: JS,
        bytes: include_bytes!("../assets/own/offline.js"),
    },
    Source {
        name: "kept.js",
        kind: JS,
        bytes: include_bytes!("../assets/own/kept.js"),
    },
    Source {
        name: "citizen.webmanifest",
        kind: MANIFEST,
        bytes: include_bytes!("../assets/own/citizen.webmanifest"),
    },
    Source {
        name: "region.css",
        kind: CSS,
        bytes: include_bytes!("../assets/own/region.css"),
    },
    Source {
        name: "region.js",
        kind: JS,
        bytes: include_bytes!("../assets/own/region.js"),
    },
    Source {
        name: "maplibre-gl.mjs",
        kind: JS,
        bytes: include_bytes!("../assets/generated/maplibre-gl.mjs"),
    },
    Source {
        name: "maplibre-gl-worker.mjs",
        kind: JS,
        bytes: include_bytes!("../assets/generated/maplibre-gl-worker.mjs"),
    },
    Source {
        name: "favicon.svg",
        kind: SVG,
        bytes: include_bytes!("../assets/own/favicon.svg"),
    },
    Source {
        name: "images/nhsuk-icon-arrow-down.svg",
        kind: SVG,
        bytes: include_bytes!("../assets/generated/images/nhsuk-icon-arrow-down.svg"),
    },
    Source {
        name: "images/nhsuk-icon-arrow-up-down.svg",
        kind: SVG,
        bytes: include_bytes!("../assets/generated/images/nhsuk-icon-arrow-up-down.svg"),
    },
    Source {
        name: "images/nhsuk-icon-arrow-up.svg",
        kind: SVG,
        bytes: include_bytes!("../assets/generated/images/nhsuk-icon-arrow-up.svg"),
    },
    Source {
        name: "images/nhsuk-icon-cross.svg",
        kind: SVG,
        bytes: include_bytes!("../assets/generated/images/nhsuk-icon-cross.svg"),
    },
];

struct Asset {
    name: &'static str,
    kind: &'static str,
    plain: Bytes,
    gzip: Bytes,
}

/// All assets, compressed once when the first is asked for.
static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    SOURCES
        .iter()
        .map(|source| Asset {
            name: source.name,
            kind: source.kind,
            plain: Bytes::from_static(source.bytes),
            gzip: gzip(source.bytes).map_or_else(|_| Bytes::new(), Bytes::from),
        })
        .collect()
});

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// `/assets/` and the hash of every name and byte served from it.
static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for source in SOURCES {
        hash.update(source.name.as_bytes());
        hash.update([0]);
        hash.update(source.bytes.len().to_le_bytes());
        hash.update(source.bytes);
    }
    let digest: [u8; 32] = hash.finalize().into();
    format!("/assets/{}", crate::hex::words(&digest[..8]))
});

/// The folder to put before an asset's name, such as `/assets/3f0c…`.
pub(crate) fn folder() -> &'static str {
    &FOLDER
}

/// `GET /robots.txt`: nothing here is for search engines.
pub(crate) async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

/// `GET /assets/{hash}/{*name}`: the asset, to be kept for ever; 404 under any other hash.
pub(crate) async fn serve(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let current = FOLDER.strip_prefix("/assets/") == Some(hash.as_str());
    let Some(asset) = ASSETS.iter().find(|asset| current && asset.name == name) else {
        return (StatusCode::NOT_FOUND, "not found").into_response();
    };
    let mut answer = HeaderMap::new();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    answer.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let takes_gzip = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| matches!(coding.trim(), "gzip" | "*") || coding.trim().starts_with("gzip;q=1"));
    if takes_gzip && !asset.gzip.is_empty() {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        return (answer, asset.gzip.clone()).into_response();
    }
    (answer, asset.plain.clone()).into_response()
}
