"""The edition itself, tested as data: what must be in it, and what must never reach its default graph."""

from __future__ import annotations

import re
from functools import cache

import pyoxigraph as ox
import pytest

from garrison.edition.build import build
from garrison.edition.check import check
from garrison.edition.finder import published_edition

PREFIXES = {
    "gar": "https://w3id.org/garrison/ontology#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "oa": "http://www.w3.org/ns/oa#",
    **{
        kind: f"https://w3id.org/garrison/id/{kind}/"
        for kind in ("claim", "event", "eventkind", "identity", "modality", "place", "polarity", "source", "standing")
    },
}


@cache
def edition_store() -> ox.Store:
    store = ox.Store()
    store.load(build(published_edition()).nquads, format=ox.RdfFormat.N_QUADS)
    return store


def rows(query: str) -> list[tuple[str, ...]]:
    """The solutions as tuples of plain strings."""
    solutions = edition_store().query(query, prefixes=PREFIXES)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(getattr(term, "value", "") for term in solution) for solution in solutions]


def holds(query: str) -> bool:
    answer = edition_store().query(query, prefixes=PREFIXES)
    assert isinstance(answer, ox.QueryBoolean)
    return bool(answer)


def test_the_edition_has_no_finding_of_any_severity() -> None:
    assert [str(finding) for finding in check(published_edition())] == []


def test_every_passage_and_every_emendation_is_there() -> None:
    passages = rows("SELECT ?p { ?p a gar:Passage ; gar:source source:russian-seven-2020 }")
    emendations = rows("SELECT ?e { ?e a gar:Emendation }")
    assert len(passages) == 73  # the 71 quotes of the article, and the two that emendations 33 and 34 mend
    assert sorted(iri.rsplit("/", 1)[1] for (iri,) in emendations) == [f"e{n:03d}" for n in range(1, 45)]


def test_every_passage_is_the_ground_of_a_claim() -> None:
    assert rows("SELECT ?p { ?p a gar:Passage FILTER NOT EXISTS { ?c gar:passage ?p } }") == []


def test_every_emendation_carries_a_claim() -> None:
    assert rows("SELECT ?e { ?e a gar:Emendation FILTER NOT EXISTS { ?c gar:dependsOn ?e } }") == []


def test_a_claim_is_numbered_after_its_passage() -> None:
    """``graph_data/README.md``, Ids: whoever sees ``c0231`` finds ``p0023``, and citations rely on it."""
    numbers = [
        (claim.rsplit("/", 1)[1], passage.rsplit("/", 1)[1])
        for claim, passage in rows("SELECT ?claim ?passage { ?claim a gar:Claim ; gar:passage ?passage }")
    ]
    assert [pair for pair in numbers if not re.fullmatch(r"c\d{4} p\d{4}", " ".join(pair))] == []
    assert [(c, p) for c, p in numbers if int(c[1:]) // 10 != int(p[1:])] == []


def test_nothing_denied_hinted_or_rumoured_reaches_the_default_graph() -> None:
    """A triple of such a claim may stand in the default graph only if another, published claim says it too."""
    leaked = rows(
        """
        SELECT DISTINCT ?claim ?s ?p ?o {
          ?claim gar:modality ?modality ; gar:polarity ?polarity ; gar:standing ?standing .
          FILTER(?polarity = polarity:denied || ?modality IN (modality:hinted, modality:rumoured)
                 || ?standing != standing:accepted)
          GRAPH ?claim { ?s ?p ?o }
          ?s ?p ?o .
          FILTER NOT EXISTS {
            GRAPH ?other { ?s ?p ?o }
            ?other gar:polarity polarity:affirmed ; gar:standing standing:accepted ; gar:modality ?m .
            FILTER(?m IN (modality:stated, modality:testified, modality:judged))
          }
        }
        """
    )
    assert leaked == []


def test_whoever_asks_for_atrocities_gets_none() -> None:
    assert not holds("ASK { ?event gar:kind eventkind:atrocity }")
    assert not holds("ASK { event:atrocities-on-bornholm a ?class }")
    assert not holds("ASK { ?anything ?relates event:atrocities-on-bornholm }")


def test_the_denied_rumour_is_found_by_asking_for_claims() -> None:
    found = rows(
        """
        SELECT ?claim ?polarity {
          GRAPH ?claim { ?event gar:kind eventkind:atrocity }
          ?claim gar:modality modality:rumoured ; gar:polarity ?polarity .
        }
        """
    )
    assert found == [(PREFIXES["claim"] + "c0562", PREFIXES["polarity"] + "denied")]


def test_the_hinted_annexation_is_no_event_of_the_default_graph() -> None:
    assert not holds("ASK { event:border-shift a ?class }")
    assert not holds("ASK { event:border-shift-hint a ?class }")
    assert holds("ASK { GRAPH claim:c0302 { event:border-shift a gar:Event } }")


def test_a_testimony_within_a_testimony_leads_back_to_the_author() -> None:
    voices = rows(
        """
        SELECT ?voice { claim:c0302 gar:reportedIn*/gar:assertedBy ?voice }
        """
    )
    assert {iri.rsplit("/", 1)[1] for (iri,) in voices} == {
        "unnamed-in-soviet-leadership",
        "niels-morten-udgaard",
        "yaroslav-butakov",
    }


@pytest.mark.parametrize(
    "property_name", ["begin", "end", "edtf", "strength", "civilianDeaths", "homeless", "prisoners"]
)
def test_nothing_has_two_values_of_what_can_be_only_one(property_name: str) -> None:
    twice = rows(
        f"SELECT ?thing {{ ?thing gar:{property_name} ?value }} GROUP BY ?thing HAVING(COUNT(DISTINCT ?value) > 1)"
    )
    assert twice == []


def test_the_simple_question_has_a_simple_answer() -> None:
    answer = rows("SELECT ?place ?day { ?event a gar:Capture ; gar:place ?place ; gar:begin ?day } ORDER BY ?day")
    assert answer == [
        (PREFIXES["place"] + "pechenga-settlement", "1944-10-15"),
        (PREFIXES["place"] + "nikel", "1944-10-22"),
        (PREFIXES["place"] + "kirkenes", "1944-10-25"),
    ]


def test_its_evidence_is_one_graph_away() -> None:
    answer = rows(
        """
        SELECT DISTINCT ?place ?certainty {
          ?event a gar:Capture . GRAPH ?claim { ?event gar:place ?place }
          ?claim gar:certainty ?certainty ; gar:passage/gar:summary ?said . FILTER(LANG(?said) = "en")
        }
        """
    )
    assert {place.rsplit("/", 1)[1] for place, _ in answer} == {"pechenga-settlement", "nikel", "kirkenes"}


def test_captures_operations_and_stationings_are_events_in_full() -> None:
    """Where and with whom; a capture or an operation is part of something, and all else is too or has a date."""
    assert (
        rows(
            """
            SELECT DISTINCT ?event {
              VALUES ?class { gar:Capture gar:Operation gar:Stationing } ?event a ?class .
              GRAPH ?claim { ?event ?says ?of } ?claim gar:passage/gar:source source:russian-seven-2020 .
              BIND(EXISTS { ?event gar:subEventOf ?whole } AS ?is_part)
              FILTER(!EXISTS { ?event gar:place ?place } || !EXISTS { ?event gar:participant ?who }
                  || !?is_part && (?class != gar:Stationing || !EXISTS { ?event gar:edtf ?date })) }
            """
        )
        == []
    )


def test_a_count_that_rests_on_an_emendation_says_so() -> None:
    counts = rows(
        """
        SELECT ?quantity ?emendation {
          GRAPH ?claim { ?holding gar:quantity ?quantity } ?claim gar:dependsOn ?emendation
        } ORDER BY ?emendation
        """
    )
    assert [(n, iri.rsplit("/", 1)[1]) for n, iri in counts] == [("2", "e009"), ("12", "e012"), ("12", "e013")]


def test_every_entity_has_an_identity_state() -> None:
    assert (
        rows(
            """
            SELECT ?thing { ?thing a ?class . FILTER(STRSTARTS(STR(?thing), "https://w3id.org/garrison/id/"))
              VALUES ?class { gar:Agent gar:Place gar:Event gar:Agreement gar:Materiel gar:Monument gar:Work }
              FILTER NOT EXISTS { ?thing gar:identity ?state } }
            """
        )
        == []
    )


def test_no_label_is_missing_in_english_or_russian() -> None:
    assert (
        rows(
            """
            SELECT ?thing { ?thing gar:identity ?state
              FILTER(!EXISTS { ?thing rdfs:label ?en FILTER(LANG(?en) = "en") }
                  || !EXISTS { ?thing rdfs:label ?ru FILTER(LANG(?ru) = "ru") }) }
            """
        )
        == []
    )
