/**
 * Where in a query something stands: what may come there, of which subject and property. Reads as much SPARQL as this
 * takes, and forgives what is not finished, since a query is looked at while it is being written.
 */

export type Kind = "property" | "class" | "entity" | "prefix" | "variable";

export interface Place {
  kind: Kind;
  word: string; // what is written already, up to the cursor
  classIri?: string; // of the subject
  propertyIri?: string; // before the value
}

const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const TOKEN = new RegExp(
  [
    /(?<gap>\s+|#[^\n]*)/u,
    /(?<text>"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:[^"\\\n]|\\.)*(?:"|$)|'(?:[^'\\\n]|\\.)*(?:'|$))/u,
    /(?<iri><[^<>"{}|^`\\\s]*>)/u,
    /(?<variable>[?$][\p{L}\p{N}_]+)/u,
    /(?<tag>@[A-Za-z-]+|\^\^)/u,
    /(?<name>[\p{L}\p{N}_.-]*:(?:[\p{L}\p{N}_:%-]|\\.|\.(?=[\p{L}\p{N}_:%-]))*)/u,
    /(?<word>[\p{L}_][\p{L}\p{N}_-]*)/u,
    /(?<number>[+-]?[0-9]+(?:\.[0-9]+)?)/u,
    /(?<sign>\{\||\|\}|<<\(?|\)?>>|.)/u,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gsu",
);
const CURRENT = /(?:<[^<>\s"{}|^`]*|[?$][\p{L}\p{N}_]*|[\p{L}\p{N}_][\p{L}\p{N}_.:%-]*|:[\p{L}\p{N}_.:%-]*)$/u;
const EXPRESSIONS = new Set(["FILTER", "BIND", "HAVING", "VALUES", "ORDER", "GROUP", "LIMIT", "OFFSET", "SELECT", "AS"]);
const GROUPS = new Set(["WHERE", "OPTIONAL", "UNION", "MINUS", "GRAPH", "SERVICE", "EXISTS", "CONSTRUCT", "FROM", "NAMED"]);

/** One level of brackets: which part of a triple comes next in it. */
interface Level {
  slot: "subject" | "property" | "object" | "done" | "expression";
  subject: string;
  property: string;
  close: string;
}

/** Reads a query from left to right. */
class Reading {
  prefixes: Record<string, string>;
  classOf: Record<string, string> = {};
  levels: Level[] = [level("expression", "")];
  afterPrefix = 0; // 1: a prefix comes, 2: its IRI
  private declaring = "";
  private afterTag = false;

  constructor(known: Record<string, string>) {
    this.prefixes = { ...known };
  }

  get top(): Level {
    return this.levels[this.levels.length - 1] ?? level("expression", "");
  }

  read(text: string): void {
    for (const { groups } of text.matchAll(TOKEN)) {
      const { iri, variable, name, word, text: literal, number, sign, tag } = groups ?? {};
      if (tag) this.afterTag = tag === "^^";
      else if (word) this.word(word.toUpperCase(), word);
      else if (sign) this.sign(sign);
      else if (iri ?? variable ?? name ?? literal ?? number) this.term(iri ?? variable ?? name ?? "");
    }
  }

  resolve(term: string): string {
    if (term.startsWith("<")) return term.slice(1, -1);
    if (term === "a") return RDF_TYPE;
    const [prefix = "", ...local] = term.split(":");
    const namespace = this.prefixes[prefix];
    return namespace === undefined || local.length === 0 ? "" : namespace + local.join(":").replace(/\\(.)/g, "$1");
  }

  private word(upper: string, word: string): void {
    if (upper === "PREFIX") this.afterPrefix = 1;
    else if (word === "a" && this.top.slot === "property") this.term("a");
    else if (EXPRESSIONS.has(upper)) this.top.slot = "expression";
    else if (GROUPS.has(upper)) this.top.slot = "expression";
  }

  private term(term: string): void {
    if (this.afterPrefix) return this.declare(term);
    if (this.afterTag) {
      this.afterTag = false;
      return;
    }
    const top = this.top;
    if (top.slot === "subject") Object.assign(top, { slot: "property", subject: term });
    else if (top.slot === "property") Object.assign(top, { slot: "object", property: term });
    else if (top.slot === "object") {
      if (this.resolve(top.property) === RDF_TYPE && !term.startsWith("?")) this.classOf[top.subject] = this.resolve(term);
      top.slot = "done";
    } else if (top.close === "}" && top.slot === "done") Object.assign(top, { slot: "property", subject: term });
  }

  private declare(term: string): void {
    if (this.afterPrefix === 2 && term.startsWith("<")) this.prefixes[this.declaring] = term.slice(1, -1);
    this.declaring = term.replace(/:$/, "");
    this.afterPrefix = this.afterPrefix === 1 && term.endsWith(":") ? 2 : 0;
  }

  private sign(sign: string): void {
    const top = this.top;
    if (sign === "{") this.levels.push(level("subject", "}"));
    else if (sign === "{|") this.levels.push(level("property", "|}"));
    else if (sign.startsWith("<<")) this.levels.push(level("subject", ">>"));
    else if (sign === "[") this.levels.push(level("property", "]"));
    else if (sign === "(" && top.slot !== "property") this.levels.push(level("expression", ")"));
    else if (sign === ")" && top.close !== ")") return;
    else if ([")", "]", "}", "|}", ">>", ")>>"].includes(sign)) this.leave(sign);
    else if (sign === "." && top.close === "}") top.slot = "subject";
    else if (sign === ";" && top.slot !== "expression") top.slot = "property";
    else if (sign === "," && top.slot === "done") top.slot = "object";
    else if ((sign === "/" || sign === "|") && top.slot === "object") top.slot = "property";
  }

  private leave(sign: string): void {
    if (this.levels.length > 1) this.levels.pop();
    if (sign === "}" || sign === ")") {
      if (this.top.close === "}") this.top.slot = "subject";
    } else if (sign !== "|}") this.term("");
  }
}

function level(slot: Level["slot"], close: string): Level {
  return { slot, subject: "", property: "", close };
}

/** The prefixes that a query declares. */
export function declaredPrefixes(query: string): Record<string, string> {
  const reading = new Reading({});
  reading.read(query);
  return reading.prefixes;
}

/**
 * What may stand at the cursor; nothing within a text, a comment, or where no term comes.
 *
 * @param known what a prefix means that the query does not declare.
 */
export function placeAt(query: string, cursor: number, known: Record<string, string>): Place | undefined {
  const before = query.slice(0, cursor);
  const word = CURRENT.exec(before)?.[0] ?? "";
  const reading = new Reading(known);
  const finished = before.slice(0, before.length - word.length);
  if (isWithinText(finished)) return undefined;
  reading.read(finished);
  if (word.startsWith("?") || word.startsWith("$")) return { kind: "variable", word };
  if (reading.afterPrefix) return reading.afterPrefix === 1 ? { kind: "prefix", word } : undefined;
  return placeIn(reading, query, word, known);
}

function placeIn(reading: Reading, query: string, word: string, known: Record<string, string>): Place | undefined {
  const { slot, subject, property } = reading.top;
  if (slot === "property") {
    const whole = new Reading(known);
    whole.read(query);
    const classIri = whole.classOf[subject];
    return { kind: "property", word, ...(classIri ? { classIri } : {}) };
  }
  if (slot === "object") {
    const propertyIri = reading.resolve(property);
    return { kind: propertyIri === RDF_TYPE ? "class" : "entity", word, ...(propertyIri ? { propertyIri } : {}) };
  }
  if (reading.levels.length === 1 || slot === "done") return undefined;
  return { kind: "entity", word };
}

/** Tell if a text breaks off within a literal or a comment. */
function isWithinText(text: string): boolean {
  const [last] = [...text.matchAll(TOKEN)].slice(-1);
  const token = last?.[0] ?? "";
  if (token.startsWith("#")) return true;
  const quote = /^("""|'''|"|')/.exec(token)?.[0];
  return quote !== undefined && (token.length < 2 * quote.length || !token.endsWith(quote));
}
