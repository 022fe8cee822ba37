"""Lines of subjects in Turtle and TriG, as an editor counts them."""

from __future__ import annotations

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
