"""Some saved queries promise all of a kind; a pin cannot know what they leave out, so the data are asked here."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from garrison.edition.edition import COUNTS
from test_edition import rows
from test_saved_queries import ALL, answer, edition_store

BY_NAME = {query.name: query for query in ALL}
GAR = "https://w3id.org/garrison/ontology#"
ID = "https://w3id.org/garrison/id/"
CRM = "http://www.cidoc-crm.org/cidoc-crm/"


def column(name: str, of: str) -> list[str]:
    return [row[of] for row in answer(BY_NAME[name], edition_store())]


def test_every_number_that_rests_on_an_emendation_is_among_them() -> None:
    numbers = rows("SELECT ?e ?p { ?claim gar:bound ?bound ; gar:dependsOn ?e . GRAPH ?claim { ?thing ?p ?number } }")
    emendations = column("counts-resting-on-emendations", "emendation")
    assert len(numbers) >= 6
    assert [each for each in numbers if each[0] not in emendations] == []


def test_a_known_day_is_not_coarser_than_a_day_because_a_side_is_open() -> None:
    dates = column("dates-coarser-than-a-day", "edtf")
    assert dates and [date for date in dates if not re.search(r"^\[|(^|/)\d{4}(-\d{2})?(/|$)", date)] == []


def test_what_began_before_and_has_no_known_end_may_have_happened_between_two_days() -> None:
    events = column("between-two-days", "event")
    for begun in ("operation/petsamo-kirkenes-operation", "event/german-occupation-of-petsamo"):
        assert ID + begun in events
    assert len(events) == len(set(zip(events, column("between-two-days", "place"), strict=True)))


def test_a_client_of_cidoc_crm_needs_no_term_of_ours() -> None:
    query = BY_NAME["participants-for-a-crm-client"]
    assert GAR not in query.text and "rdfs:subPropertyOf*" in query.text
    found = {tuple(row.values()) for row in answer(query, edition_store())}
    assert (ID + "event/storming-of-kirkenes", f"{CRM}P14_carried_out_by", ID + "unit/red-army") in found


@pytest.mark.parametrize("name", [*COUNTS, "coordinates"])
def test_a_dispute_in_which_both_sides_are_accepted_is_seen_whatever_it_is_about(name: str) -> None:
    store = edition_store()
    broken = list(
        ox.parse(
            f"""PREFIX gar: <{GAR}> PREFIX c: <{ID}claim/> PREFIX s: <{ID}standing/>
            c:x1 gar:disputes c:x2 ; gar:standing s:accepted . c:x2 gar:standing s:accepted .
            GRAPH c:x1 {{ c:thing gar:{name} 1 }} GRAPH c:x2 {{ c:thing gar:{name} 2 }}""",
            ox.RdfFormat.TRIG,
        )
    )
    store.extend(broken)
    try:
        assert answer(BY_NAME["dispute-without-a-loser-violation"], store)
    finally:
        for quad in broken:
            store.remove(quad)
