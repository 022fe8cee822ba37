/**
 * The reading room: opens the file of a source's text and shows it with its claims. The file is read here; nothing of it
 * is sent, and nothing is kept. Where the server shows the text itself, only the claims beside it are added.
 */
import { type Run, type Span, garbledSpan, paragraphs } from "./runs";

interface Reading {
  readonly text: string;
  readonly language: string;
}

const WAIT_MS = 120; // a pointer that crosses a passage on its way does not ask for it

export function enhance(place: HTMLElement): void {
  const own = place.querySelector<HTMLElement>(".own-text");
  if (own) offer(place, own);
  else setBeside(place);
}

/** Let a reader open the file, by choice or by dropping it anywhere on the page. */
function offer(place: HTMLElement, own: HTMLElement): void {
  const input = own.querySelector<HTMLInputElement>("input[type=file]");
  own.hidden = false;
  input?.addEventListener("change", () => void open(place, own, input.files?.[0]));
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    own.classList.add("over");
  });
  document.addEventListener("dragleave", () => own.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault(); // else the browser leaves the page for the file
    own.classList.remove("over");
    void open(place, own, event.dataTransfer.files[0]);
  });
}

async function open(place: HTMLElement, own: HTMLElement, file: File | undefined): Promise<void> {
  if (!file) return;
  const outcome = own.querySelector<HTMLElement>(".outcome");
  const say = (what: string): void => void (outcome && (outcome.textContent = outcome.dataset[what] ?? ""));
  const bytes = await file.arrayBuffer();
  const points = decoded(bytes);
  const digest = await digestOf(bytes);
  const isAnother = digest ? !(place.dataset["digests"] ?? "").split(" ").includes(digest) : !(points && fits(place, points));
  if (isAnother) return say("another");
  if (!points) return say("unreadable");
  show(place, points);
  say(digest ? "right" : "unchecked");
}

/** The code points of a text; its byte order mark and its line ends count, as they do in the file. */
function decoded(bytes: ArrayBuffer): string[] | null {
  try {
    return Array.from(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return null;
  }
}

/** SHA-256 in hexadecimal digits; nothing where the browser computes none, which is on http from another machine. */
async function digestOf(bytes: ArrayBuffer): Promise<string> {
  if (!globalThis.crypto?.subtle) return "";
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Tell if every garbled reading stands where the edition says. */
function fits(place: HTMLElement, points: readonly string[]): boolean {
  return emendations(place).every(({ span, sic }) => garbledSpan(points, span, sic) !== null);
}

/** Put the text on the page: whole, and the words of each passage beside its summary. */
function show(place: HTMLElement, points: readonly string[]): void {
  const passages = [...place.querySelectorAll<HTMLElement>("section.passage[data-start]")];
  const garbled = emendations(place).map(({ span, sic }) => garbledSpan(points, span, sic) ?? span);
  const readings = readingsOf(place);
  const from = Number(place.dataset["from"] ?? 0);
  const to = place.dataset["to"] === undefined ? points.length : Number(place.dataset["to"]);
  const whole = paragraphs(points, passages.map(spanOf), garbled, from, to);
  const text = place.querySelector<HTMLElement>("section.text");
  text?.querySelector(".source-text")?.replaceChildren(...whole.map((line) => paragraph(line, readings, true)));
  for (const part of [text, document.querySelector<HTMLElement>(".contents .to-text")]) if (part) part.hidden = false;
  for (const passage of passages) {
    const { start, end } = spanOf(passage);
    const words = passage.querySelector<HTMLElement>(".words");
    words?.replaceChildren(...paragraphs(points, [], garbled, start, end).map((line) => paragraph(line, readings, false)));
    if (words) words.hidden = false;
    for (const back of passage.querySelectorAll<HTMLElement>(".back")) back.hidden = false;
  }
  setBeside(place);
}

function spanOf(element: HTMLElement): Span {
  return { name: element.id, start: Number(element.dataset["start"]), end: Number(element.dataset["end"]) };
}

function emendations(place: HTMLElement): { span: Span; sic: string }[] {
  const found = [...place.querySelectorAll<HTMLElement>(".emendations > li[id][data-start]")];
  return found.map((item) => ({ span: spanOf(item), sic: item.dataset["sic"] ?? "" }));
}

function readingsOf(place: HTMLElement): Map<string, Reading> {
  const found = new Map<string, Reading>();
  for (const item of place.querySelectorAll<HTMLElement>(".emendations > li[id]")) {
    const reading = item.querySelector("ins");
    if (reading) found.set(item.id, { text: reading.textContent ?? "", language: reading.lang });
  }
  return found;
}

/** One line of the text, as `told.html` writes it. */
function paragraph(line: readonly Run[], readings: ReadonlyMap<string, Reading>, isMarked: boolean): HTMLElement {
  const made = document.createElement("p");
  for (const run of line) {
    if (isMarked) for (const name of run.begins) made.append(element("a", { className: "mark", id: `t-${name}`, href: `#${name}` }, name));
    made.append(piece(run));
    for (const name of run.ends) {
      const reading = readings.get(name);
      if (reading) made.append(" ", correction(name, reading, isMarked));
    }
  }
  return made;
}

function piece(run: Run): Node {
  if (!run.passages.length && !run.garbled.length) return document.createTextNode(run.text);
  const said = element("span", {}, run.garbled.length ? element("del", {}, run.text) : run.text);
  if (run.passages.length) {
    said.className = run.passages.length > 1 ? "said twice" : "said";
    said.dataset["in"] = run.passages.join(" ");
  }
  return said;
}

function correction(name: string, reading: Reading, isMarked: boolean): HTMLElement {
  const link = element("a", { href: `#${name}`, ...(reading.language ? { lang: reading.language } : {}) }, reading.text);
  return element("ins", isMarked ? { id: `t-${name}` } : {}, "[", link, "]");
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Show beside the text what is claimed on the passage that is pointed at, or that the keyboard has reached. */
function setBeside(place: HTMLElement): void {
  const text = place.querySelector<HTMLElement>("section.text");
  const shown = text?.querySelector<HTMLElement>(".source-text");
  const beside = text?.querySelector<HTMLElement>(".beside");
  if (!shown || !beside) return;
  let waiting = 0;
  const turn = (name: string | undefined): void => {
    const passage = name ? document.getElementById(name) : null;
    if (!passage || beside.dataset["of"] === name) return;
    beside.dataset["of"] = name ?? "";
    beside.replaceChildren(...parts(passage));
    beside.hidden = false;
    for (const run of shown.querySelectorAll<HTMLElement>(".said")) {
      run.classList.toggle("lit", (run.dataset["in"] ?? "").split(" ").includes(name ?? ""));
    }
  };
  shown.addEventListener("pointerover", (event) => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(turn, WAIT_MS, passageAt(event.target));
  });
  shown.addEventListener("click", (event) => turn(passageAt(event.target)));
  shown.addEventListener("focusin", (event) => turn(passageAt(event.target)));
  turn(passageAt(shown.querySelector(".mark")));
}

/** The shortest passage that a place in the text belongs to. */
function passageAt(target: EventTarget | null): string | undefined {
  if (!(target instanceof Element)) return undefined;
  const mark = target.closest(".mark");
  if (mark) return mark.textContent ?? undefined;
  return target.closest<HTMLElement>(".said")?.dataset["in"]?.split(" ").at(-1);
}

/** The heading, summary and claims of a passage once more, without the names that stand below already. */
function parts(passage: HTMLElement): Node[] {
  const chosen = [...passage.querySelectorAll("h3, .summary, .emendations, .claims-at-side")];
  return chosen.map((part) => {
    const copy = part.cloneNode(true) as Element;
    for (const named of [copy, ...copy.querySelectorAll("[id]")]) named.removeAttribute("id");
    if (copy.matches("h3")) copy.querySelector("a")?.setAttribute("href", `#${passage.id}`);
    return copy;
  });
}
