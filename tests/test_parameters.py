"""Parameters are read as the standard library reads them, only sooner."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garrison.web.parameters import parse_parameters

RAW = st.text("%=&+ab0129Ff_\n\r\t\0 é€", max_size=40)


@given(RAW)
def test_whatever_is_sent_means_what_it_means_elsewhere(sent: str) -> None:
    try:
        meant = parse_qsl(sent, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            parse_parameters(sent.encode(), 1_000)
    else:
        assert parse_parameters(sent.encode(), 1_000) == meant


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_what_a_client_writes_is_read(pairs: list[tuple[str, str]]) -> None:
    try:
        encoded = urlencode(pairs).encode("ascii")
    except UnicodeEncodeError:  # half a character, which no client sends
        return
    assert parse_parameters(encoded, 1_000) == pairs


def test_bytes_that_are_no_text_are_refused() -> None:
    for sent in (b"a=\xff", b"a=%FF", b"a=\xc3%A9", b"%C3=1"):
        with pytest.raises(UnicodeDecodeError):
            parse_parameters(sent, 1_000)


def test_more_parameters_than_there_may_be_are_refused() -> None:
    assert len(parse_parameters(b"a=1&b=2", 2)) == 2
    with pytest.raises(ValueError, match="more than 2"):
        parse_parameters(b"a=1&b=2&c=3", 2)
