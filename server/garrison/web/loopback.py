"""Who may be shown the text of a source: a browser on this machine, which asked this server itself.

The server listens on a loopback address then, and yet others could ask through it: a proxy that somebody put in front,
or a page on another host, whose name an attacker has let point to this machine (DNS rebinding), or which asks across
origins. A proxy says so in the header, a name stands in ``Host``, and across origins no browser hands on what the
header fields below keep to ourselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from garrison.settings import is_loopback

_OF_PROXIES = ("forwarded", "via", "x-real-ip")
_OF_PROXIES_TOO = "x-forwarded-"


def may_be_shown(peer: str, fields: Mapping[str, str]) -> bool:
    """Tell if a request comes from this machine and names it.

    :param peer: address that the connection comes from.
    :param fields: the header, names in lower case.
    """
    if any(name in _OF_PROXIES or name.startswith(_OF_PROXIES_TOO) for name in fields):
        return False
    return is_loopback(peer) and is_loopback(_name_of(fields.get("host", "")))


def kept_to_ourselves(base: str) -> tuple[tuple[str, str], ...]:
    """Header fields of a response with text: kept nowhere, and read by no page of another origin.

    :param base: address of this server; what it answers else may be read from anywhere.
    """
    return (
        ("Cache-Control", "no-store"),
        ("Access-Control-Allow-Origin", base),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    )


def _name_of(host: str) -> str:
    """The name or address in a Host field, without the port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
