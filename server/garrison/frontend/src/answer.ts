/** What a table of results gains: sorting by a column, and a card for the thing that is pointed at. */

interface Card {
  label: string;
  language: string;
  description: string;
  descriptionLanguage: string;
  kinds: string[];
  dates: string[];
}

const WAIT_MS = 250; // before a card opens, so that crossing a table opens none
const cards = new Map<string, Promise<Card | undefined>>();

export function enhance(place: HTMLElement): void {
  for (const table of place.querySelectorAll("table")) makeSortable(table, place.dataset["sort"] ?? "");
  for (const link of place.querySelectorAll<HTMLElement>('td a[href^="/id/"], td a[href^="/ontology"]')) offerCard(link);
}

function makeSortable(table: HTMLTableElement, title: string): void {
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])];
  const body = table.tBodies[0];
  if (!body || body.rows.length < 2 || table.closest(".drawn")) return;
  headers.forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = title;
    button.append(...header.childNodes);
    button.addEventListener("click", () => {
      const isUp = header.getAttribute("aria-sort") !== "ascending";
      for (const other of headers) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", isUp ? "ascending" : "descending");
      sortRows(body, column, isUp ? 1 : -1);
    });
    header.append(button);
  });
}

/** Numbers by size if the column has nothing else, all else as texts; what is empty comes last either way. */
function sortRows(body: HTMLTableSectionElement, column: number, direction: 1 | -1): void {
  const rows = [...body.rows].map((row) => ({ row, text: textOf(row.cells[column]) }));
  const isNumeric = rows.every(({ text }) => text === "" || Number.isFinite(Number(text)));
  const { compare } = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
  rows.sort((one, other) => {
    if (!one.text || !other.text) return Number(!one.text) - Number(!other.text);
    const order = isNumeric ? Number(one.text) - Number(other.text) : compare(one.text, other.text);
    return direction * order;
  });
  body.append(...rows.map(({ row }) => row));
}

function textOf(cell: HTMLTableCellElement | undefined): string {
  const value = cell?.querySelector(".literal, a, .triple") ?? cell;
  return value?.textContent?.trim() ?? "";
}

function offerCard(link: HTMLElement): void {
  const iri = link.title;
  let opening = 0;
  const open = (): void => {
    link.removeAttribute("title"); // the card says more
    opening = window.setTimeout(() => void showCard(link, iri), WAIT_MS);
  };
  const close = (): void => {
    clearTimeout(opening);
    link.title = iri;
    link.removeAttribute("aria-describedby");
    document.querySelector(".card")?.remove();
  };
  link.addEventListener("pointerenter", open);
  link.addEventListener("focus", open);
  link.addEventListener("pointerleave", close);
  link.addEventListener("blur", close);
  link.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });
}

async function showCard(link: HTMLElement, iri: string): Promise<void> {
  const told = await read(iri);
  if (!told || link.title || !link.isConnected) return; // it was left meanwhile
  document.querySelector(".card")?.remove();
  const card = document.createElement("div");
  card.className = "card";
  card.id = "card";
  card.setAttribute("role", "tooltip");
  card.append(...lines(told));
  document.body.append(card);
  link.setAttribute("aria-describedby", card.id);
  settle(card, link);
}

function lines(told: Card): HTMLElement[] {
  const kind = [told.kinds[0], ...told.dates.slice(0, 1)].filter(Boolean).join(" · ");
  return [
    line("card-name", told.label, told.language),
    line("card-kind", kind, ""),
    line("", told.description, told.descriptionLanguage),
  ].filter(({ textContent }) => textContent);
}

function line(className: string, text: string, language: string): HTMLElement {
  const made = document.createElement("p");
  made.className = className;
  made.textContent = text;
  if (language) made.lang = language;
  return made;
}

/** Below the link, above it where there is no room, and never beyond the sides. */
function settle(card: HTMLElement, link: HTMLElement): void {
  const at = link.getBoundingClientRect();
  const fits = at.bottom + card.offsetHeight + 8 < innerHeight;
  const left = Math.max(8, Math.min(at.left, innerWidth - card.offsetWidth - 16));
  card.style.left = `${left + scrollX}px`;
  card.style.top = `${(fits ? at.bottom + 6 : at.top - card.offsetHeight - 6) + scrollY}px`;
}

function read(iri: string): Promise<Card | undefined> {
  const language = new URLSearchParams(location.search).get("lang") ?? document.documentElement.lang;
  const address = `/api/card?${new URLSearchParams({ iri, lang: language })}`;
  const held = cards.get(address);
  if (held) return held;
  const asked = fetch(address, { headers: { Accept: "application/json" } })
    .then((response) => (response.ok ? (response.json() as Promise<Card>) : undefined))
    .catch(() => undefined);
  cards.set(address, asked);
  return asked;
}
