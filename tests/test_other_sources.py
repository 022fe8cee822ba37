"""What other sources say beside the article, row by row: the value, whose it is, how it stands to the article's."""

from __future__ import annotations

import pytest

from test_edition import holds, rows

ID = "https://w3id.org/garrison/id/"
# Source, thing, property, value, standing, and the claim that it disputes or refines, if one.
SAID = """
dsr-bornholm event/bombing-of-bornholm homeless 4500 accepted disputes c0542
dsr-bornholm event/bombing-of-bornholm civilianDeaths 10 accepted
dsr-bornholm event/bombing-of-bornholm wounded 23 accepted
everything2-von-kamptz event/bombing-of-bornholm civilianDeaths 9 rival disputes c0541
wiki-org-bornholm event/surrender-of-bornholm-garrison prisoners 11138 rival refines c0511
wiki-org-bornholm unit/bornholm-german-garrison strength 12000 accepted
wiki-org-bornholm unit/soviet-forces-on-bornholm strength 7686 rival refines c0522
wiki-org-bornholm unit/132nd-rifle-corps commander person/f-f-korotkov accepted
topwar-bornholm event/resistance-to-the-landing-on-bornholm kind eventkind/resistance rival disputes c0491
topwar-bornholm operation/landing-on-bornholm militaryDeaths 30 rival
everything2-von-kamptz event/removal-of-von-kamptz about person/gerhard-von-kamptz accepted refines c0441
everything2-von-kamptz person/gerhard-von-kamptz edtf 1902/ accepted
wiki-org-bornholm unit/bornholm-german-garrison commander person/rolf-wuthmann accepted
knigochet-ognennye-farvatery unit/torpedo-boat-detachment commander person/captain-3rd-rank-ev accepted
sh-ugeavisen-2018 event/surrender-in-denmark-comes-into-force edtf 1945-05-05 accepted refines c0421
sh-ugeavisen-2018 event/appointment-of-von-kamptz edtf 1945-03-05 accepted refines c1063
sh-ugeavisen-2018 person/gerhard-von-kamptz rank rank/kapitaen-zur-see accepted
everything2-von-kamptz event/surrender-in-denmark-comes-into-force edtf 1945-05-05 accepted refines c0421
barents-observer-2015 event/first-crossing-into-norway edtf 1944-10-18 accepted
litfond-rumyantsev event/border-reached-along-its-length edtf 1944-10-23 accepted
litfond-rumyantsev event/clearing-of-the-nikel-district edtf 1944-10-23 accepted refines c0241
piglix-petsamo-kirkenes operation/petsamo-kirkenes-operation edtf 1944-10-07/1944-10-29 rival disputes c1261
infokontak-petsamo-kirkenes operation/petsamo-kirkenes-operation edtf 1944-10-07/1944-11-01 rival disputes c1271
studentb-petsamo-kirkenes operation/petsamo-kirkenes-operation edtf 1944-10-07/1944-11-02 rival disputes c1241
studentb-petsamo-kirkenes unit/20th-mountain-army commander person/lothar-rendulic accepted
piglix-petsamo-kirkenes unit/20th-mountain-army-petsamo-sector strength 45000 accepted
prlib-petsamo-kirkenes unit/xix-mountain-corps strength 53000 accepted
barents-observer-2015 work/moscow-withdrawal-order-1945 deadline P3D accepted
barents-observer-2015 work/norwegian-no-claims-document edtf 1945-09-24 accepted
barents-observer-2015 work/norwegian-no-claims-document author person/r-karlsen rival disputes c0341
barents-observer-2015 place/sor-varanger commander person/r-karlsen accepted
barents-observer-2015 place/eastern-finnmark commander person/p-lukin-grige accepted
barents-observer-2015 person/igor-diakonoff role role/deputy-commandant accepted
klassekampen-2019 event/approval-of-the-border-shift carriedOutBy person/joseph-stalin accepted
klassekampen-2019 event/soviet-withdrawal-from-norway edtf 1945-09-25 accepted
proza-tatkov event/simonov-visit-bari edtf 1944-10 rival disputes c0692
redstar-archive event/simonov-visit-bari edtf 1944-10 rival disputes c0692
allaces-agon event/arrival-of-ten-aircraft-at-bari edtf 1944-06-15 accepted
allaces-agon event/arrival-of-the-yak-9-at-bari edtf 1944-08-25 accepted
allaces-agon event/tenure-of-shchelkunov edtf 1944-07/1945-04 accepted
allaces-agon holding/agon-c-47 quantity 12 accepted
allaces-agon holding/agon-yak-9 quantity 12 accepted
ks87-bari event/creation-of-the-bari-base edtf 1944-07 rival disputes c0574
editors-working-list event/soviet-mission-before-the-base edtf 1944-02-23/ accepted
gateway-to-russia-241802 event/agon-relocation edtf [1944-10-20..] rival
gateway-to-russia-241802 event/closing-of-the-bari-base edtf [1944-10-20..] accepted
yakubovich-yak-9dd event/yak-9-sorties-from-bari edtf /1944-12-09 accepted
yakubovich-yak-9dd holding/agon-yak-9 quantity 12 accepted
quotidiano-di-bari event/agon-relocation edtf [1944-09..1944-11] rival disputes c0711
gateway-to-russia-241802 event/loss-of-a-yak-9 kind eventkind/loss rival disputes c1411
yakubovich-yak-9dd event/loss-of-a-yak-9 kind eventkind/loss accepted
sergienko-agon appraisal/agon-only-formation-of-its-kind about unit/agon accepted refines c0642
gazzetta-del-mezzogiorno-2017 event/other-soviet-presence-in-apulia place place/foggia rival disputes c0642
gazzetta-del-mezzogiorno-2017 event/other-soviet-presence-in-apulia strength 1500 rival
co-belligerent-file appraisal/finland-a-co-belligerent about state/finland rival disputes c0051
atlas-causal agreement/moscow-peace-treaty-1940 edtf 1940-03-12 accepted
atlas-causal event/winter-war edtf 1939-11-30/1940-03-13 accepted
atlas-causal agreement/paris-peace-treaty-1947 edtf 1947-02-10 rival refines c0121
atlas-causal state/soviet-union edtf 1922-12-30/ rival
list-of-war-events event/winter-war edtf 1939-11-29/ rival disputes c1491
list-of-war-events operation/petsamo-kirkenes-operation edtf 1944-10-07/ rival
list-of-war-events event/liberation-of-east-finnmark edtf 1944-10/ rival
knowledger-porkkala event/soviet-lease-of-porkkala edtf 1944-09-29/ accepted
wikipedia-ddns-porkkala event/return-of-porkkala-1956 edtf 1956-01-26 rival refines c0141
perceptiode-porkkala event/closing-of-the-porkkala-base edtf 1955 accepted
perceptiode-russian-monument event/building-of-the-kirkenes-monument edtf 1945/1952-06-08 accepted refines c0393
barents-observer-2014 monument/monument-oslo place place/vestre-gravlund accepted
fb15k-descriptions state/soviet-union edtf 1922/1991 rival
fb15k-descriptions event/world-war-ii edtf 1939/1945 rival
fb15k-descriptions unit/red-army edtf 1917/1946 accepted
fb15k-descriptions unit/wehrmacht edtf 1935/1945 accepted
fb15k-descriptions state/nazi-germany edtf 1933/1945 accepted
srcaltufevo-encyclopedia unit/karelian-front edtf 1941-08-23/ accepted
trudle-people person/joseph-stalin edtf 1878-12-18/1953-03-05 accepted
iranica-diakonoff person/igor-diakonoff edtf 1915-01-12/1999-05-02 accepted
litbook-simonov person/konstantin-simonov edtf 1915-11-28/1979-08-28 accepted
litbook-simonov work/simonov-essay-krasnaya-zvezda edtf 1944-12-12 accepted
perceptiode-udgaard person/niels-morten-udgaard edtf 1940-04-16/ rival
aftenposten-obituary person/niels-morten-udgaard edtf /2023-02-26 accepted
editors-working-list event/tenure-of-udgaard edtf /2007-04 accepted
editors-working-list event/finnish-rule-of-petsamo edtf 1920/1944 accepted
editors-working-list unit/rifle-company-bornholm strength 100 accepted
editors-working-list event/soviet-lease-of-porkkala edtf 1944-09-19/1956 rival disputes c1501
editors-working-list event/incorporation-of-petsamo edtf 1947-02-10 rival refines c0121
editors-working-list state/soviet-union edtf 1922-12-30/1991-12-26 accepted refines c1981
editors-working-list event/world-war-ii edtf 1939-09-01/1945-09-02 accepted refines c1991
whos-on-first state/finland coordinates POINT(26.261937_64.500376) rejected
whos-on-first state/norway coordinates POINT(14.088938_64.457246) rejected
whos-on-first state/denmark coordinates POINT(10.05309_55.959181) rejected
whos-on-first state/italy coordinates POINT(12.076598_42.794534) rejected
whos-on-first place/finnmark coordinates POINT(25.933832_70.228711) rejected
spocwiki-baltic place/baltic-sea coordinates POINT(20.0_58.0) rejected
whos-on-first place/palese coordinates POINT(16.76667_41.15) accepted
whos-on-first place/kirkenes coordinates POINT(30.058102_69.724605) rival
natural-earth place/kirkenes coordinates POINT(30.0516434313_69.7250063265) accepted
it-wikipedia-pechenga place/pechenga-settlement coordinates POINT(31.226667_69.553889) accepted
es-wikipedia-tana place/tana-river coordinates POINT(28.3959_70.5) accepted
perceptiode-russian-monument monument/monument-kirkenes coordinates POINT(30.049667_69.728) accepted
"""
NAMED = [
    ("vm-ru-14183", "person/pavel-mikhailov", "Павел Михайлович"),
    ("perceptiode-udgaard", "person/niels-morten-udgaard", "Нильс Мортен Удгаард"),
    ("itexts-diakonoff", "work/diakonoff-memoirs", "Книга воспоминаний"),
    ("suprun-arctic-war", "place/nikel", "Колосйоки"),
    ("rulit-one-hundred-nights", "work/one-hundred-nights", "Сто ночей в горах Югославии"),
]


def value_of(term: str) -> str:
    """As the table writes it: an address is kind/slug, and a space an underscore."""
    return ID + term if term[:1].islower() and "/" in term else term.replace("_", " ")


@pytest.mark.parametrize("line", SAID.strip().splitlines(), ids=lambda line: "-".join(line.split()[:3:2]))
def test_a_source_says_it_and_it_stands_where_the_editors_put_it(line: str) -> None:
    source, thing, name, value, standing, *to = line.split()
    relation = f"?claim gar:{to[0]} claim:{to[1]} ." if to else ""
    found = rows(
        f"SELECT ?value {{ ?claim gar:passage/gar:source source:{source} ; gar:standing standing:{standing} ."
        f" {relation} GRAPH ?claim {{ <{ID}{thing}> gar:{name} ?value }} }}"
    )
    assert (value_of(value),) in found


@pytest.mark.parametrize(("source", "thing", "name"), NAMED)
def test_a_source_names_a_thing(source: str, thing: str, name: str) -> None:
    found = rows(
        f"SELECT ?name {{ ?claim gar:passage/gar:source source:{source} ."
        f" GRAPH ?claim {{ <{ID}{thing}> gar:name ?name }} }}"
    )
    assert (name,) in found


def test_udgaard_is_spelt_in_one_way_in_russian() -> None:
    """As the one page that has his name in Russian spells it."""
    told = rows('SELECT ?text { ?thing ?says ?text FILTER(LANG(?text) = "ru" && CONTAINS(?text, "Удг")) }')
    assert len(told) > 3 and all("Удгаард" in text for (text,) in told)


def test_every_other_source_and_each_of_its_passages_says_where_it_is() -> None:
    lacking = rows(
        """
        SELECT ?passage { ?passage a gar:Passage ; gar:source ?source
          FILTER(?source != source:russian-seven-2020)
          FILTER(!EXISTS { ?passage gar:locator ?page } || !EXISTS { ?source gar:locator ?where }) }
        """
    )
    assert lacking == []


def test_a_copy_names_the_work_that_it_copies() -> None:
    """What our own description calls a copy, and what was made from Wikidata's items, is a mirror."""
    copies = rows(
        """
        SELECT ?source { ?source a gar:Source ; <http://purl.org/dc/terms/description> ?said
          FILTER(REGEX(?said, "^(A copy|Copies) |items of Wikidata") && !EXISTS { ?source gar:mirrorOf ?work }) }
        """
    )
    assert copies == []
    for source in ("atlas-causal", "fb15k-descriptions", "list-of-war-events"):
        assert holds(f"ASK {{ source:{source} gar:mirrorOf <{ID}work/wikidata> }}")
    assert holds("ASK { source:globaldomainsnews gar:mirrorOf source:russian-seven-2020 }")


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("yakubovich-yak-9dd", "Неизвестный Яковлев"),
        ("litfond-rumyantsev", "Победа Советской Армии в Заполярье"),
        ("knigochet-ognennye-farvatery", "Огненные фарватеры"),
    ],
)
def test_a_copied_book_goes_by_its_title_and_its_pages_name_it(source: str, title: str) -> None:
    assert (title,) in rows(f"SELECT ?name {{ source:{source} gar:mirrorOf/rdfs:label ?name }}")
    pages = rows(f"SELECT ?page {{ ?passage gar:source source:{source} ; gar:locator ?page }}")
    assert pages and all(title in page or "p. 53" in page for (page,) in pages)


def test_every_claim_that_the_editors_do_not_hold_to_says_why() -> None:
    silent = rows(
        """
        SELECT ?claim { ?claim gar:standing ?standing FILTER(?standing != standing:accepted)
          FILTER NOT EXISTS { ?claim <http://www.w3.org/2004/02/skos/core#editorialNote> ?why } }
        """
    )
    assert silent == []


@pytest.mark.parametrize("claim", ["c1092", "c1171", "c1221", "c1251", "c1281", "c1441", "c2161"])
def test_a_number_or_day_of_something_else_notes_its_scope(claim: str) -> None:
    assert holds(f"ASK {{ claim:{claim} <http://www.w3.org/2004/02/skos/core#editorialNote> ?scope }}")
    assert not holds(f"ASK {{ claim:{claim} gar:disputes ?other }}")


@pytest.mark.parametrize(("claim", "about"), [("c1052", "carriedOutBy"), ("c1053", "edtf")])
def test_what_the_page_does_not_say_is_the_editors_and_possible(claim: str, about: str) -> None:
    assert rows(
        f"SELECT ?by {{ claim:{claim} gar:certainty <{ID}certainty/possible> ; gar:assertedBy ?by"
        f" FILTER EXISTS {{ GRAPH claim:{claim} {{ ?s gar:{about} ?o }} }} }}"
    ) == [(f"{ID}group/garrison-editors",)]
