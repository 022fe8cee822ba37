/**
 * A form that asks a query: runs it without leaving the page, tells how long that takes and cancels it, copies a link
 * to it. The answer is the one that the page without script would show. The editor, which is heavy, takes the text
 * area's place when somebody goes there, or when it has an error to show.
 */

import type { Editor, Fault } from "./editor";

type Say = Record<string, string>;

const LONGEST_LINK = 4_000; // characters; a longer query is sent in the body
const PATIENCE_MS = 400; // after which a running query says so

export function enhance(place: HTMLElement): void {
  const form = place.querySelector("form");
  const area = form?.querySelector("textarea");
  if (form && area) new Asking(place, form, area);
}

class Asking {
  private readonly say: Say;
  private readonly status = element("p", "note");
  private readonly cancel = button("plain");
  private editor: Promise<Editor> | undefined;
  private running: AbortController | undefined;
  private shown = location.pathname + location.search; // what the address bar says of the answer

  constructor(
    private readonly place: HTMLElement,
    private readonly form: HTMLFormElement,
    private readonly area: HTMLTextAreaElement,
  ) {
    this.say = JSON.parse(place.dataset["say"] ?? "{}") as Say;
    this.addRow();
    this.form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("click", (event) => this.followView(event));
    addEventListener("popstate", () => {
      if (this.shown !== location.pathname + location.search) location.reload(); // else it was a place on the page
    });
    this.area.addEventListener("focus", () => void this.openEditor());
    if (document.activeElement === this.area) void this.openEditor();
  }

  private words(name: string): string {
    return this.say[name] ?? "";
  }

  private openEditor(): Promise<Editor> {
    this.editor ??= import("./editor").then(async ({ open }) => {
      const words = { uses: this.words("uses"), offered: this.words("offered") };
      const editor = await open(this.place, this.area, { ...words, run: () => this.form.requestSubmit() });
      const { line, column, fault } = this.place.dataset;
      if (line && column) editor.mark({ line: Number(line), column: Number(column), sentence: fault ?? "" });
      return editor;
    });
    return this.editor;
  }

  private addRow(): void {
    const row = this.form.querySelector(".row");
    const share = button("plain", this.words("share"));
    share.addEventListener("click", () => void this.share(share));
    this.cancel.textContent = this.words("cancel");
    this.cancel.hidden = true;
    this.cancel.addEventListener("click", () => this.running?.abort());
    this.status.setAttribute("role", "status");
    const help = element("p", "note keys");
    help.textContent = this.words("help");
    row?.append(this.cancel, share, this.status);
    row?.after(help);
  }

  /** The address that answers what is written. */
  private get address(): string {
    const parameters = new URLSearchParams([["query", this.area.value]]);
    const language = new URLSearchParams(location.search).get("lang");
    if (language) parameters.append("lang", language);
    return `${this.form.getAttribute("action") ?? "/sparql"}?${parameters}`;
  }

  /** The address to give to others: with the view that is looked at, if it is of what is written. */
  private get link(): string {
    const shown = new URLSearchParams(location.search);
    const view = shown.get("view");
    const isOfThis = shown.get("query")?.replaceAll("\r\n", "\n") === this.area.value;
    return view && isOfThis ? `${this.address}&${new URLSearchParams({ view })}` : this.address;
  }

  private async share(share: HTMLButtonElement): Promise<void> {
    const link = new URL(this.link, location.href).href;
    try {
      await navigator.clipboard.writeText(link);
      share.textContent = this.words("shared");
      setTimeout(() => (share.textContent = this.words("share")), 2_000);
    } catch {
      // Without a secure connection there is no clipboard to write to: the link is shown instead.
      const shown = element("input", "");
      shown.value = link;
      shown.readOnly = true;
      shown.setAttribute("aria-label", this.words("link"));
      share.replaceWith(shown);
      shown.select();
    }
  }

  private submitted(event: SubmitEvent): void {
    if (isAboutProblem()) return; // the page is about something else: load another
    event.preventDefault();
    void this.run(this.address);
  }

  /** A link to another view of the answer leads there without loading the page anew. */
  private followView(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("#answer .views a") : null;
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (isAboutProblem()) return;
    event.preventDefault();
    void this.run(link.getAttribute("href") ?? "");
  }

  private async run(address: string): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    const begin = performance.now();
    const written = this.area.value;
    const clock = setInterval(() => this.tell("running", begin), 100);
    const late = setTimeout(() => (this.cancel.hidden = false), PATIENCE_MS);
    document.querySelector("#answer")?.classList.add("busy");
    try {
      const page = await fetchPage(address, running.signal);
      if (this.running !== running) return;
      const answer = this.show(page, begin);
      if (address.length <= LONGEST_LINK) history.pushState(null, "", address);
      this.shown = location.pathname + location.search;
      document.title = page.title; // of the new place in the history
      if (this.area.value === written) void this.showFault(answer); // else that place may be another by now
    } catch {
      if (this.running === running) this.tell(running.signal.aborted ? "cancelled" : "broken", begin);
    } finally {
      clearInterval(clock);
      clearTimeout(late);
      if (this.running === running) {
        this.cancel.hidden = true;
        this.running = undefined;
        document.querySelector("#answer")?.classList.remove("busy");
      }
    }
  }

  private tell(what: string, begin: number): void {
    const seconds = (performance.now() - begin) / 1000;
    if (what === "running" && seconds < PATIENCE_MS / 1000) return;
    this.status.textContent = this.words(what).replace("{s}", seconds.toFixed(seconds < 10 ? 1 : 0));
  }

  private show(page: Document, begin: number): HTMLElement {
    const answer = page.querySelector<HTMLElement>("#answer");
    if (!answer) throw new Error("the page has no answer");
    if (!answer.dataset["problem"]) takeOver(page, "main h1"); // a query may give itself a title
    takeOver(page, ".languages"); // leads to this query in another language
    for (const heading of answer.querySelectorAll("h1")) heading.replaceWith(renamed(heading, "h2"));
    const holder = element("div", "");
    holder.append(document.adoptNode(answer));
    const before = document.querySelector("#answer") ?? document.querySelector("#programs")?.closest("section");
    if (before) before.replaceWith(holder);
    else this.place.after(holder);
    holder.dispatchEvent(new Event("garrison:added", { bubbles: true }));
    const seconds = (performance.now() - begin) / 1000;
    const said = (answer.querySelector("#how-many") ?? answer.querySelector("h2"))?.textContent?.trim() ?? "";
    const took = this.words("took").replace("{s}", seconds.toFixed(2));
    this.status.textContent = answer.dataset["problem"] ? said : `${said} ${took}`;
    return answer;
  }

  private async showFault(answer: HTMLElement): Promise<void> {
    const { line, column } = answer.dataset;
    if (!line || !column) return;
    const sentence = answer.querySelector(".lead")?.textContent ?? "";
    const fault: Fault = { line: Number(line), column: Number(column), sentence };
    (await this.openEditor()).mark(fault);
  }
}

/** Tell if the page itself is that of a problem, rather than a query page that shows one. */
function isAboutProblem(): boolean {
  return document.querySelector("article.problem > h1") !== null;
}

async function fetchPage(address: string, signal: AbortSignal): Promise<Document> {
  const headers = { Accept: "text/html" };
  const [path = "", parameters = ""] = address.split(/\?(.*)/s);
  const response =
    address.length > LONGEST_LINK
      ? await fetch(path, { method: "POST", body: new URLSearchParams(parameters), headers, signal })
      : await fetch(address, { headers, signal });
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function button(className: string, text = ""): HTMLButtonElement {
  const made = element("button", className);
  made.type = "button";
  made.textContent = text;
  return made;
}

/** Put a part of another page in place of the same part of this one. */
function takeOver(page: Document, selector: string): void {
  const part = page.querySelector(selector);
  if (part) document.querySelector(selector)?.replaceWith(document.adoptNode(part));
}

function renamed(heading: Element, name: "h2"): Element {
  const made = document.createElement(name);
  made.append(...heading.childNodes);
  return made;
}
