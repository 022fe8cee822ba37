"""CSV with triple terms: whatever a literal holds, it stays in its field and can be told from what is around it."""

from __future__ import annotations

import csv
import io
import re

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from garrison.engine.results import write_results

S, P = ox.NamedNode("urn:s"), ox.NamedNode("urn:p")
# csv.reader refuses NUL before Python 3.11.4; what is written is the same
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))


def written(*objects: ox.Literal | ox.Triple) -> list[list[str]]:
    """The rows of a result with these objects, in the order of their subjects."""
    store = ox.Store()
    store.extend(ox.Quad(ox.NamedNode(f"urn:{n:03}"), P, object) for n, object in enumerate(objects))
    output = io.BytesIO()
    solutions = store.query("SELECT ?object ?after { ?s ?p ?object BIND('after' AS ?after) } ORDER BY ?s")
    write_results(solutions, "text/csv", output, triple_terms=True)
    rows = list(csv.reader(io.StringIO(output.getvalue().decode(), newline="")))
    assert rows[0] == ["object", "after"] and all(row[1] == "after" for row in rows[1:])
    return rows[1:]


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_a_literal_is_read_back_as_it_was(texts: list[str]) -> None:
    assert [row[0] for row in written(*map(ox.Literal, texts))] == texts


@given(TEXTS, st.integers(1, 4))
def test_a_literal_in_a_triple_term_can_be_told_from_the_term(text: str, depth: int) -> None:
    term: ox.Literal | ox.Triple = ox.Literal(text)
    for _ in range(depth):
        term = ox.Triple(S, P, term)
    [[field, _]] = written(term)
    begin, end = "<<( urn:s urn:p " * depth, " )>>" * depth
    found = re.fullmatch(re.escape(begin) + '"((?:[^"]|"")*)"' + re.escape(end), field)
    assert found and found[1].replace('""', '"') == text
