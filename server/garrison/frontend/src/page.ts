/** What every page loads: small, and the way to the heavy parts, each fetched when its place is on the page or opened. */

type Enhance = (place: HTMLElement) => void | Promise<void>;

/** The value of `data-enhance` to the module that takes care of such a place. */
const modules: Record<string, () => Promise<{ enhance: Enhance }>> = {
  answer: () => import("./answer"),
  ask: () => import("./ask"),
  suggest: () => import("./suggest"),
  map: () => import("./map"),
  graph: () => import("./graph"),
  reading: () => import("./reading"),
};

function enhanceWithin(part: ParentNode): void {
  for (const place of part.querySelectorAll<HTMLElement>("[data-enhance]")) {
    for (const name of (place.dataset["enhance"] ?? "").split(" ")) {
      const load = modules[name];
      if (load) void load().then(({ enhance }) => enhance(place));
    }
  }
}

enhanceWithin(document);
// A module that puts something on the page lets this event rise from it.
document.addEventListener("garrison:added", ({ target }) => enhanceWithin(target as Element));

export {};
