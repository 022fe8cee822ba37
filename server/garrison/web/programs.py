"""A query as a program that asks it: for a terminal, Python, R and JavaScript, each whole, to be copied and run.

A query is somebody's text: in each language it is written as that language writes a text, so that nothing in it is
anything else. What cannot stand in the readable form is written with escapes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Program:
    """One program."""

    language: str  # as people call it
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked, and where: a query at an endpoint, or a saved query at its address."""

    address: str  # absolute, with the parameters that it always has
    form: str  # SELECT, ASK, CONSTRUCT or DESCRIBE
    query: str = ""  # empty: the address has it

    def to(self, format: str) -> str:
        """The address that answers in a format."""
        return f"{self.address}{'&' if '?' in self.address else '?'}format={format}"


def saved_call(base: str, name: str, form: str, given: Mapping[str, str]) -> Call:
    """A saved query with parameters."""
    return Call(f"{base}/api/{name}" + (f"?{urlencode(given)}" if given else ""), form)


def query_call(base: str, endpoint: str, form: str, query: str, graphs: Sequence[tuple[str, str]] = ()) -> Call:
    """A query at an endpoint.

    :param graphs: the RDF dataset, as parameters.
    """
    return Call(base + endpoint + (f"?{urlencode(graphs)}" if graphs else ""), form, query.replace("\r\n", "\n"))


def programs(call: Call) -> tuple[Program, ...]:
    """Write the call in every language."""
    return (
        Program("curl", _curl(call)),
        Program("Python", _python(call)),
        Program("R", _r(call)),
        Program("JavaScript", _javascript(call)),
    )


def _curl(call: Call) -> str:
    accept = "text/csv" if call.form == "SELECT" else "text/turtle" if _is_graph(call) else "application/json"
    asked = f"curl --silent --fail-with-body --header 'Accept: {accept}'"
    if not call.query:
        return f"{asked} {_shell(call.address)}\n"
    mark = _mark(call.query)
    return f"{asked} \\\n  --data-urlencode query@- {_shell(call.address)} <<'{mark}'\n{call.query.rstrip()}\n{mark}\n"


def _python(call: Call) -> str:
    if call.query:
        return _python_query(call)
    if call.form == "SELECT":
        return f"import pandas\n\ntable = pandas.read_csv({json.dumps(call.to('csv'))})\nprint(table)\n"
    if _is_graph(call):
        address = json.dumps(call.to("turtle"))
        return f'import rdflib\n\ngraph = rdflib.Graph().parse({address}, format="turtle")\nprint(len(graph))\n'
    address = json.dumps(call.to("json"))
    return f'import json, urllib.request\n\nprint(json.load(urllib.request.urlopen({address}))["boolean"])\n'


def _python_query(call: Call) -> str:
    kind = "CSV" if call.form == "SELECT" else "TURTLE" if _is_graph(call) else "JSON"
    extra = {"CSV": "import io\n\nimport pandas\n", "TURTLE": "import rdflib\n", "JSON": ""}[kind]
    read = {
        "CSV": "table = pandas.read_csv(io.BytesIO(endpoint.query().convert()))\nprint(table)",
        "TURTLE": 'graph = rdflib.Graph().parse(data=endpoint.query().convert(), format="turtle")\nprint(len(graph))',
        "JSON": 'print(endpoint.query().convert()["boolean"])',
    }[kind]
    return (
        f"{extra}from SPARQLWrapper import {kind}, POST, SPARQLWrapper\n\n"
        f"query = {_python_text(call.query)}\n"
        f"endpoint = SPARQLWrapper({json.dumps(call.address)})\nendpoint.setQuery(query)\nendpoint.setMethod(POST)\n"
        f"endpoint.setReturnFormat({kind})\n{read}\n"
    )


def _r(call: Call) -> str:
    format, read = ("csv", "read.csv") if call.form == "SELECT" else ("nt" if _is_graph(call) else "json", "readLines")
    address = json.dumps(call.to(format), ensure_ascii=False)
    if not call.query:
        return f"answer <- {read}({address})\nprint(answer)\n"
    sent = f"paste0({json.dumps(call.to(format) + '&query=', ensure_ascii=False)}, URLencode(query, reserved = TRUE))"
    return f"query <- {_r_text(call.query)}\nanswer <- {read}({sent})\nprint(answer)\n"


def _javascript(call: Call) -> str:
    accept = "text/turtle" if _is_graph(call) else "application/sparql-results+json"
    options = [f'headers: {{ Accept: "{accept}" }}']
    asked = ""
    if call.query:
        asked = f"const query = {_javascript_text(call.query)};\n"
        options += ['method: "POST"', "body: new URLSearchParams({ query })"]
    read = {"SELECT": "console.table((await response.json()).results.bindings);", "ASK": _BOOLEAN}
    shown = read.get(call.form, "console.log(await response.text());")
    sent = f"const response = await fetch({_javascript_line(call.address)}, {{\n  " + ",\n  ".join(options) + ",\n});"
    return f"{asked}{sent}\n{shown}\n"


_BOOLEAN = "console.log((await response.json()).boolean);"


def _is_graph(call: Call) -> bool:
    return call.form in ("CONSTRUCT", "DESCRIBE")


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _mark(query: str) -> str:
    """A line that ends a here-document and is none of the query."""
    mark = "SPARQL"
    while mark in query.split("\n"):
        mark += "_"
    return mark


def _python_text(text: str) -> str:
    if '"""' in text or "\\" in text or text.endswith('"') or not _is_plain(text):
        return repr(text)
    return f'"""\n{text.strip()}\n"""'


def _r_text(text: str) -> str:
    """A raw string of R 4, with as many dashes as it takes."""
    if not _is_plain(text):
        return json.dumps(text)
    dashes = "-" * next(n for n in range(1, len(text) + 2) if f'){"-" * n}"' not in text)
    return f'r"{dashes}(\n{text.strip()}\n){dashes}"'


def _javascript_text(text: str) -> str:
    if not _is_plain(text):
        return _javascript_line(text)
    escaped = text.strip().replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return f"`\n{escaped}\n`"


def _javascript_line(text: str) -> str:
    return json.dumps(text)


def _is_plain(text: str) -> bool:
    """Tell if a text has no characters that would be lost, or turn what stands around them, on the way by hand."""
    return all(character in "\n\t" or character.isprintable() for character in text)
