"""Every rule of the check, broken once: found, with file, line, label and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from garrison.edition.check import check
from garrison.edition.findings import Finding, Severity
from lighthouse import CHECKED, CLAIMS, SOURCE, THINGS, change, copy_lighthouse, line_of

EXTRA_CLAIM = """
claim:c0099 a gar:Claim ;
    gar:passage passage:p0001 ;
    gar:assertedBy person:orm ;
    gar:certainty certainty:certain ;
    gar:modality modality:stated ;
    gar:polarity polarity:affirmed ;
    gar:standing standing:accepted ;
    gar:editor group:garrison-editors ;
    dcterms:created "2026-11-23"^^xsd:date
.
claim:c0099 {
    event:lighting gar:edtf "1901-05-04"^^edtf:EDTF .
}
"""
UNLOCATED = "    gar:unlocated unlocated:not-looked-for ;\n"
UNCERTAINTY = "    gar:coordinateUncertainty 500 ;\n"
LOCATED = EXTRA_CLAIM.replace("    gar:editor", UNCERTAINTY + "    gar:editor").replace(
    'event:lighting gar:edtf "1901-05-04"^^edtf:EDTF',
    'place:skarn-point gar:coordinates "POINT(5.5 60.25)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>',
)
LAST = "        gar:kind eventkind:delivery .\n}\n"


@dataclass(frozen=True)
class Break:
    """One change that an editor might make by mistake, and the rule that should notice."""

    rule: str
    file: str
    old: str
    new: str
    at: str | tuple[str, str]  # words on the line that the finding names, or (file, words)


BREAKS = [
    Break(
        "place-located", THINGS, "    gar:unlocated unlocated:not-looked-for ;\n", "", "place:skarn-point a gar:Place"
    ),
    Break("place-located", CLAIMS, LAST, LAST + LOCATED, (THINGS, "place:skarn-point a gar:Place")),
    Break("point-uncertain", CLAIMS, LAST, LAST + LOCATED.replace(UNCERTAINTY, ""), "claim:c0099 a gar:Claim"),
    Break(
        "point-alone",
        CLAIMS,
        LAST,
        LAST + EXTRA_CLAIM.replace("    gar:editor", UNCERTAINTY + "    gar:editor"),
        "claim:c0099 a gar:Claim",
    ),
    Break("edtf-valid", CLAIMS, '"1901-05-03"', '"3 May 1901"', "event:lighting gar:place"),
    Break("edtf-valid", CLAIMS, '"1901-05-03"^^edtf:EDTF', '"1901-05-03"', "event:lighting gar:place"),
    Break("edtf-valid", CLAIMS, '"1901-05-03"', '"1901-02-30"', "event:lighting gar:place"),
    Break("edtf-valid", CLAIMS, '"1902"', '"1903/1902"', 'event:rescue gar:edtf "1903'),
    Break(
        "date-derived",
        CLAIMS,
        'event:rescue gar:edtf "1902"^^edtf:EDTF',
        'event:rescue gar:begin "1902-01-01"^^xsd:date',
        "event:rescue gar:begin",
    ),
    Break(
        "place-dated",
        CLAIMS,
        LAST,
        LAST + EXTRA_CLAIM.replace("event:lighting", "place:skarn-point"),
        "place:skarn-point gar:edtf",
    ),
    Break("bound-missing", CLAIMS, "    gar:bound bound:about ;\n", "", "claim:c0021 a gar:Claim"),
    Break(
        "bound-number",
        CLAIMS,
        "event:rescue gar:homeless 40",
        "event:rescue gar:homeless 40 ; gar:prisoners 2",
        "claim:c0021 a gar:Claim",
    ),
    Break(
        "bound-number",
        CLAIMS,
        "event:rescue gar:homeless 40",
        "event:rescue gar:place place:skarn-point",
        "claim:c0021 a gar:Claim",
    ),
    Break("hedge-kept", CLAIMS, "bound:about ;", "bound:exactly ;", (SOURCE, "passage:p0002 a gar:Passage")),
    Break("term-defined", CLAIMS, "gar:homeless 40", "gar:homelesss 40", "event:rescue gar:homelesss"),
    Break("term-defined", CLAIMS, "gar:kind eventkind:delivery", "gar:kind eventkind:deliverie", "event:sale-of-oil a"),
    Break("term-defined", THINGS, 'rdfs:label "Captain Orm"@en', 'rdfs:labell "Captain Orm"@en', "person:orm a"),
    Break("term-defined", CLAIMS, "source:beacon-2001 gar:about", "source:beacon-2002 gar:about", "source:beacon-2002"),
    Break(
        "claim-described",
        CLAIMS,
        "claim:c0023 {",
        "claim:c0029 { event:rescue gar:place place:skarn-point }\nclaim:c0023 {",
        "claim:c0029 {",
    ),
    Break("claim-has-triples", CLAIMS, "    source:beacon-2001 gar:about place:skarn-point .\n", "", "claim:c0023 a"),
    Break(
        "claim-terms",
        CLAIMS,
        "source:beacon-2001 gar:about place:skarn-point",
        'source:beacon-2001 dcterms:title "x"@en',
        "source:beacon-2001 dcterms:title",
    ),
    Break(
        "claim-terms",
        CLAIMS,
        "source:beacon-2001 gar:about place:skarn-point",
        "source:beacon-2001 gar:certainty certainty:certain",
        "source:beacon-2001 gar:certainty",
    ),
    Break("one-value", CLAIMS, LAST, LAST + EXTRA_CLAIM, 'event:lighting gar:edtf "1901-05-04"'),
    Break("address-fits", THINGS, "person:orm a", "person:Orm_Captain a", "person:Orm_Captain a"),
    Break("described-once", THINGS, "person:orm a", "place:skarn-point a gar:Place .\nperson:orm a", "schema:sameAs"),
    Break("wikidata-checked", THINGS, "wd:Q1", "wd:Q2", "place:skarn-point a"),
    *(
        Break(
            "wikidata-checked",
            THINGS,
            "person:orm a",
            f"event:rescue rdfs:seeAlso {page} .\nperson:orm a",
            "event:rescue a",
        )
        for page in (
            "<https://www.wikidata.org/wiki/Q42>",
            "<http://www.wikidata.org/wiki/Special:EntityData/Q42.ttl>",
            "<https://m.wikidata.org/w/index.php?title=Q42>",
            '"see wikidata.org/wiki/Q42"',
        )
    ),
    Break(
        "fact-claimed",
        THINGS,
        "person:orm a",
        "person:orm gar:memberOf group:x .\nperson:orm a",
        "person:orm gar:memberOf",
    ),
    Break(
        "described-once",
        CLAIMS,
        LAST,
        LAST + "claim:c0011 { person:orm gar:spouse person:x . }\n",
        "claim:c0011 { person:orm",
    ),
    Break(
        "wikidata-checked", THINGS, "schema:sameAs wd:Q1", "<https://schema.org/sameAs> wd:Q3", "place:skarn-point a"
    ),
    Break("wikidata-checked", CHECKED, "schema:sameAs", "skos:closeMatch", (THINGS, "place:skarn-point a")),
    Break("wikidata-checked", CHECKED, "invented for the tests", " ", (THINGS, "place:skarn-point a")),
    Break("claim-too-sure", SOURCE, "certainty:certain", "certainty:probable", (CLAIMS, "claim:c0021 a gar:Claim")),
    Break("identity-state", THINGS, "identity:looked-for", "identity:linked", "person:orm a"),
    Break("identity-state", THINGS, "identity:linked", "identity:looked-for", "place:skarn-point a"),
    Break("withheld", THINGS, "event:sale-of-oil\n", "event:sale-of-oil a gar:Event ;\n", "event:sale-of-oil a"),
    Break(
        "thing-classed",
        CLAIMS,
        "event:sale-of-oil a gar:Event ;\n        ",
        "event:sale-of-oil ",
        (THINGS, "event:sale-of-oil"),
    ),
    Break("sic-short", SOURCE, '"was rescue"', '"one two three four five six seven"', "emendation:e001 a"),
    Break(
        "coined-once",
        THINGS,
        '"Зажжение маяка Скарн"@ru',
        '"Зажжение маяка Скарн"@ru ; rdfs:label "Lighting of Skarn Point"@en',
        "event:lighting a",
    ),
    Break(
        "orphan",
        THINGS,
        "person:orm a",
        "person:nobody gar:identity identity:looked-for .\nperson:orm a",
        "person:nobody",
    ),
]
NEEDED = ["passage", "assertedBy", "certainty", "modality", "polarity", "standing", "editor"]


def found(edition: Path, rule: str) -> list[Finding]:
    return [finding for finding in check(edition) if finding.rule == rule]


def test_the_unbroken_edition_has_no_error(tmp_path: Path) -> None:
    findings = check(copy_lighthouse(tmp_path))
    assert [str(finding) for finding in findings if finding.severity is Severity.ERROR] == []


@pytest.mark.parametrize("broken", BREAKS, ids=lambda b: f"{b.rule}: {b.new.strip()[:40]!r}")
def test_a_broken_rule_is_found_where_it_was_broken(tmp_path: Path, broken: Break) -> None:
    edition = copy_lighthouse(tmp_path)
    change(edition, broken.file, broken.old, broken.new)
    file, words = broken.at if isinstance(broken.at, tuple) else (broken.file, broken.at)
    places = {(str(finding.path), finding.line) for finding in found(edition, broken.rule)}
    if (
        broken.rule == "described-once" and file == THINGS
    ):  # the second block is named, which is where the older one now stands
        words = "place:skarn-point a gar:Place ;"
    assert (file, line_of(edition, file, words)) in places


@pytest.mark.parametrize("name", NEEDED)
def test_a_claim_that_lacks_part_of_its_description_is_found(tmp_path: Path, name: str) -> None:
    edition = copy_lighthouse(tmp_path)
    text = (edition / CLAIMS).read_text("utf-8")
    block, rest = text.split("claim:c0021 a gar:Claim", 1)
    kept = "\n".join(line for line in block.splitlines() if not line.strip().startswith(f"gar:{name} "))
    (edition / CLAIMS).write_text(kept + "\nclaim:c0021 a gar:Claim" + rest, "utf-8")
    findings = found(edition, "claim-described")
    assert [f.line for f in findings] == [line_of(edition, CLAIMS, "claim:c0011 a gar:Claim")]
    assert f"gar:{name}" in findings[0].message


def test_every_rule_is_broken_by_some_test() -> None:
    """A rule that no test breaks could be silent for years."""
    sources = (Path(__file__).parents[1] / "server/garrison/edition/rules").glob("*.py")
    slugs = {slug for path in sources for slug in re.findall(r'finding\(\s*"([a-z-]+)"', path.read_text("utf-8"))}
    assert slugs == {broken.rule for broken in BREAKS} | {"claim-described"}


def test_a_syntax_error_names_the_exact_line_and_column(tmp_path: Path) -> None:
    edition = copy_lighthouse(tmp_path)
    change(edition, THINGS, "gar:identity identity:looked-for\n.", "gar:identity identity:looked-for ;;; ]\n.")
    (finding,) = check(edition)
    assert (finding.rule, str(finding.path)) == ("syntax", THINGS)
    assert finding.line == line_of(edition, THINGS, ";;; ]")
    assert finding.column


def test_a_syntax_error_in_one_file_does_not_hide_one_in_another(tmp_path: Path) -> None:
    edition = copy_lighthouse(tmp_path)
    change(edition, THINGS, "person:orm a gar:Person ;", "person:orm a gar:Person")
    change(edition, CLAIMS, "claim:c0023 {", "claim:c0023 {{")
    assert {str(finding.path) for finding in check(edition)} == {THINGS, CLAIMS}


def test_a_shape_speaks_with_its_name_and_its_message(tmp_path: Path) -> None:
    edition = copy_lighthouse(tmp_path)
    change(edition, THINGS, '"Captain Orm"@en ,\n        ', "")
    (finding,) = [finding for finding in check(edition) if finding.rule.startswith("thing-label")]
    assert (str(finding.path), finding.line) == (THINGS, line_of(edition, THINGS, "person:orm a"))
    assert finding.remedy


def test_a_shape_also_sees_a_claim_that_never_reaches_the_default_graph(tmp_path: Path) -> None:
    edition = copy_lighthouse(tmp_path)
    change(edition, CLAIMS, "gar:kind eventkind:delivery", "gar:homeless -4")
    findings = [finding for finding in check(edition) if finding.rule == "number-homeless"]
    assert [(str(f.path), f.line) for f in findings] == [(CLAIMS, line_of(edition, CLAIMS, "event:sale-of-oil a"))]


def test_findings_follow_a_thing_that_moves_down(tmp_path: Path) -> None:
    edition = copy_lighthouse(tmp_path)
    change(edition, THINGS, "identity:looked-for", "identity:linked")
    before = found(edition, "identity-state")[0].line
    text = (edition / THINGS).read_text("utf-8")
    (edition / THINGS).write_text('# one\n# two; with . and " in it\n' + text, "utf-8")
    assert before is not None
    assert found(edition, "identity-state")[0].line == before + 2
