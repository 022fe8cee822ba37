/**
 * A map that opens on a click. The place holds the server's drawing and says in its data attributes where the points are
 * (`data-source`: an address that answers `{points: […]}`; or `data-points`: the points themselves), where the base is
 * (`data-base`), which sheet it needs (`data-sheet`), and what its buttons say. Leaflet comes when it is opened.
 */

/** A place on the earth, and what is to be said of it. */
export interface MapPoint {
  label: string;
  longitude: number;
  latitude: number;
  href?: string;
  language?: string;
  radius?: number;
  items?: { label: string; href?: string; language?: string; when?: string }[];
}

export function enhance(place: HTMLElement): void {
  const { base, open, close } = place.dataset;
  const drawing = place.querySelector<HTMLElement>("svg.map");
  if (!base || !drawing) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = open ?? "";
  button.setAttribute("aria-expanded", "false");
  place.append(button);
  let opened: HTMLElement | undefined;
  button.addEventListener("click", () => {
    if (opened) {
      opened.remove();
      opened = undefined;
    } else {
      opened = document.createElement("div");
      opened.className = "opened";
      drawing.after(opened);
      void show(place, opened);
    }
    drawing.toggleAttribute("hidden", opened !== undefined);
    button.textContent = (opened ? close : open) ?? "";
    button.setAttribute("aria-expanded", String(opened !== undefined));
  });
}

async function show(place: HTMLElement, opened: HTMLElement): Promise<void> {
  try {
    const [{ draw }, points] = await Promise.all([import("./leaflet-map"), read(place), sheet(place.dataset["sheet"])]);
    if (opened.isConnected) await draw(opened, points, place.dataset["base"] ?? "", place.dataset["label"] ?? "");
  } catch (error) {
    console.error(error);
    opened.textContent = place.dataset["failed"] ?? String(error);
  }
}

async function read(place: HTMLElement): Promise<MapPoint[]> {
  const { points, source } = place.dataset;
  if (points) return JSON.parse(points) as MapPoint[];
  const response = await fetch(source ?? "", { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.statusText);
  return ((await response.json()) as { points: MapPoint[] }).points;
}

/** Resolves when a style sheet is in force: Leaflet measures what it draws. */
function sheet(address: string | undefined): Promise<void> {
  if (!address || document.querySelector(`link[href="${CSS.escape(address)}"]`)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => reject(new Error(address)));
    document.head.append(link);
  });
}
