"""What every page needs and the first one would wait for, done before there are workers: these have it from the start.

The code of the templates, a second of work; the outlines of the land; the names of the months.
"""

from __future__ import annotations

from garrison.web.dates import date_in_words
from garrison.web.drawing.dates import date_in_words as drawn_date
from garrison.web.drawing.outline import read_outlines
from garrison.web.negotiation import INTERFACES
from garrison.web.templating import compile_templates

_DATE = "1944-10-15/1944-11"


def prepare() -> None:
    """Read and compile; what is prepared already takes no time."""
    compile_templates()
    read_outlines()
    for language in INTERFACES:
        date_in_words(_DATE, language)
        drawn_date(_DATE, language)
