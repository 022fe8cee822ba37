/** The map itself, with Leaflet: countries for a base, a circle for each place, and a popup that links to what is there. */
import L from "leaflet";
import { feature } from "topojson-client";
import type { MapPoint } from "./map";

const CREDIT = "Natural Earth";
const CLOSEST = 9; // the base has no more detail
const ALONE = 6; // how close a single place is shown

export async function draw(place: HTMLElement, points: MapPoint[], base: string, label: string): Promise<void> {
  const response = await fetch(base);
  if (!response.ok) throw new Error(response.statusText);
  const topology = (await response.json()) as { objects: { countries: unknown } };
  const colours = getComputedStyle(document.documentElement);
  const colour = (name: string) => colours.getPropertyValue(name).trim();
  const map = L.map(place, { maxZoom: CLOSEST, minZoom: 1, worldCopyJump: true, zoomSnap: 0.5 });
  map.attributionControl.setPrefix(false).addAttribution(CREDIT);
  L.control.scale({ imperial: false }).addTo(map);
  const around = L.latLngBounds(points.map(({ latitude, longitude }) => [latitude, longitude]));
  if (around.isValid()) map.fitBounds(around.pad(0.15), { maxZoom: ALONE, animate: false });
  else map.fitWorld({ animate: false });
  L.geoJSON(unrolled(feature(topology, topology.objects.countries)), {
    interactive: false,
    renderer: L.canvas({ padding: 0.5 }),
    style: { fillColor: colour("--land"), fillOpacity: 1, color: colour("--coast"), weight: 0.8 },
  } as L.GeoJSONOptions).addTo(map);
  const renderer = L.svg();
  for (const point of points) {
    for (const layer of mark(point, colour("--mark"), colour("--land"), renderer)) layer.addTo(map);
  }
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", label);
  place.focus();
}

/** Areas that cross the meridian of 180 degrees go on beyond it: Leaflet knows no other side. */
function unrolled(world: GeoJSON.FeatureCollection): GeoJSON.FeatureCollection {
  for (const { geometry } of world.features) {
    if (geometry.type !== "MultiPolygon") continue;
    for (const ring of geometry.coordinates.flat()) {
      let [turn, before] = [0, ring[0]?.[0] ?? 0];
      for (const position of ring) {
        const x = position[0] ?? 0;
        turn += x - before > 180 ? -360 : before - x > 180 ? 360 : 0;
        before = x;
        position[0] = x + turn;
      }
    }
  }
  return world;
}

function mark(point: MapPoint, colour: string, edge: string, renderer: L.Renderer): L.Path[] {
  const at: L.LatLngExpression = [point.latitude, point.longitude];
  const count = point.items?.length ?? 1;
  const dot = L.circleMarker(at, {
    renderer, radius: Math.min(6 + Math.sqrt(count) * 1.5, 14), color: edge, weight: 1.5, fillColor: colour, fillOpacity: 0.9,
  });
  dot.bindPopup(() => popup(point)).bindTooltip(() => named(point.label, undefined, point.language));
  dot.on("add", () => focusable(dot, point.label));
  const around = point.radius ? [L.circle(at, { renderer, radius: point.radius, color: colour, weight: 0.7, dashArray: "2 3", fillOpacity: 0.08, interactive: false })] : [];
  return [...around, dot];
}

/** A mark that the keyboard reaches: Leaflet's paths are for pointers alone. */
function focusable(dot: L.CircleMarker, label: string): void {
  const path = dot.getElement();
  if (!path) return;
  path.setAttribute("tabindex", "0");
  path.setAttribute("role", "button");
  path.setAttribute("aria-label", label);
  path.addEventListener("keydown", (event) => {
    const key = (event as KeyboardEvent).key;
    if (key !== "Enter" && key !== " ") return;
    event.preventDefault();
    dot.openPopup();
    dot.getPopup()?.getElement()?.querySelector<HTMLElement>("a[href]")?.focus();
  });
}

function popup(point: MapPoint): HTMLElement {
  const box = document.createElement("div");
  const heading = document.createElement("h3");
  heading.append(named(point.label, point.href, point.language));
  const list = document.createElement("ul");
  for (const item of point.items ?? []) {
    const entry = document.createElement("li");
    const when = document.createElement("small");
    when.textContent = item.when ?? "";
    entry.append(named(item.label, item.href, item.language), " ", when);
    list.append(entry);
  }
  box.append(heading, list);
  return box;
}

/** A name, with a link if it leads to this server or to the web. */
function named(label: string, href?: string, language?: string): HTMLElement {
  const isLink = href !== undefined && /^(https?:\/\/|\/(?!\/))/i.test(href);
  const element = document.createElement(isLink ? "a" : "span");
  if (isLink) element.setAttribute("href", href);
  if (language) element.lang = language;
  element.textContent = label;
  return element;
}
