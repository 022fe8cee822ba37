/** The editor in place of a text area: completes terms, and marks an error where the server finds it. */

import { Yasqe } from "@zazuko/yasqe";
import { Completing, type Words } from "./completing";

export interface Fault {
  line: number; // from 1, as the server counts; code points within the line
  column: number;
  sentence: string;
}

export interface Editor {
  mark(fault: Fault): void;
}

interface Surroundings extends Words {
  run: () => void; // what Ctrl-Enter does
}

interface Mark {
  clear(): void;
}

// Its own completers ask other hosts.
Yasqe.defaults.autocompleters = [];

/** Take the place of a text area, which goes on to hold what is written. */
export async function open(place: HTMLElement, area: HTMLTextAreaElement, around: Surroundings): Promise<Editor> {
  await styleSheet(place.dataset["sheet"] ?? "");
  return new QueryEditor(place, area, around);
}

class QueryEditor implements Editor {
  private readonly editor: Yasqe;
  private marks: Mark[] = [];

  constructor(place: HTMLElement, area: HTMLTextAreaElement, around: Surroundings) {
    this.editor = replaceArea(area);
    this.editor.on("change" as "blur", () => {
      area.value = this.editor.getValue();
      this.unmark();
    });
    const language = new URLSearchParams(location.search).get("lang") ?? document.documentElement.lang;
    const completing = new Completing(this.editor, place.dataset["view"] ?? "", language, around);
    const bound = {
      "Ctrl-Enter": around.run,
      "Cmd-Enter": around.run,
      "Ctrl-Space": () => void completing.offer(true),
      "Ctrl-S": false, // the browser's own, as everywhere
      Tab: false, // leads on to the next part of the page
      "Shift-Tab": false,
    };
    (this.editor as unknown as { addKeyMap(keys: object): void }).addKeyMap(bound);
  }

  /** Mark what is wrong where the server says, with its sentence below the line. */
  mark({ line, column, sentence }: Fault): void {
    this.unmark();
    const doc = this.editor.getDoc();
    const text = doc.getLine(line - 1);
    if (text === undefined) return;
    const start = [...text].slice(0, column - 1).join("").length;
    const length = /^(?:<[^\s>]*>|[\w:?$.-]+|\S)/.exec(text.slice(start))?.[0].length ?? 0;
    const from = length ? start : Math.max(0, start - 1);
    const marked = doc.markText(
      { line: line - 1, ch: from },
      { line: line - 1, ch: length ? start + length : start },
      { className: "fault" },
    );
    const note = document.createElement("p");
    note.className = "fault-note";
    note.textContent = sentence;
    note.lang = "en";
    const below = this.editor.addLineWidget(line - 1, note);
    this.editor.addLineClass(line - 1, "gutter", "fault-line");
    this.marks.push(marked, below, { clear: () => this.editor.removeLineClass(line - 1, "gutter", "fault-line") });
    doc.setCursor({ line: line - 1, ch: start });
    this.editor.focus();
  }

  private unmark(): void {
    for (const mark of this.marks) mark.clear();
    this.marks = [];
  }
}

function replaceArea(area: HTMLTextAreaElement): Yasqe {
  const host = document.createElement("div");
  host.className = "editor";
  area.before(host);
  const editor = new Yasqe(host, {
    autocompleters: [],
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null as never,
    showQueryButton: false,
    resizeable: false,
    syntaxErrorCheck: false, // the server's word counts: it knows SPARQL 1.2 and the views
    editorHeight: "auto",
    viewportMargin: Infinity, // CodeMirror's own; its types are not here
  } as ConstructorParameters<typeof Yasqe>[1]);
  editor.setValue(area.value);
  const doc = editor.getDoc();
  doc.clearHistory();
  const input = editor.getInputField();
  input.id = "query-editor";
  input.setAttribute("spellcheck", "false");
  area.form?.querySelector<HTMLLabelElement>(`label[for="${area.id}"]`)?.setAttribute("for", input.id);
  const wasFocused = document.activeElement === area;
  if (wasFocused) doc.setCursor(doc.posFromIndex(area.selectionStart));
  area.hidden = true;
  area.required = false; // what is hidden cannot be pointed at
  if (wasFocused) editor.focus();
  return editor;
}

function styleSheet(address: string): Promise<void> {
  return new Promise((resolve) => {
    if (!address || document.querySelector(`link[href="${CSS.escape(address)}"]`)) return resolve();
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}
