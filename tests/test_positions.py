"""Lines of subjects in Turtle and TriG, as an editor counts them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from garrison.edition.positions import Block, blocks

TEXT = '''@prefix : <http://e/> .
PREFIX x: <http://x/>
# :comment a :subject .
:one a :Thing ;
    :says "a dot . and a # and a \\" quote" , """long
:not-a-subject . "quoted"
""" ;
    :list ( :a [ :b :c . ] ) .
x:two.half :p 1.5 , true .

<http://e/three> :p :o .
:graph {
    :four :p :o .
    :five
        :p :o
}
GRAPH <http://e/g2> { x:six :p "}" . }
[] :p :o . :seven :p :o .
'''


def test_every_subject_is_found_on_its_line_and_in_its_graph() -> None:
    assert list(blocks(TEXT)) == [
        Block("http://e/one", None, 4),
        Block("http://x/two.half", None, 9),
        Block("http://e/three", None, 11),
        Block("http://e/graph", "http://e/graph", 12),
        Block("http://e/four", "http://e/graph", 13),
        Block("http://e/five", "http://e/graph", 14),
        Block("http://e/g2", "http://e/g2", 17),
        Block("http://x/six", "http://e/g2", 17),
        Block("http://e/seven", None, 18),
    ]


@given(st.text(alphabet=st.sampled_from("ab:.;,\"'\\<>{}[]()#@ \n"), max_size=200))
def test_any_text_is_read_to_its_end(text: str) -> None:
    lines = text.count("\n") + 1
    assert all(1 <= block.line <= lines for block in blocks(text))


@given(st.lists(st.sampled_from(["# a comment . {", "", "   "]), max_size=5))
def test_blank_lines_and_comments_move_a_subject_down(above: list[str]) -> None:
    text = "".join(line + "\n" for line in above) + "<http://e/s> <http://e/p> 1 ."
    assert list(blocks(text)) == [Block("http://e/s", None, len(above) + 1)]


def test_a_long_text_without_an_end_takes_no_more_than_its_length() -> None:
    """A lexer that tries again from every quotation mark would not come back from this."""
    assert len(list(blocks('"' * 20_000 + "<http://e/s> <http://e/p> 1 ." * 2_000))) <= 22_000


HEAD = "@prefix : <http://e/> .\n@prefix ex: <http://x/y#> .\n@base <http://b/c/> .\n"
GAPS = st.sampled_from([" ", "\n", "\n\n  ", "\t", ' # a :comment . { "\n', "\r\n"])
NAMES = st.sampled_from(
    [":one", "ex:two.half", ":a-b", "ex:%41b", ":x\\,y", "<http://e/f#g>", "<rel/h>", "<#i>", ":1.5", ":"]
)
OBJECTS = st.sampled_from(
    [
        *(":o", "ex:o.p", "<http://e/o>", "1", "1.5", "-.5", "+1.e3", "2e4", ".5E-1", "true", "_:b", "_:b.c"),
        *('"a . b"', "'; :no'", '"""two\n:not . \\" a "subject"\n"""', "'''} . :no'''", '"x"@en-GB', '"1"^^ex:t'),
        *("[]", "[ :p 1.5 ; ex:q [ :p 2 ] ]", "( 1.5 :o [ :p :o ] )", "()"),
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[Block]]:
    """A TriG document, and where its subjects stand in it, known from how it was put together."""
    text, expected = HEAD, []
    for graph in draw(st.lists(st.none() | st.sampled_from([":g", "<http://e/graph>", "GRAPH ex:g.h"]), max_size=4)):
        if graph:
            text += draw(GAPS) + graph.split()[0]
            name = named(graph.split()[-1])
            if graph.startswith("GRAPH"):
                text += draw(GAPS) + graph.split()[-1]
            expected.append(Block(name, name, line(text)))
            text += draw(GAPS) + "{" + draw(GAPS)
        for subject in draw(st.lists(NAMES, min_size=1, max_size=3)):
            text += draw(GAPS) + subject
            expected.append(Block(named(subject), named(graph.split()[-1]) if graph else None, line(text)))
            for end in [*draw(st.lists(st.sampled_from([";", ","]), max_size=3)), "."]:
                predicate = "" if text.endswith(" ,") else draw(st.sampled_from([":p", "a", "ex:q.r"]))
                text += draw(GAPS) + predicate + draw(GAPS) + draw(OBJECTS) + " " + end
        text += "}" if graph else ""
    return text, expected


def line(text: str) -> int:
    return text.count("\n") + 1


def named(name: str) -> str:
    """The IRI, as the parser reads it."""
    (quad,) = ox.parse(f"{HEAD}{name} a 1 .", format=ox.RdfFormat.TURTLE)
    assert isinstance(quad.subject, ox.NamedNode)
    return quad.subject.value


@given(documents())
def test_the_lines_agree_with_how_a_document_was_put_together(document: tuple[str, list[Block]]) -> None:
    text, expected = document
    list(ox.parse(text, format=ox.RdfFormat.TRIG))  # the document is TriG, so the expectation means something
    assert list(blocks(text)) == expected


@pytest.mark.parametrize("number", ["1.5", "-0.5", ".5", "1.5e3", "+1e-3"])
def test_the_point_of_a_number_does_not_end_a_block(number: str) -> None:
    assert list(blocks(f"<http://e/s> <http://e/p> {number} ;\n <http://e/q> 1 .")) == [Block("http://e/s", None, 1)]


def test_a_graph_with_a_blank_node_for_a_name_is_found_under_its_label() -> None:
    assert list(blocks("\n_:g { <http://e/s> <http://e/p> 1 }")) == [
        Block("_:g", "_:g", 2),
        Block("http://e/s", "_:g", 2),
    ]
