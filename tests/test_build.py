"""Build: what reaches the default graph, what follows from it, and a version that is the content."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest

from garrison.edition.build import build
from garrison.edition.snapshot import write_snapshot
from garrison.errors import EditionError
from lighthouse import CLAIMS, SOURCE, THINGS, change, copy_lighthouse

PREFIXES = {
    "gar": "https://w3id.org/garrison/ontology#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "inferred": "https://w3id.org/garrison/graph/",
    **{kind: f"https://w3id.org/garrison/id/{kind}/" for kind in ("claim", "event", "person", "place")},
}


def ask(folder: Path, query: str) -> bool:
    store = ox.Store()
    store.load(build(folder).nquads, format=ox.RdfFormat.N_QUADS)
    answer = store.query(query, prefixes=PREFIXES)
    assert isinstance(answer, ox.QueryBoolean)
    return bool(answer)


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    return copy_lighthouse(tmp_path)


def test_an_accepted_statement_reaches_the_default_graph_and_stays_in_its_own(edition: Path) -> None:
    assert ask(edition, "ASK { event:lighting gar:place place:skarn-point }")
    assert ask(edition, "ASK { GRAPH claim:c0011 { event:lighting gar:place place:skarn-point } }")


def test_days_are_derived_into_the_claim_and_into_the_default_graph(edition: Path) -> None:
    days = 'event:rescue gar:begin "1902-01-01"^^xsd:date ; gar:end "1902-12-31"^^xsd:date'.replace(
        "xsd:date", "<http://www.w3.org/2001/XMLSchema#date>"
    )
    assert ask(edition, f"ASK {{ {days} }}")
    assert ask(edition, f"ASK {{ GRAPH claim:c0022 {{ {days} }} }}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("modality:stated", "modality:hinted"),
        ("modality:stated", "modality:rumoured"),
        ("polarity:affirmed", "polarity:denied"),
        ("standing:accepted", "standing:rival"),
        ("standing:accepted", "standing:rejected"),
    ],
)
def test_what_is_not_published_stands_in_its_own_graph_alone(edition: Path, old: str, new: str) -> None:
    text = (edition / CLAIMS).read_text("utf-8")
    (edition / CLAIMS).write_text(text.replace(old, new, 1), "utf-8")  # the first claim is c0011
    assert not ask(edition, "ASK { event:lighting gar:place ?place }")
    assert not ask(edition, "ASK { event:lighting gar:begin ?day }")
    assert ask(edition, "ASK { GRAPH claim:c0011 { event:lighting gar:place ?place ; gar:begin ?day } }")


@pytest.mark.parametrize("modality", ["testified", "judged"])
def test_testimony_and_judgement_are_published(edition: Path, modality: str) -> None:
    text = (edition / CLAIMS).read_text("utf-8")
    (edition / CLAIMS).write_text(text.replace("modality:stated", f"modality:{modality}", 1), "utf-8")
    assert ask(edition, "ASK { event:lighting gar:place ?place }")


def test_the_rumoured_event_is_no_event_of_the_default_graph(edition: Path) -> None:
    assert not ask(edition, "ASK { event:sale-of-oil a ?class }")
    assert ask(edition, "ASK { GRAPH claim:c0031 { event:sale-of-oil a gar:Event } }")


def test_superclasses_and_superproperties_follow_and_are_told_apart(edition: Path) -> None:
    inferred = "event:lighting gar:participant person:orm . person:orm a gar:Agent ."
    assert ask(edition, f"ASK {{ {inferred} GRAPH inferred:inferred {{ {inferred} }} }}")
    assert not ask(edition, "ASK { GRAPH inferred:inferred { event:lighting gar:carriedOutBy ?who } }")


def test_a_coined_label_becomes_a_label(edition: Path) -> None:
    assert ask(edition, 'ASK { event:lighting rdfs:label "Lighting of Skarn Point"@en }')


def test_transitive_and_inverse_properties_follow(edition: Path) -> None:
    change(
        edition,
        CLAIMS,
        "source:beacon-2001 gar:about place:skarn-point",
        "place:skarn-point gar:within place:b . place:b gar:within place:c . person:orm gar:memberOf place:d",
    )
    assert ask(edition, "ASK { place:skarn-point gar:within place:c . place:d gar:hasMember person:orm }")


def test_no_class_follows_from_a_domain_or_a_range(edition: Path) -> None:
    change(edition, CLAIMS, "source:beacon-2001 gar:about place:skarn-point", "place:x gar:commander person:y")
    assert not ask(edition, "ASK { place:x a ?class }")
    assert not ask(edition, "ASK { person:y a ?class }")


def test_the_version_is_the_digest_of_the_canonical_quads(edition: Path) -> None:
    snapshot = build(edition)
    assert snapshot.version == hashlib.sha256(snapshot.nquads).hexdigest()
    lines = snapshot.nquads.splitlines()
    assert lines == sorted(lines)


def test_the_same_content_in_other_files_has_the_same_version(edition: Path) -> None:
    before = build(edition).version
    things = (edition / THINGS).read_text("utf-8")
    (edition / THINGS).write_text("# a comment\n\n" + things.replace("    ", "\t"), "utf-8")
    (edition / SOURCE).rename((edition / SOURCE).with_name("another-name.ttl"))
    assert build(edition).version == before


def test_another_content_has_another_version(edition: Path) -> None:
    before = build(edition).version
    change(edition, THINGS, "A headland with a lighthouse.", "A headland with a light.")
    assert build(edition).version != before


def test_a_snapshot_directory_holds_what_its_name_says(edition: Path, tmp_path: Path) -> None:
    snapshot = build(edition)
    directory = write_snapshot(snapshot, tmp_path / "out")
    assert directory == tmp_path / "out" / snapshot.version
    assert (directory / "dataset.nq").read_bytes() == snapshot.nquads
    assert (tmp_path / "out" / "current").read_text("utf-8").strip() == snapshot.version
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted([snapshot.version, "current"])


def test_writing_the_same_version_again_changes_nothing(edition: Path, tmp_path: Path) -> None:
    snapshot = build(edition)
    first = write_snapshot(snapshot, tmp_path / "out")
    before = (first / "dataset.nq").stat().st_mtime_ns
    assert write_snapshot(snapshot, tmp_path / "out") == first
    assert (first / "dataset.nq").stat().st_mtime_ns == before


def test_a_folder_that_is_no_edition_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="has no folder ontology/"):
        build(tmp_path)


def test_a_syntax_error_stops_the_build_with_its_place(edition: Path) -> None:
    change(edition, THINGS, "person:orm a gar:Person ;", "person:orm a gar:Person")
    with pytest.raises(EditionError, match=r"things\.ttl:\d+:\d+: "):
        build(edition)


def test_counts_say_what_is_in_the_edition(edition: Path) -> None:
    counts = build(edition).statistics
    assert (counts["passages"], counts["claims"], counts["emendations"], counts["sources"]) == (3, 5, 1, 1)
    assert counts["claims by polarity"] == {"affirmed": 4, "denied": 1}
