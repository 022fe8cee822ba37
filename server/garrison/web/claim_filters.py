"""From the address of ``/claims`` to a choice of claims, and what of it could not be understood."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from garrison.errors import ParameterRefused
from garrison.rdf.edtf import Days, NotEdtf, days
from garrison.rdf.terms import ID
from garrison.services.claim_selection import ASPECTS, ORDERS, ClaimTable, Selection
from garrison.services.describe import ID as LOCAL
from garrison.services.search import SearchService, Wanted
from garrison.web.templating import marked

NAMES = ("about", "place", "from", "to", *ASPECTS, "emended", "sort")
_MAX_LENGTH = 500  # characters of a value
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|^`\\]+")
_ALIKE = 6  # things with such a name that are told
_YES, _NO = "yes", "no"

UNKNOWN = marked("Nothing here is called so.")
NO_DATE = marked("This is no date, such as 1944, 1944-10 or 1944-10-15.")
NO_VALUE = marked("No claim has this value.")
REVERSED = marked("The first day comes after the last.")


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address asks for."""

    given: tuple[tuple[str, str], ...]  # what is asked, in the order of NAMES; no empty values
    selection: Selection
    order: str
    faults: Mapping[str, str]  # parameter -> what is wrong with it, which is left out of the choice
    named: Mapping[str, tuple[str, ...]]  # parameter -> what a name was taken for, and what else has such a name

    def value(self, name: str) -> str:
        """What was given for a parameter, as it was given."""
        return dict(self.given).get(name, "")

    def require_sound(self) -> None:
        """Refuse what could not be understood: a program must not take more rows for those that it asked for.

        :raises ParameterRefused: for the first fault.
        """
        for name, fault in self.faults.items():
            raise ParameterRefused(f"The parameter {name} is {self.value(name)!r}. {fault}", name)


def read_filters(table: ClaimTable, search: SearchService, parameters: Mapping[str, str]) -> Filters:
    """Read the parameters of an address; those with other names are nobody's here.

    :raises EndpointError: if the engine cannot answer.
    """
    given = {n: parameters.get(n, "").strip()[:_MAX_LENGTH] for n in NAMES if parameters.get(n, "").strip()}
    faults: dict[str, str] = {}
    named: dict[str, tuple[str, ...]] = {n: _things(search, given[n], n) for n in ("about", "place") if n in given}
    faults |= {name: UNKNOWN for name, things in named.items() if not things}
    begin, end = _period(given, faults)
    aspects = tuple((name, _aspect(table, name, given[name], faults)) for name in ASPECTS if name in given)
    thing, place = (next(iter(named.get(name, ())), "") for name in ("about", "place"))
    selection = Selection(
        thing,
        place,
        begin,
        end,
        tuple((name, iri) for name, iri in aspects if iri),
        {_YES: True, _NO: False}.get(_choice(given, faults, "emended", (_YES, _NO))),
    )
    order = _choice(given, faults, "sort", ORDERS) or ORDERS[0]
    return Filters(tuple(given.items()), selection, order, faults, named)


def short(iri: str, others: Iterable[str]) -> str:
    """What stands for an IRI in an address: its last part, unless another of the same aspect has that too."""
    slug = iri.rsplit("/", 1)[-1]
    return iri if sum(other.rsplit("/", 1)[-1] == slug for other in others) > 1 else slug


def _things(search: SearchService, text: str, name: str) -> tuple[str, ...]:
    """The things that a text names: by IRI, by kind and slug, or by any of their names, the likeliest first."""
    if LOCAL.fullmatch(text):
        return (ID + text,)
    if _ABSOLUTE.fullmatch(text):
        try:
            return (ox.NamedNode(text).value,)
        except ValueError:
            return ()
    if name == "place":
        place = search.place_named(text)
        return (place,) if place else ()
    return tuple(hit.thing.iri for hit in search.find(Wanted(text, page_size=_ALIKE)).hits)


def _period(given: Mapping[str, str], faults: dict[str, str]) -> tuple[date | None, date | None]:
    first, last = (_days(given, faults, name) for name in ("from", "to"))
    begin = (first.begin or first.end) if first else None
    end = (last.end or last.begin) if last else None
    if begin and end and begin > end:
        faults["to"] = REVERSED
        return begin, None
    return begin, end


def _days(given: Mapping[str, str], faults: dict[str, str], name: str) -> Days | None:
    if name not in given:
        return None
    try:
        return days(given[name])
    except NotEdtf:
        faults[name] = NO_DATE
        return None


def _aspect(table: ClaimTable, name: str, value: str, faults: dict[str, str]) -> str:
    known = table.values(name)
    if value in known:
        return value
    found = sorted(iri for iri in known if iri.rsplit("/", 1)[-1] == value)
    if not found:
        faults[name] = NO_VALUE
        return ""
    return found[0]


def _choice(given: Mapping[str, str], faults: dict[str, str], name: str, known: Collection[str]) -> str:
    """One of the words that a parameter may be; nothing if it is none of them."""
    if name in given and given[name] not in known:
        faults[name] = NO_VALUE
    return given[name] if given.get(name) in known else ""
