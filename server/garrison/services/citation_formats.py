"""Citations as text, BibTeX, CSL-JSON and RIS.

Values may hold anything: what would end a field or a record, or run as TeX, is escaped, and every value is one line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from garrison.rdf.formats import Format
from garrison.services.citation import Citation

CSL_JSON = "application/vnd.citationstyles.csl+json"
# Media types of https://citation.crosscite.org/docs.html, which reference managers and DOI resolvers share.
CITATIONS: tuple[Format, ...] = (
    Format("text", "text/plain", "txt", "citation", "Text", ("text/x-bibliography",), ("txt",)),
    Format("bibtex", "application/x-bibtex", "bib", "citation", "BibTeX", ("text/x-bibtex",), ("bib",)),
    Format(
        "csl",
        CSL_JSON,
        "json",
        "citation",
        "CSL-JSON",
        ("application/json",),
        ("json",),
    ),
    Format("ris", "application/x-research-info-systems", "ris", "citation", "RIS"),
)
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "%": r"\%",
        "#": r"\#",
        "&": r"\&",
        "$": r"\$",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9-]+")
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def as_text(citation: Citation) -> str:
    """One line for a footnote."""
    authors = ", ".join(citation.authors)
    if citation.container:
        begin = f"“{citation.title}.” In {', '.join((*citation.authors, citation.container))}."
    else:
        begin = f"{authors}. {citation.title}." if authors else f"{citation.title}."
    dated = ", ".join(part for part in (f"Version {_version(citation)}", citation.issued) if part)
    parts = [begin, f"{dated}.", f"{_uri(citation.url)}."]
    parts += [f"{citation.note}."] if citation.note else []
    return _line(" ".join(parts)) + "\n"


def as_bibtex(citation: Citation) -> str:
    """An entry for BibTeX and BibLaTeX, in UTF-8; braces keep names and capitals as they are."""
    fields = {
        "author": " and ".join(f"{{{_tex(author)}}}" for author in citation.authors),
        "title": f"{{{_tex(citation.title)}}}",
        "howpublished": f"In: {_tex(citation.container)}" if citation.container else "",
        "version": _tex(_version(citation)),
        "year": citation.issued[:4],
        "date": citation.issued,
        "url": _uri(citation.url),
        "note": _tex(". ".join(part for part in (f"Version {_version(citation)}", citation.note) if part)),
        "abstract": _tex(citation.abstract),
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@misc{{{_key(citation)},\n{''.join(lines)}}}\n"


def as_csl(citation: Citation) -> str:
    """An item of CSL-JSON, which Zotero, pandoc and citeproc read, in an array of its own.

    https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html
    """
    item: Mapping[str, Any] = {
        "id": _key(citation),
        "type": "entry" if citation.container else "dataset",
        "title": _line(citation.title),
        "container-title": _line(citation.container),
        "author": [{"literal": _line(author)} for author in citation.authors],
        "version": _version(citation),
        "issued": {"date-parts": [[int(part) for part in citation.issued.split("-")]]} if citation.issued else None,
        "URL": _uri(citation.url),
        "license": _uri(citation.licence),
        "abstract": _line(citation.abstract),
        "note": _line(citation.note),
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1) + "\n"


def as_ris(citation: Citation) -> str:
    """A record of RIS: a tag of two characters and a value a line, which end with CR and LF."""
    fields = [
        ("TY", "DATA"),
        *(("AU", author) for author in citation.authors),
        ("TI", citation.title),
        ("T2", citation.container),
        ("ET", _version(citation)),
        ("PY", citation.issued[:4]),
        ("DA", citation.issued.replace("-", "/")),
        ("UR", _uri(citation.url)),
        ("AB", citation.abstract),
        ("N1", citation.note),
    ]
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in fields if value) + "ER  - \r\n"


WRITERS: Mapping[str, Callable[[Citation], str]] = {
    "text": as_text,
    "bibtex": as_bibtex,
    "csl": as_csl,
    "ris": as_ris,
}


def _version(citation: Citation) -> str:
    snapshot = f"snapshot {citation.snapshot}"
    return f"{_line(citation.version)}, {snapshot}" if citation.version else snapshot


def _key(citation: Citation) -> str:
    return _NOT_IN_KEYS.sub("-", citation.key).strip("-") or "garrison"


def _line(value: str) -> str:
    """The value on one line, without characters that are not seen."""
    return _UNSEEN.sub(" ", value).strip()


def _tex(value: str) -> str:
    return _line(value).translate(_TEX)


def _uri(iri: str) -> str:
    """The URI of an IRI (RFC 3987, section 3.1), which holds nothing that a field could end with."""
    return quote(iri, safe="%/:?#[]@!$&'()*+,;=~-._", errors="replace")
