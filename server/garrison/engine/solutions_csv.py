"""Solutions with triple terms as CSV.

pyoxigraph writes the three parts of a triple term into its field one after another and quotes the last part alone, so
a comma in it would begin another column.
"""

from __future__ import annotations

import codecs
import csv
from typing import BinaryIO

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def write_csv(solutions: ox.QuerySolutions, output: BinaryIO) -> None:
    """Write a header and a line for each solution, lazily; lines end with CR LF.

    https://www.w3.org/TR/sparql12-results-csv-tsv/#csv-terms
    """
    writer = csv.writer(codecs.getwriter("utf-8")(output))
    writer.writerow([variable.value for variable in solutions.variables])
    for solution in solutions:
        writer.writerow(["" if term is None else _value(term) for term in solution])


def _value(term: Term) -> str:
    if isinstance(term, ox.Triple):
        return f"<<( {_value(term.subject)} {_value(term.predicate)} {_object(term.object)} )>>"
    return str(term) if isinstance(term, ox.BlankNode) else term.value


def _object(term: Term) -> str:
    """The object of a triple term: a literal has quotes of its own there, or its end could not be told."""
    value = _value(term)  # once: each of two calls would make two more, one triple term down
    return '"' + value.replace('"', '""') + '"' if isinstance(term, ox.Literal) else value
