// The base of the maps, from world-atlas (Natural Earth, in the public domain): what the server draws, and what a map
// that is opened loads.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const LONGEST = 64; // points of a line: what lies outside a map is left out line by line
const UNIT = 10_000; // of a degree
const STEP = 0.01; // degrees between two coordinates of the opened map
const find = createRequire(import.meta.url).resolve;

/**
 * What the server draws. `index`: each line (where its points begin, how many, and the circle around them: longitude,
 * latitude, degrees), the rings of the land that the lines make (`~i` is line i backwards), and which lines are coast
 * and which border. `points`: longitudes and latitudes in turn. So a server reads no more points than a map shows.
 */
export function outline(detail, tolerance) {
  const topology = read(detail);
  const cut = decoded(topology).map((line) => chunks(simplified(line, tolerance)));
  const first = cut.map(() => 0);
  for (let i = 1; i < cut.length; i += 1) first[i] = first[i - 1] + cut[i - 1].length;
  const pieces = (arc) => {
    const forward = cut[arc < 0 ? ~arc : arc].map((_, i) => first[arc < 0 ? ~arc : arc] + i);
    return arc < 0 ? forward.reverse().map((i) => ~i) : forward;
  };
  const rings = topology.objects.countries.geometries.flatMap(({ type, arcs = [] }) => (type === "Polygon" ? arcs : arcs.flat()));
  const uses = new Map();
  for (const arc of rings.flat()) uses.set(arc < 0 ? ~arc : arc, (uses.get(arc < 0 ? ~arc : arc) ?? 0) + 1);
  const used = (count) => cut.flatMap((_, i) => (uses.get(i) === count ? pieces(i) : []));
  const lines = cut.flat();
  let offset = 0;
  return {
    index: {
      unit: UNIT,
      lines: lines.map((line) => [(offset += line.length) - line.length, line.length, ...circle(line)]),
      rings: rings.map((ring) => ring.flatMap(pieces)),
      coast: used(1),
      borders: used(2),
    },
    points: new Int32Array(lines.flat(2).map((degrees) => Math.round(degrees * UNIT))),
  };
}

/**
 * The world for a map that is opened: countries as a topology, their shapes alone. Borders that two share are there
 * once, and islands smaller than the tolerance are left out.
 */
export function countries(detail, tolerance) {
  const topology = read(detail);
  const lines = decoded(topology).map((line) => simplified(line, tolerance).map(([x, y]) => [Math.round(x / STEP), Math.round(y / STEP)]));
  const isArea = (rings) => rings[0].flatMap((arc) => lines[arc < 0 ? ~arc : arc].slice(1)).length > 3;
  const geometries = topology.objects.countries.geometries.flatMap(({ type, arcs = [] }) => {
    const areas = (type === "Polygon" ? [arcs] : arcs).filter(isArea);
    return areas.length ? [{ type: "MultiPolygon", arcs: areas }] : [];
  });
  const used = [...new Set(geometries.flatMap(({ arcs }) => arcs.flat(2).map((arc) => (arc < 0 ? ~arc : arc))))];
  const renumbered = new Map(used.map((arc, i) => [arc, i]));
  const renumber = (arc) => (Array.isArray(arc) ? arc.map(renumber) : arc < 0 ? ~renumbered.get(~arc) : renumbered.get(arc));
  return {
    type: "Topology",
    transform: { scale: [STEP, STEP], translate: [0, 0] },
    arcs: used.map((arc) => lines[arc].map(([x, y], i, line) => (i ? [x - line[i - 1][0], y - line[i - 1][1]] : [x, y]))),
    objects: { countries: { type: "GeometryCollection", geometries: geometries.map(({ type, arcs }) => ({ type, arcs: renumber(arcs) })) } },
  };
}

function read(detail) {
  return JSON.parse(readFileSync(find(`world-atlas/countries-${detail}.json`), "utf-8"));
}

function decoded({ arcs, transform: { scale, translate } }) {
  return arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]);
  });
}

function chunks(line) {
  const pieces = [];
  for (let i = 0; i === 0 || i < line.length - 1; i += LONGEST) pieces.push(line.slice(i, i + LONGEST + 1));
  return pieces;
}

/** A point and the degrees within which all others lie: a little too wide, never too narrow. */
function circle(line) {
  const xs = line.map(([x]) => x);
  const ys = line.map(([, y]) => y);
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [x, y] = [(west + east) / 2, (south + north) / 2];
  const wide = Math.cos((Math.min(Math.abs(south), Math.abs(north), south * north < 0 ? 0 : 90) * Math.PI) / 180);
  const [across, up] = [((east - west) / 2) * wide, (north - south) / 2];
  const radius = across + up < 5 ? Math.hypot(across, up) * 1.02 + 0.001 : across + up;
  return [x, y, radius].map((degrees) => Math.round(degrees * 1000) / 1000);
}

/** A line without the points that lie no farther than so many degrees from it without them (Douglas and Peucker). */
function simplified(line, tolerance) {
  const kept = new Set([0, line.length - 1]);
  const ahead = [[0, line.length - 1]];
  while (tolerance && ahead.length) {
    const [a, b] = ahead.pop();
    let [best, distance] = [0, tolerance];
    for (let i = a + 1; i < b; i += 1) {
      const off = offset(line[i], line[a], line[b]);
      if (off > distance) [best, distance] = [i, off];
    }
    if (!best) continue;
    kept.add(best);
    ahead.push([a, best], [best, b]);
  }
  return tolerance ? line.filter((_, i) => kept.has(i)) : line;
}

function offset([x, y], [ax, ay], [bx, by]) {
  const shrunk = Math.cos((y * Math.PI) / 180);
  const [px, py, dx, dy] = [(x - ax) * shrunk, y - ay, (bx - ax) * shrunk, by - ay];
  const t = Math.max(0, Math.min(1, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(px - t * dx, py - t * dy);
}
