"""The JSON-LD context that the edition publishes: its prefixes, and what its ontology says of properties' values."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from garrison.rdf.jsonld import context_of
from garrison.rdf.prefixes import BASE, PREFIXES
from garrison.services.ontologies import Ontologies

_OWL = "http://www.w3.org/2002/07/owl#"
_SH = "http://www.w3.org/ns/shacl#"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"  # says nothing without its language


@dataclass(frozen=True, slots=True)
class JsonContext:
    """The context, under the version of the ontology that it is derived from."""

    version: str  # owl:versionInfo
    types: dict[str, str]  # property -> @id or a datatype, where all its values are of one kind

    def document(self) -> dict[str, object]:
        """What is published."""
        return {"@context": context_of(PREFIXES, self.types)}


def json_context(ontologies: Ontologies) -> JsonContext | None:
    """Derive the context from the core ontology and its shapes; none where an edition has no such ontology."""
    core = ontologies.documents.get(BASE + "ontology")
    versions = core.values(core.iri, _OWL + "versionInfo") if core else ()
    if not versions or not isinstance(versions[0], ox.Literal):
        return None
    types: dict[str, set[str]] = {}
    for document in ontologies.documents.values():
        for property in document.terms(_OWL + "ObjectProperty"):
            types.setdefault(property, set()).add("@id")
        for subject, path in ((s, values) for (s, p), values in document.index.items() if p == _SH + "path"):
            for datatype in document.named(subject, _SH + "datatype"):
                for property in (each.value for each in path if isinstance(each, ox.NamedNode)):
                    types.setdefault(property, set()).add(datatype)
    agreed = {
        property: kinds.pop()
        for property, kinds in sorted(types.items())
        if len(kinds) == 1 and kinds != {_LANG_STRING}
    }
    return JsonContext(versions[0].value, agreed)
