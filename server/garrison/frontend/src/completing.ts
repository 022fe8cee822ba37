/** Completion in the editor: terms of the data from `/api/complete`, the query's own variables, and prefixes. */

import type { Yasqe } from "@zazuko/yasqe";
import { declaredPrefixes, placeAt, type Place } from "./sparql_place";

interface Term {
  iri: string;
  name: string | null;
  label: string;
  language: string;
  kind: string;
  count: number;
  class?: string;
}

interface Position {
  line: number;
  ch: number;
}

interface Hint {
  text: string;
  render: (element: HTMLElement) => void;
  hint: (editor: unknown, data: { from: Position; to: Position }) => void;
}

interface Hints {
  list: Hint[];
  from: Position;
  to: Position;
}

/** What is said in the language of the page. */
export interface Words {
  uses: string; // how a count is written: "{n}×"
  offered: string; // what the list of terms is called
}

const LOCAL_NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?$/;
const answers = new Map<string, Promise<Term[]>>();

/** Offers what may come where the cursor is. */
export class Completing {
  private readonly known: Promise<Record<string, string>>;

  constructor(
    private readonly editor: Yasqe,
    private readonly view: string,
    private readonly language: string,
    private readonly words: Words,
  ) {
    this.known = this.ask({ kind: "prefix", q: "" }).then((terms) =>
      Object.fromEntries(terms.map(({ name, iri }) => [(name ?? ":").slice(0, -1), iri])),
    );
    // `inputRead` is what a person types, and neither what is pasted nor what the editor writes.
    (editor as unknown as { on(event: string, handle: (editor: unknown, change: { origin?: string }) => void): void }).on(
      "inputRead",
      (_editor, { origin }) => {
        if (origin === "+input") void this.offer(false);
      },
    );
  }

  /** Show what fits; if nobody asked, only where something has been written. */
  async offer(isAsked: boolean): Promise<void> {
    const place = await this.place();
    if (!place || (!isAsked && place.word.replace(/^[<?$]/, "").length < 1)) return;
    if (!isAsked && /^\w+:$/.test(place.word)) await this.declare(place.word.slice(0, -1));
    this.editor.showHint({
      hint: () => this.hints(),
      completeSingle: false,
      closeCharacters: /[\s>"]/,
      container: this.editor.rootEl,
    });
  }

  /** Put the line that declares a known prefix at the top, unless the query has it or the view needs none. */
  private async declare(prefix: string): Promise<void> {
    const namespace = (await this.known)[prefix];
    if (namespace === undefined || this.view || prefix in declaredPrefixes(this.editor.getValue())) return;
    this.editor.addPrefixes({ [prefix]: namespace });
  }

  private async place(): Promise<Place | undefined> {
    const doc = this.editor.getDoc();
    return placeAt(doc.getValue(), doc.indexFromPos(doc.getCursor()), await this.known);
  }

  private async hints(): Promise<Hints> {
    const doc = this.editor.getDoc();
    const to = doc.getCursor();
    const place = await this.place();
    if (!place) return { list: [], from: to, to };
    const from = { line: to.line, ch: to.ch - place.word.length };
    const list = place.kind === "variable" ? this.variables(place.word) : await this.terms(place);
    return { list, from, to };
  }

  private variables(word: string): Hint[] {
    const names = new Set<string>(this.editor.getValue().match(/[?$][\p{L}\p{N}_]+/gu) ?? []);
    const fitting = [...names].filter((name) => name.slice(1).startsWith(word.slice(1)) && name !== word).sort();
    return fitting.map((name) => this.hint(name, (element) => element.append(name)));
  }

  private async terms(place: Place): Promise<Hint[]> {
    const declared = declaredPrefixes(this.editor.getValue());
    const asked: Record<string, string> = { kind: place.kind, q: written(place.word, declared, await this.known) };
    if (place.classIri) asked["class"] = place.classIri;
    if (place.propertyIri && place.kind === "entity") asked["property"] = place.propertyIri;
    return (await this.ask(asked)).map((term) => this.termHint(term, declared));
  }

  private termHint(term: Term, declared: Record<string, string>): Hint {
    if (term.kind === "prefix") return this.hint(`${term.name} <${term.iri}>`, (element) => draw(element, term, term.name ?? "", ""));
    const { text, prefix } = nameFor(term, declared);
    return this.hint(
      text,
      (element) => draw(element, term, text, this.words.uses),
      () => void this.declare(prefix),
    );
  }

  private hint(text: string, render: Hint["render"], afterwards?: () => void): Hint {
    const doc = this.editor.getDoc();
    return {
      text,
      render: (element) => {
        element.parentElement?.setAttribute("aria-label", this.words.offered);
        render(element);
      },
      hint: (_editor, { from, to }) => {
        doc.replaceRange(text, from, to, "complete");
        afterwards?.();
      },
    };
  }

  private ask(asked: Record<string, string>): Promise<Term[]> {
    const parameters = new URLSearchParams({ ...asked, view: this.view, lang: this.language });
    const address = `/api/complete?${parameters}`;
    const held = answers.get(address);
    if (held) return held;
    const answer = fetch(address, { headers: { Accept: "application/json" } })
      .then((response) => (response.ok ? response.json() : { terms: [] }))
      .then(({ terms }: { terms: Term[] }) => terms)
      .catch(() => {
        answers.delete(address); // the next key may find the server again
        return [];
      });
    answers.set(address, answer);
    return answer;
  }
}

/** What is looked for: with a prefix that the query declares otherwise than usual, the begin of the IRI. */
function written(word: string, declared: Record<string, string>, known: Record<string, string>): string {
  const at = word.indexOf(":");
  const namespace = at < 0 ? undefined : declared[word.slice(0, at)];
  if (namespace === undefined || namespace === known[word.slice(0, at)]) return word;
  return `<${namespace}${word.slice(at + 1)}`;
}

/** How a term is written in this query: by a prefix that it declares, else by the usual one, else as an IRI. */
function nameFor(term: Term, declared: Record<string, string>): { text: string; prefix: string } {
  for (const [prefix, namespace] of Object.entries(declared)) {
    const local = term.iri.slice(namespace.length);
    if (namespace && term.iri.startsWith(namespace) && LOCAL_NAME.test(local)) return { text: `${prefix}:${local}`, prefix };
  }
  const [prefix = ""] = (term.name ?? "").split(":");
  if (!term.name || prefix in declared) return { text: `<${term.iri}>`, prefix: "" };
  return { text: term.name, prefix };
}

function draw(element: HTMLElement, term: Term, name: string, uses: string): void {
  const label = term.kind === "prefix" ? term.iri : term.label;
  element.append(part("term-name", name));
  if (label !== name) {
    const shown = part("term-label", label);
    if (term.language) shown.lang = term.language;
    element.append(shown);
  }
  const note = [term.class, uses && term.count ? uses.replace("{n}", String(term.count)) : ""].filter(Boolean).join(" · ");
  if (note) element.append(part("term-note", note));
}

function part(className: string, text: string): HTMLElement {
  const made = document.createElement("span");
  made.className = className;
  made.textContent = text;
  return made;
}
