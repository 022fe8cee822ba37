"""Tokens: names for clients, and the right to end anybody's query. Kept as digests, so the file tells nobody a token.

A line of the file is a name, a scope and the SHA-256 of the token, with spaces between; ``#`` begins a comment.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from garrison.errors import SettingsError

SCOPES = ("client", "operator")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
_LINE = re.compile(rf"({_NAME.pattern})\s+({'|'.join(SCOPES)})\s+([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class Token:
    """Who bears a token, and what it lets them do."""

    name: str
    scope: str  # client: be counted by this name; operator: also see and end what others run


def digest_of(token: str) -> str:
    """What is kept of a token. Tokens are random, so nothing slower than SHA-256 is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def read_tokens(path: Path) -> dict[str, Token]:
    """Return the tokens of a file by their digests.

    :raises SettingsError: with the line, if the file cannot be read or a line is none of a token.
    """
    tokens: dict[str, Token] = {}
    for number, line in enumerate(_lines(path), 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        if not (match := _LINE.fullmatch(text)):
            raise SettingsError(
                f"{path}:{number}: This is no token. Write a name, one of {', '.join(SCOPES)}, and the SHA-256 of the "
                "token; `garrison token new` does."
            )
        tokens[match[3]] = Token(match[1], match[2])
    return tokens


def add_token(path: Path, name: str, scope: str) -> str:
    """Make a token, write its digest into the file (made if it is not there, for this user alone) and return it.

    :raises SettingsError: if the name is none or taken, or the file cannot be read or written.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{name!r} is no name of a token: lower case letters, digits and hyphens, 64 at most.")
    if path.exists() and name in {token.name for token in read_tokens(path).values()}:
        raise SettingsError(f"{path} has a token named {name} already. Choose another name, or delete its line.")
    token = secrets.token_urlsafe(32)
    try:
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{name} {scope} {digest_of(token)}\n")
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}.") from error
    return token


def find_token(tokens: Mapping[str, Token], token: str) -> Token | None:
    """Look a token up by its digest: how long that takes says nothing of the tokens that there are."""
    return tokens.get(digest_of(token))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The tokens in {path} cannot be read: {error}.") from error
