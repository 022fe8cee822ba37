/** The graph around a thing, to be explored: Cytoscape is fetched when it is opened. The list beside it says the same. */

import type { Core, ElementDefinition, NodeSingular, StylesheetJson } from "cytoscape";

const LEGIBLE = 0.65;

/** What `/graph/around/….json` answers. */
interface Around {
  around: string;
  isWhole: boolean;
  nodes: { iri: string; page: string | null; graph: string; classes: string[] }[];
  edges: { from: string; property: string; to: string; isHeld: boolean; verdict: string; claims: { iri: string }[] }[];
  names: Record<string, { short: string; labels: Record<string, string> }>;
}

interface Words {
  readonly limit: number;
  readonly language: string;
  /** What is said, from the attribute `data-say-<name>` of the place. */
  say(name: string): string;
  verdict(name: string): string;
}

/** Offer to open the graph; until then nothing is fetched. */
export function enhance(place: HTMLElement): void {
  const words = wordsOf(place);
  const open = button(words.say("Open"), "open-graph");
  let explorer: Explorer | undefined;
  open.addEventListener("click", () => {
    if (explorer) {
      explorer.close();
      explorer = undefined;
    } else {
      explorer = new Explorer(place, words);
      void explorer.open(place.dataset["address"] ?? "");
    }
    open.textContent = words.say(explorer ? "Close" : "Open");
    open.setAttribute("aria-expanded", String(explorer !== undefined));
  });
  open.setAttribute("aria-expanded", "false");
  place.querySelector("h2")?.after(open);
}

function wordsOf(place: HTMLElement): Words {
  return {
    limit: Number(place.dataset["limit"]) || 100,
    language: place.dataset["language"] ?? "en",
    say: (name) => place.dataset[`say${name}`] ?? "",
    verdict: (name) => place.dataset[`verdict${name.charAt(0).toUpperCase()}${name.slice(1)}`] ?? name,
  };
}

/** One graph, from its opening to its closing. */
class Explorer {
  private readonly frame = element("div", "explorer");
  private readonly canvas = element("div", "canvas");
  private readonly says = element("p", "says");
  private readonly list = element("ol", "");
  private readonly expanded = new Set<string>();
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");
  private readonly restyle = (): void => void this.graph?.style(stylesheet()).update();
  private graph: Core | undefined;
  private isClosed = false;

  constructor(
    private readonly place: HTMLElement,
    private readonly words: Words,
  ) {
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", words.say("Hint"));
    this.canvas.addEventListener("keydown", (event) => this.walk(event));
    // The wheel scrolls the page, as everywhere, and zooms with Ctrl held (which is also how a pinch on a touchpad comes).
    this.canvas.addEventListener("wheel", (event) => { if (!event.ctrlKey) event.stopPropagation(); }, { capture: true });
    this.says.setAttribute("role", "status");
    this.says.textContent = words.say("Hint");
    const things = element("div", "things");
    const heading = element("h3", "");
    heading.textContent = words.say("Things");
    things.append(heading, this.list);
    const stage = element("div", "stage");
    stage.append(this.canvas, things);
    this.frame.append(this.says, stage);
  }

  /** Fetch and show what is around the first thing. */
  async open(address: string): Promise<void> {
    this.drawn().forEach((each) => (each.hidden = true));
    this.place.closest(".around")?.classList.add("is-exploring");
    this.place.querySelector(".open-graph")?.after(this.frame);
    const { default: cytoscape } = await import("cytoscape");
    if (this.isClosed) return;
    keepStylesOut();
    this.graph = cytoscape({ container: this.canvas, style: stylesheet(), minZoom: 0.2, maxZoom: 3 });
    this.graph.on("tap", "node", (event) => void this.expand(event.target as NodeSingular));
    this.dark.addEventListener("change", this.restyle);
    await this.add(address);
    this.canvas.focus({ preventScroll: true });
    this.place.scrollIntoView({ block: "start" });
  }

  /** Take it away; the picture that the server drew stands there again. */
  close(): void {
    this.isClosed = true;
    this.dark.removeEventListener("change", this.restyle);
    this.graph?.destroy();
    this.frame.remove();
    this.place.closest(".around")?.classList.remove("is-exploring");
    this.drawn().forEach((each) => (each.hidden = false));
  }

  /** What the server drew in this place. */
  private drawn(): HTMLElement[] {
    return [...this.place.querySelectorAll<HTMLElement>(":scope > .scroll, :scope > p")];
  }

  private async expand(node: NodeSingular): Promise<void> {
    this.choose(node);
    if (!this.expanded.has(node.id())) await this.add(String(node.data("graph")), node);
  }

  /** Fetch the links of a thing, and add those that there is room for. */
  private async add(address: string, from?: NodeSingular): Promise<void> {
    const found = await fetchAround(address);
    const graph = this.graph;
    if (this.isClosed || !graph) return;
    if (!found) {
      this.says.textContent = this.words.say("Failed");
      return;
    }
    const fresh = this.elementsOf(found, graph);
    const isFull = fresh.isFull;
    graph.add(fresh.elements);
    this.expanded.add(found.around);
    graph.getElementById(found.around).addClass("expanded");
    this.arrange(graph, from);
    this.write(graph);
    const around = graph.getElementById(found.around);
    if (around.nonempty()) this.choose(around);
    if (isFull) this.says.textContent = this.words.say("Full");
    else if (!found.isWhole) this.says.textContent += ` ${this.words.say("More")}`;
  }

  /** What is not in the graph yet, up to its limit. */
  private elementsOf(found: Around, graph: Core): { elements: ElementDefinition[]; isFull: boolean } {
    const known = new Set(graph.nodes().map((node) => node.id()));
    const elements: ElementDefinition[] = [];
    let isFull = false;
    for (const node of found.nodes) {
      if (known.has(node.iri)) continue;
      if (known.size >= this.words.limit) {
        isFull = true;
        continue;
      }
      known.add(node.iri);
      const kind = node.classes[0] ? nameOf(found, node.classes[0], this.words.language) : "";
      elements.push({
        group: "nodes",
        data: { id: node.iri, label: nameOf(found, node.iri, this.words.language), kind, page: node.page, graph: node.graph },
      });
    }
    for (const edge of found.edges) {
      if (!known.has(edge.from) || !known.has(edge.to)) continue;
      const id = [edge.from, edge.property, edge.to, edge.verdict].join(" ");
      if (graph.getElementById(id).nonempty()) continue;
      const name = nameOf(found, edge.property, this.words.language);
      const label = edge.isHeld ? name : `${name} (${this.words.verdict(edge.verdict)})`;
      elements.push({ group: "edges", classes: edge.verdict, data: { id, source: edge.from, target: edge.to, label } });
    }
    return { elements, isFull };
  }

  /** Lay it out anew, from where things are; who asked for no motion gets none. */
  private arrange(graph: Core, from?: NodeSingular): void {
    if (from) {
      const { x, y } = from.position();
      graph.nodes().forEach((node, index) => {
        const at = node.position();
        if (at.x === 0 && at.y === 0) node.position({ x: x + 60 * Math.cos(index), y: y + 60 * Math.sin(index) });
      });
    }
    graph
      .layout({
        name: "cose",
        animate: false,
        randomize: !from,
        nodeRepulsion: () => 160_000,
        idealEdgeLength: () => 130,
        nodeDimensionsIncludeLabels: true,
        padding: 24,
      })
      .run();
    graph.fit(undefined, 24);
    // On a small screen: rather a part that can be read than the whole that cannot.
    if (graph.zoom() < LEGIBLE) {
      graph.zoom(LEGIBLE);
      graph.center(from ?? graph.nodes().first());
    }
  }

  /** Say which thing is chosen, and mark it in the graph and in the list. */
  private choose(node: NodeSingular): void {
    node.cy().nodes(".chosen").removeClass("chosen");
    node.addClass("chosen");
    const kind = String(node.data("kind"));
    const count = node.connectedEdges().length;
    this.says.textContent = [node.data("label"), kind, `${this.words.say("Links")}: ${count}`].filter(Boolean).join(" · ");
    for (const item of this.list.children) {
      const isChosen = item instanceof HTMLElement && item.dataset["iri"] === node.id();
      item.toggleAttribute("aria-current", isChosen);
      if (isChosen) item.scrollIntoView({ block: "nearest" });
    }
  }

  /** The arrow keys go from thing to thing, Enter shows the links of the chosen one. */
  private walk(event: KeyboardEvent): void {
    const nodes = this.graph?.nodes();
    if (!nodes || nodes.empty()) return;
    const at = nodes.toArray().findIndex((node) => node.hasClass("chosen"));
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const chosen = nodes[Math.max(0, at)];
    if (step !== undefined) {
      const next = nodes[(at + step + nodes.length) % nodes.length];
      if (next) this.choose(next);
    } else if (event.key === "+" || event.key === "-") {
      this.zoom(event.key === "+" ? 1.25 : 0.8);
    } else if (event.key === "Enter" && chosen) {
      void this.expand(chosen);
    } else {
      return;
    }
    event.preventDefault();
  }

  private zoom(factor: number): void {
    const renderedPosition = { x: this.canvas.clientWidth / 2, y: this.canvas.clientHeight / 2 };
    this.graph?.zoom({ level: this.graph.zoom() * factor, renderedPosition });
  }

  /** The things of the graph as a list: for whoever does not see it, and for the keyboard. */
  private write(graph: Core): void {
    this.list.replaceChildren(
      ...graph.nodes().map((node) => {
        const item = element("li", "");
        item.dataset["iri"] = node.id();
        const page = node.data("page") as string | null;
        const name = document.createElement(page ? "a" : "span");
        if (page && name instanceof HTMLAnchorElement) name.href = page;
        name.textContent = String(node.data("label"));
        item.append(name, " ");
        if (!this.expanded.has(node.id())) {
          const more = button(this.words.say("Expand"), "");
          more.setAttribute("aria-label", `${node.data("label")}: ${this.words.say("Expand")}`);
          more.addEventListener("click", () => void this.expand(node));
          item.append(more);
        }
        return item;
      }),
    );
  }
}

async function fetchAround(address: string): Promise<Around | undefined> {
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    return response.ok ? ((await response.json()) as Around) : undefined;
  } catch {
    return undefined;
  }
}

/** A name in the reader's language, else in English, else any. */
function nameOf(found: Around, iri: string, language: string): string {
  const name = found.names[iri];
  if (!name) return iri;
  const labels = Object.entries(name.labels);
  const reads = (wanted: (tag: string) => boolean): string | undefined =>
    labels.find(([tag]) => wanted(tag.split("-")[0] ?? ""))?.[1];
  const own = language === "native" ? reads((tag) => tag !== "en" && tag !== "ru") : reads((tag) => tag === language);
  const text = own ?? reads((tag) => tag === "en") ?? labels[0]?.[1] ?? name.short;
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Cytoscape would add a style element, which the page's policy refuses; it adds none where one has this id. */
function keepStylesOut(): void {
  const id = "__________cytoscape_stylesheet";
  if (document.getElementById(id)) return;
  const stands = document.createElement("meta");
  stands.id = id;
  document.head.append(stands);
}

/** The colours and lines of `graph.css`: held, rival and denied differ by their dashes too. */
function stylesheet(): StylesheetJson {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const [ink, faint, sheet, held, doubt, denied, focus] = ["ink", "faint", "sheet", "held", "doubt", "denied", "focus"].map(colour);
  const dashes = (line: string | undefined, pattern: number[]): Record<string, unknown> => ({
    "line-color": line,
    "target-arrow-color": line,
    "line-style": "dashed",
    "line-dash-pattern": pattern,
  });
  return [
    {
      selector: "node",
      style: {
        label: "data(label)", "font-size": 12, color: ink, "text-wrap": "wrap", "text-max-width": "130px", "text-valign": "bottom",
        "text-margin-y": 4, width: 15, height: 15, "background-color": sheet, "border-width": 2, "border-color": held,
        "text-background-color": sheet, "text-background-opacity": 0.8, "text-background-padding": "2px",
      },
    },
    { selector: "node.expanded", style: { "background-color": held } },
    { selector: "node.chosen", style: { "border-color": focus, "border-width": 4, "font-weight": "bold" } },
    {
      selector: "edge",
      style: {
        label: "data(label)", "font-size": 10, "font-style": "italic", color: faint, "text-rotation": "autorotate", "text-background-color": sheet,
        "text-background-opacity": 0.85, width: 1.4, "line-color": held, "curve-style": "bezier", "target-arrow-shape": "triangle",
        "target-arrow-color": held, "arrow-scale": 0.8,
      },
    },
    { selector: "edge.rival", style: dashes(doubt, [8, 4]) },
    { selector: "edge.hinted, edge.rumoured, edge.unweighed", style: dashes(doubt, [2, 4]) },
    { selector: "edge.denied, edge.rejected", style: { ...dashes(denied, [10, 3, 2, 3]), width: 2.2 } },
  ] as StylesheetJson;
}

function element(tag: string, className: string): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  return made;
}

function button(text: string, className: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  if (className) made.className = className;
  return made;
}
