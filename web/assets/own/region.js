// Paints the region's map over the words that stand in its place, and keeps the map and the list on one chosen area: the
// part of the address after #. The classes come with the page, the boundaries from our own origin; there are no tiles and
// no lettering. The page is whole without this file.

const CODE = "lsoa21_code";
const NONE = ["==", ["get", CODE], ""];

const box = document.querySelector("[data-region-map]");
if (box) {
  try {
    await begin(box);
  } catch (error) {
    // The words about the list stay. A browser without WebGL or with the scripts cut off is no fault of the page.
    console.warn("the map cannot be drawn:", error?.message ?? error);
    box.dataset.state = "refused";
  }
}

/** The colours of the classes, as the legend's stylesheet has them; the page's own background where a class is not shown. */
function colours() {
  return [1, 2, 3, 4, 5].flatMap((number) => {
    const swatch = document.querySelector(`.app-legend__swatch--${number}`);
    return swatch ? [number, getComputedStyle(swatch).backgroundColor] : [];
  });
}

/** Stripes for what is not shown, drawn here so that no image is fetched. */
function stripes() {
  const size = 8;
  const data = new Uint8Array(size * size * 4);
  for (let at = 0; at < size * size; at += 1) {
    const dark = (at % size + Math.floor(at / size)) % size < 2;
    data.set(dark ? [118, 134, 146, 255] : [255, 255, 255, 255], at * 4);
  }
  return { width: size, height: size, data };
}

/** West, south, east and north of all areas. */
function extent(areas) {
  const whole = [180, 90, -180, -90];
  const look = (part) => {
    if (typeof part[0] === "number") {
      whole[0] = Math.min(whole[0], part[0]);
      whole[1] = Math.min(whole[1], part[1]);
      whole[2] = Math.max(whole[2], part[0]);
      whole[3] = Math.max(whole[3], part[1]);
    } else {
      part.forEach(look);
    }
  };
  areas.features.forEach((area) => look(area.geometry.coordinates));
  return whole;
}

function style(areas, organisations) {
  const scale = colours();
  const shown = [">", ["get", "class"], 0];
  return {
    version: 8,
    sources: { areas: { type: "geojson", data: areas }, organisations: { type: "geojson", data: organisations } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#f0f4f5" } },
      {
        id: "classes",
        type: "fill",
        source: "areas",
        filter: shown,
        paint: { "fill-color": scale.length > 0 ? ["match", ["get", "class"], ...scale, "#fff"] : "#fff" },
      },
      { id: "hidden", type: "fill", source: "areas", filter: ["!", shown], paint: { "fill-pattern": "stripes" } },
      { id: "edges", type: "line", source: "areas", paint: { "line-color": "#4c6272", "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.3, 12, 1] } },
      { id: "pointed", type: "line", source: "areas", filter: NONE, paint: { "line-color": "#212b32", "line-width": 2 } },
      { id: "halo", type: "line", source: "areas", filter: NONE, paint: { "line-color": "#ffeb3b", "line-width": 7 } },
      { id: "picked", type: "line", source: "areas", filter: NONE, paint: { "line-color": "#212b32", "line-width": 3 } },
      {
        id: "organisations",
        type: "circle",
        source: "organisations",
        layout: { visibility: "none" },
        paint: { "circle-color": "#fff", "circle-radius": 6, "circle-stroke-color": "#7c2855", "circle-stroke-width": 3 },
      },
    ],
  };
}

async function begin(box) {
  const [classes, organisations] = ["classes", "organisations"].map((id) => JSON.parse(document.getElementById(id).textContent));
  const [maplibre, answer] = await Promise.all([import("./maplibre-gl.mjs"), fetch(box.dataset.boundaries)]);
  if (!answer.ok) throw new Error(`the boundaries: ${answer.status}`);
  const areas = await answer.json();
  for (const area of areas.features) area.properties.class = classes[area.properties[CODE]] ?? 0;
  const bounds = extent(areas);

  const canvas = box.querySelector("[data-map-canvas]");
  const words = box.querySelector("[data-map-words]");
  canvas.hidden = false;
  let map;
  try {
    maplibre.setWorkerUrl(new URL("./maplibre-gl-worker.mjs", import.meta.url).href);
    map = new maplibre.Map({
      container: canvas,
      style: style(areas, organisations),
      bounds,
      fitBoundsOptions: { padding: 12 },
      attributionControl: false,
      // A wheel or a finger over the map scrolls the page; the buttons and two fingers zoom.
      scrollZoom: false,
      dragPan: matchMedia("(pointer: fine)").matches,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      boxZoom: false,
      locale: { "Map.Title": "Map. Arrow keys move it, plus and minus zoom." },
    });
  } catch (error) {
    canvas.hidden = true;
    throw error;
  }
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.once("style.load", () => map.addImage("stripes", stripes()));
  words.hidden = true;

  const fit = () => map.fitBounds(bounds, { padding: 12 });
  const buttons = document.querySelector("[data-map-buttons]");
  const does = { in: () => map.zoomIn(), out: () => map.zoomOut(), whole: fit };
  buttons.addEventListener("click", (event) => does[event.target.dataset.mapZoom]?.());
  buttons.hidden = false;
  const choice = document.querySelector("[data-map-organisations]");
  const choose = () => map.setLayoutProperty("organisations", "visibility", choice.checked ? "visible" : "none");
  choice.addEventListener("change", choose);
  map.once("load", choose);

  follow(map, areas, extent);
  map.once("idle", () => (box.dataset.state = "drawn"));
}

/** Keeps the map, the panel beside it and the list on one area. */
function follow(map, areas, extent) {
  const panel = document.querySelector("[data-map-picked]");
  const part = (name) => panel.querySelector(`[data-picked-${name}]`);
  const only = (code) => ["==", ["get", CODE], code];
  const rowOf = (code) => {
    const found = code ? document.getElementById(code) : null;
    return found?.matches(".app-areas tr") ? found : null;
  };

  function pick(code, { move }) {
    const row = rowOf(code);
    document.querySelector(".app-areas__picked")?.classList.remove("app-areas__picked");
    const filter = row ? only(code) : NONE;
    for (const layer of ["halo", "picked"]) map.setFilter(layer, filter);
    panel.hidden = !row;
    if (!row) return;
    row.classList.add("app-areas__picked");
    const [head, value, number] = row.cells;
    const link = head.querySelector("a");
    part("name").textContent = `${link.textContent}, ${head.querySelector("span").textContent}`;
    part("value").textContent = /\d/.test(number.textContent) ? `${value.textContent}, class ${number.textContent}` : value.textContent;
    part("open").href = link.getAttribute("href");
    part("row").href = `#${encodeURIComponent(code)}`;
    part("row").hidden = false;
    const area = areas.features.find((one) => one.properties[CODE] === code);
    if (move && area) map.fitBounds(extent({ features: [area] }), { padding: 80, maxZoom: 11 });
  }

  /** Shows an organisation in the panel; no area is chosen then. */
  function pickOrganisation({ name, words, href }) {
    pick("", { move: false });
    part("name").textContent = name;
    part("value").textContent = words;
    part("open").href = href;
    part("row").hidden = true;
    panel.hidden = false;
  }

  /** Opens the council that holds the row, so that it can be seen and focused. */
  function reveal(code) {
    const row = rowOf(code);
    if (!row) return;
    row.closest("details").open = true;
    row.scrollIntoView({ block: "center" });
    row.querySelector("a").focus({ preventScroll: true });
  }

  const named = () => decodeURIComponent(location.hash.slice(1));
  const at = (event) => map.queryRenderedFeatures(event.point, { layers: ["classes", "hidden"] })[0]?.properties[CODE];
  map.on("click", (event) => {
    const [organisation] = map.queryRenderedFeatures(event.point, { layers: ["organisations"] });
    if (organisation) return pickOrganisation(organisation.properties);
    const code = at(event);
    if (!rowOf(code)) return;
    history.replaceState(null, "", `#${encodeURIComponent(code)}`);
    pick(code, { move: false });
  });
  map.on("mousemove", (event) => {
    const code = at(event);
    map.getCanvas().style.cursor = code ? "pointer" : "";
    map.setFilter("pointed", code ? only(code) : NONE);
  });
  map.on("mouseout", () => map.setFilter("pointed", NONE));
  // A row that has the focus is the chosen one.
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.(".app-areas tbody tr");
    if (row?.id) pick(row.id, { move: true });
  });
  part("row").addEventListener("click", (event) => {
    event.preventDefault();
    const code = decodeURIComponent(part("row").hash.slice(1));
    history.replaceState(null, "", part("row").hash);
    reveal(code);
  });
  addEventListener("hashchange", () => {
    pick(named(), { move: true });
    reveal(named());
  });
  map.once("load", () => pick(named(), { move: true }));
}
