"""A text is cut into runs where passages and garbled words begin and end, however they overlap."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from garrison.services.text_runs import Run, Span, garbled_span, paragraphs

TEXT = "Ein 𝔇orf.\r\n\nAm Fluß lag ein Boot, kein Schiff.\n"


def spans(prefix: str) -> st.SearchStrategy[list[Span]]:
    positions = st.integers(0, 60)
    found = st.lists(st.tuples(positions, positions), max_size=6)
    return found.map(lambda pairs: [Span(f"{prefix}{n}", *pair) for n, pair in enumerate(pairs)])


def text_of(span: Span, runs: list[Run]) -> str:
    return "".join(run.text for run in runs if span.name in (*run.passages, *run.garbled))


@given(st.text(alphabet="ab 𝔇\n", max_size=50), spans("p"), spans("e"))
def test_the_runs_are_the_text_and_each_span_has_its_words(
    text: str, passages: list[Span], garbled: list[Span]
) -> None:
    found = paragraphs(text, passages, garbled)
    lines = [line for line in text.split("\n") if line.strip()]
    assert ["".join(run.text for run in line) for line in found] == lines
    runs = [run for line in found for run in line]
    for span in (*passages, *garbled):
        assert text_of(span, runs) == _in_lines_with_words(text, span)


def _in_lines_with_words(text: str, span: Span) -> str:
    """What of a span stands in lines that are shown."""
    found, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(line[max(0, span.start - start) : max(0, span.end - start)])
        start += len(line) + 1
    return "".join(found)


@given(st.text(alphabet="ab\n", max_size=50), spans("p"), spans("e"))
def test_each_span_begins_and_ends_once(text: str, passages: list[Span], garbled: list[Span]) -> None:
    runs = [run for line in paragraphs(text, passages, garbled) for run in line]
    begun = [name for run in runs for name in run.begins]
    ended = [name for run in runs for name in run.ends]
    assert sorted(begun) == sorted({name for run in runs for name in run.passages})
    assert sorted(ended) == sorted({name for run in runs for name in run.garbled})


def test_positions_count_code_points_and_line_ends_as_they_are() -> None:
    start = TEXT.index("Boot")
    (line,) = paragraphs(TEXT, [Span("p1", start, start + 4)], [])[1:]
    assert [run.text for run in line if run.passages] == ["Boot"]


def test_a_passage_in_another_is_shown_as_part_of_both_and_the_shorter_comes_last() -> None:
    runs = paragraphs("one two three", [Span("inner", 4, 7), Span("outer", 0, 13)], [])[0]
    assert [(run.text, run.passages, run.begins) for run in runs] == [
        ("one ", ("outer",), ("outer",)),
        ("two", ("outer", "inner"), ("inner",)),
        (" three", ("outer",), ()),
    ]


def test_of_two_readings_that_end_together_the_shorter_is_told_first() -> None:
    runs = paragraphs("and the Nickel settlement", [], [Span("e1", 0, 25), Span("e2", 4, 25)])[0]
    assert [(run.text, run.ends) for run in runs] == [("and ", ()), ("the Nickel settlement", ("e2", "e1"))]


def test_garbled_words_are_found_in_their_span_and_nowhere_else() -> None:
    text = "the house, then the house"
    assert garbled_span("e1", text, 11, 25, "the house") == Span("e1", 16, 25)
    assert garbled_span("e1", text, 0, 15, "a ship") == Span("e1", 0, 15)
    assert garbled_span("e1", text, 11, 99, "") == Span("e1", 11, 25)


def test_a_part_of_a_text_is_cut_at_its_bounds() -> None:
    found = paragraphs("one\ntwo\nthree", [], [], 2, 9)
    assert [[run.text for run in line] for line in found] == [["e"], ["two"], ["t"]]


def test_positions_beyond_the_end_do_no_harm() -> None:
    assert paragraphs("", [Span("p1", 0, 9)], [Span("e1", 5, 9)]) == []
    runs = paragraphs("one", [Span("p1", 1, 99), Span("p2", 50, 99)], [])[0]
    assert [(run.text, run.passages) for run in runs] == [("o", ()), ("ne", ("p1",))]
