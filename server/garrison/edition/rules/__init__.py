"""The edition's own rules: each a function from an edition to findings, one file a subject.

Not here: what SHACL can say (``ontology/shapes.ttl``). Here is what needs the text of the files, several graphs at
once, the checked list of identifiers, or the difference between what is written and what is derived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from garrison.edition.edition import Edition
from garrison.edition.findings import Finding
from garrison.edition.rules import claims, dates, identity, names, places, publishing, texts

Rule = Callable[[Edition], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    dates.edtf_is_valid,
    dates.no_derived_date_is_written,
    dates.a_place_has_no_date,
    claims.a_claim_is_described,
    claims.a_claim_has_triples,
    claims.a_number_stands_alone_with_its_bound,
    claims.a_claim_uses_the_ontology_only,
    claims.a_claim_is_no_surer_than_its_emendations,
    claims.the_history_stands_in_claims,
    names.every_term_is_defined,
    names.every_address_fits,
    names.nothing_is_described_twice,
    identity.ids_are_in_the_checked_list,
    identity.links_agree_with_the_state,
    places.a_point_says_how_far_it_may_be_off,
    places.a_place_is_located_or_says_why_not,
    publishing.one_value_of_what_can_be_only_one,
    publishing.what_is_withheld_stays_withheld,
    publishing.nothing_stands_alone,
    texts.a_garbled_reading_is_short,
    texts.a_coined_label_is_written_once,
    texts.a_hedged_summary_has_a_bound,
)
