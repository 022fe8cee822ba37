/**
 * Suggestions below a search box, from the search itself: an editable combobox with a list, as in the ARIA Authoring
 * Practices (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). Without them Enter searches, and with them too.
 */

interface Result {
  url: string;
  label: string;
  language: string;
  types: string[];
  matched: string;
}

const WAIT_MS = 120; // after the last key, so that not every letter asks
const SHOWN = 8;
let boxes = 0;

/** Let a search box suggest. */
export function enhance(place: HTMLElement): void {
  if (place instanceof HTMLInputElement) new Suggestions(place);
}

class Suggestions {
  private readonly list = document.createElement("ul");
  private chosen = -1;
  private timer = 0;
  private asking: AbortController | undefined;

  constructor(private readonly input: HTMLInputElement) {
    this.list.id = `suggestions-${++boxes}`;
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.getAttribute("aria-label") ?? input.labels?.[0]?.textContent ?? "");
    this.list.hidden = true;
    input.after(this.list);
    const states = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(states)) input.setAttribute(name, value);
    input.addEventListener("input", () => this.askSoon());
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("blur", () => window.setTimeout(() => this.close(), WAIT_MS));
  }

  private askSoon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), WAIT_MS);
  }

  private async ask(): Promise<void> {
    this.asking?.abort();
    const text = this.input.value.trim();
    if (text.length < 2) return this.close();
    this.asking = new AbortController();
    const language = new URLSearchParams(location.search).get("lang") ?? document.documentElement.lang;
    const asked = new URLSearchParams({ q: text, format: "json", limit: String(SHOWN), lang: language });
    try {
      const response = await fetch(`/search?${asked}`, { signal: this.asking.signal });
      if (response.ok) this.show(((await response.json()) as { results: Result[] }).results);
    } catch {
      this.close(); // given up for a later question, or the server is away: Enter still searches
    }
  }

  private show(results: Result[]): void {
    this.list.replaceChildren(...results.map((result, number) => this.option(result, number)));
    this.choose(-1);
    this.list.hidden = results.length === 0;
    this.input.setAttribute("aria-expanded", String(results.length > 0));
  }

  private option(result: Result, number: number): HTMLLIElement {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${number}`;
    option.setAttribute("role", "option");
    option.dataset["url"] = result.url;
    const name = document.createElement("span");
    name.textContent = result.label;
    if (result.language) name.lang = result.language;
    const what = document.createElement("span");
    what.className = "what";
    what.textContent = result.types.join(", ");
    if (result.matched !== result.label) what.append(result.types.length ? " · " : "", quoted(result.matched));
    option.append(name, what);
    option.addEventListener("mousedown", (event) => event.preventDefault());
    option.addEventListener("click", () => this.go(option));
    return option;
  }

  private onKey(event: KeyboardEvent): void {
    const count = this.list.hidden ? 0 : this.list.children.length;
    if (event.key === "Escape" && count) {
      event.preventDefault();
      this.close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(((this.chosen + step + 1 + count + 1) % (count + 1)) - 1); // past the last: the box itself
    } else if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      this.go(this.list.children[this.chosen]);
    }
  }

  private choose(number: number): void {
    this.chosen = number;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === number)));
    const option = this.list.children[number];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private go(option: Element | undefined): void {
    const url = option instanceof HTMLElement ? option.dataset["url"] : undefined;
    if (!url?.startsWith("/")) return;
    const language = new URLSearchParams(location.search).get("lang");
    location.assign(language ? `${url}?lang=${encodeURIComponent(language)}` : url);
  }

  private close(): void {
    this.asking?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.choose(-1);
  }
}

/** A name in the quotation marks of the page's language. */
function quoted(name: string): HTMLQuoteElement {
  const quotation = document.createElement("q");
  quotation.textContent = name;
  return quotation;
}
