/**
 * A text cut into runs: which passages each belongs to, and which garbled words it is part of. The same as
 * `services/text_runs.py` does, for a file that never leaves the browser. Positions are Unicode code points, so a text is
 * an array of them here: a string of JavaScript is indexed by UTF-16 units.
 */

export interface Span {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface Run {
  readonly text: string;
  readonly passages: readonly string[]; // the shortest comes last
  readonly garbled: readonly string[];
  readonly begins: readonly string[]; // passages of which it is the first run
  readonly ends: readonly string[]; // emendations of whose garbled words it is the last run, the shortest first
}

/** The text between two positions by line, each cut into runs; empty lines are left out. */
export function paragraphs(
  points: readonly string[],
  passages: readonly Span[],
  garbled: readonly Span[],
  start = 0,
  end = points.length,
): Run[][] {
  const [outer, inner] = [longestFirst(passages), longestFirst(garbled)];
  const found = lines(points, start, Math.min(end, points.length)).map(([from, to]) =>
    pieces(from, to, [...outer, ...inner]).map(([a, b]) => ({
      text: points.slice(a, b).join(""),
      passages: covering(outer, a, b),
      garbled: covering(inner, a, b),
    })),
  );
  const last = new Map<string, object>();
  for (const run of found.flat()) for (const name of run.garbled) last.set(name, run);
  const seen = new Set<string>();
  return found.map((line) =>
    line.map((run) => {
      const begins = run.passages.filter((name) => !seen.has(name));
      for (const name of begins) seen.add(name);
      return { ...run, begins, ends: run.garbled.filter((name) => last.get(name) === run).reverse() };
    }),
  );
}

/** Where the garbled words stand in the span of their emendation; all of it if they are not told, nothing if they are not there. */
export function garbledSpan(points: readonly string[], span: Span, sic: string): Span | null {
  if (!sic) return { ...span, end: Math.min(span.end, points.length) };
  const within = points.slice(span.start, span.end).join("");
  const at = within.indexOf(sic);
  if (at < 0) return null;
  const start = span.start + [...within.slice(0, at)].length;
  return { name: span.name, start, end: start + [...sic].length };
}

function longestFirst(spans: readonly Span[]): Span[] {
  return spans.filter(({ start, end }) => start < end).sort((a, b) => b.end - b.start - (a.end - a.start));
}

function covering(spans: readonly Span[], start: number, end: number): string[] {
  return spans.filter((span) => span.start <= start && end <= span.end).map(({ name }) => name);
}

function lines(points: readonly string[], start: number, end: number): [number, number][] {
  const found: [number, number][] = [];
  while (start < end) {
    let stop = points.indexOf("\n", start);
    if (stop < 0 || stop > end) stop = end;
    if (points.slice(start, stop).join("").trim()) found.push([start, stop]);
    start = stop + 1;
  }
  return found;
}

function pieces(start: number, end: number, spans: readonly Span[]): [number, number][] {
  const cuts = new Set([start, end]);
  for (const span of spans) for (const at of [span.start, span.end]) if (start < at && at < end) cuts.add(at);
  const ordered = [...cuts].sort((a, b) => a - b);
  return ordered.slice(1).map((to, index) => [ordered[index] as number, to]);
}
