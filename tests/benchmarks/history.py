"""A generated history in the terms of our ontology: people in units, units in armies, events at places on days.

The same count and seed give the same file. Everything stands in the default graph, so that each server loads the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from garrison.edition.published_files import write_published_files
from garrison.edition.sums import write_sums

GAR = "https://w3id.org/garrison/ontology#"
ID = "https://w3id.org/garrison/id/"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
RDFS_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
DATE = "http://www.w3.org/2001/XMLSchema#date"
FIRST_DAY = date(1940, 1, 1)
DAYS = 17 * 365
BRANCHES = 5  # units below one unit
PLACES, UNITS, EVENTS = 400, 80, 12  # triples of the whole for each of these


def _thing(kind: str, number: int) -> str:
    return f"<{ID}{kind}/{kind[0]}{number}>"


def _gar(name: str) -> str:
    return f"<{GAR}{name}>"


def statements(triples: int, seed: int = 1945) -> Iterator[str]:
    """Yield N-Triples lines: so many, or up to ten fewer or more."""
    random, written = Random(seed), 0
    places, units, events = (max(2, triples // share) for share in (PLACES, UNITS, EVENTS))
    for number in range(places):
        yield from (lines := _place(random, number))
        written += len(lines)
    people = max(1, (triples - written - units * 5 - events * 10) // 5)
    for number in range(units):
        yield from _unit(random, number, people)
    for number in range(events):
        yield from _event(random, number, places, units, people)
    for number in range(people):
        yield from _person(random, number, units)


def _place(random: Random, number: int) -> list[str]:
    thing = _thing("place", number)
    lines = [f"{thing} {RDF_TYPE} {_gar('Place')} .", f'{thing} {RDFS_LABEL} "Place {number}"@en .']
    return lines + ([f"{thing} {_gar('within')} {_thing('place', random.randrange(number))} ."] if number else [])


def _unit(random: Random, number: int, people: int) -> list[str]:
    thing = _thing("unit", number)
    return [
        f"{thing} {RDF_TYPE} {_gar('MilitaryUnit')} .",
        f'{thing} {RDFS_LABEL} "Unit {number}"@en .',
        f'{thing} {RDFS_LABEL} "Часть {number}"@ru .',
        f"{thing} {_gar('commander')} {_thing('person', random.randrange(people))} .",
        f"{thing} {_gar('memberOf')} {_thing('unit', (number - 1) // BRANCHES)} ."
        if number
        else f"{thing} {_gar('kind')} <{ID}unitkind/army> .",
    ]


def _event(random: Random, number: int, places: int, units: int, people: int) -> list[str]:
    thing, begin = _thing("event", number), FIRST_DAY + timedelta(random.randrange(DAYS))
    end = begin + timedelta(random.randrange(20))
    kind = random.choice(("Capture", "Stationing", "Event"))
    said = [
        (RDF_TYPE, _gar(kind)),
        (RDFS_LABEL, f'"Event {number}"@en'),
        (RDFS_LABEL, f'"Событие {number}"@ru'),
        (_gar("place"), _thing("place", random.randrange(places))),
        (_gar("begin"), f'"{begin}"^^<{DATE}>'),
        (_gar("end"), f'"{end}"^^<{DATE}>'),
        (_gar("carriedOutBy"), _thing("unit", random.randrange(units))),
        (_gar("participant"), _thing("person", random.randrange(people))),
        (_gar("participant"), _thing("person", random.randrange(people))),
        (_gar("subEventOf"), _thing("event", random.randrange(max(1, number)))),
    ]
    return [f"{thing} {predicate} {value} ." for predicate, value in said]


def _person(random: Random, number: int, units: int) -> list[str]:
    thing = _thing("person", number)
    lines = [
        f"{thing} {RDF_TYPE} {_gar('Person')} .",
        f'{thing} {RDFS_LABEL} "Person {number}"@en .',
        f'{thing} {RDFS_LABEL} "Человек {number}"@ru .',
        f"{thing} {_gar('memberOf')} {_thing('unit', random.randrange(units))} .",
    ]
    return [*lines, f"{thing} {_gar('rank')} <{ID}rank/rank-{random.randrange(12)}> ."]


def write_history(triples: int, folder: Path, seed: int = 1945) -> Path:
    """Write a snapshot of such a history into ``folder``, as ``garrison build`` would, and return its directory.

    Its ``dataset.nq`` is N-Triples too. It has no dumps, views or saved queries.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = list(dict.fromkeys(statements(triples, seed)))
    content = ("\n".join(lines) + "\n").encode()
    version = hashlib.sha256(content).hexdigest()
    directory = folder / version
    directory.mkdir(exist_ok=True)
    (directory / "dataset.nq").write_bytes(content)
    (directory / "version").write_text(version + "\n", "utf-8")
    (directory / "statistics.json").write_text(json.dumps({"quads": len(lines)}), "utf-8")
    write_published_files({}, directory)
    write_sums(directory)
    (folder / "current").write_text(version + "\n", "utf-8")
    return directory
