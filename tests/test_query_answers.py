"""Some saved queries promise all of a kind; a pin cannot know what they leave out, so the data are asked here."""

from __future__ import annotations

from test_edition import rows
from test_saved_queries import ALL, answer, edition_store

BY_NAME = {query.name: query for query in ALL}


def column(name: str, of: str) -> list[str]:
    return [row[of] for row in answer(BY_NAME[name], edition_store())]


def test_every_number_that_rests_on_an_emendation_is_among_them() -> None:
    numbers = rows("SELECT ?e ?p { ?claim gar:bound ?bound ; gar:dependsOn ?e . GRAPH ?claim { ?thing ?p ?number } }")
    emendations = column("counts-resting-on-emendations", "emendation")
    assert len(numbers) >= 6
    assert [each for each in numbers if each[0] not in emendations] == []
