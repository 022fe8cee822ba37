"""Who asks: by token, else by address, behind proxies that are trusted by setting and no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from garrison.errors import TokenRefused
from garrison.services.tokens import Token, find_token, read_tokens
from garrison.settings import Settings

_IPV6_SITE = 64  # bits that one customer of a network has for all their machines


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks."""

    name: str  # what its queries are counted by
    is_operator: bool = False  # may see and end the queries of others


class Clients:
    """Tells clients apart by the settings of a server."""

    def __init__(self, settings: Settings) -> None:
        """Read the tokens.

        :raises SettingsError: if they cannot be read.
        """
        self._tokens: Mapping[str, Token] = read_tokens(settings.tokens) if settings.tokens else {}
        self._proxies = [ip_network(proxy) for proxy in settings.trusted_proxies]

    def identify(self, peer: str, fields: Mapping[str, str]) -> Client:
        """Say whose request this is.

        :param peer: address that the connection comes from.
        :param fields: the header, names in lower case.
        :raises TokenRefused: if it brings a bearer token (RFC 6750, section 2.1) that is not known here.
        """
        scheme, _, token = fields.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._tokens:
            if not (known := find_token(self._tokens, token.strip())):
                raise TokenRefused
            return Client(f"token {known.name}", known.scope == "operator")
        return Client(self._address(peer, fields.get("x-forwarded-for", "")))

    def _address(self, peer: str, forwarded: str) -> str:
        """The nearest address that is no trusted proxy's: what stands before it, anybody can have written."""
        if not forwarded:
            return _named(peer)
        address = _read(peer)
        for hop in reversed(forwarded.split(",")):
            if address is None or not any(address in proxy for proxy in self._proxies):
                break
            if (before := _read(hop.strip())) is None:
                break
            address = before
        return _site(address) if address else peer


@lru_cache(maxsize=1_024)  # who asks once asks again
def _named(peer: str) -> str:
    address = _read(peer)
    return _site(address) if address else peer


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _site(address: IPv4Address | IPv6Address) -> str:
    """An address, or the network of one customer, who has more addresses than we could count."""
    if isinstance(address, IPv4Address) or address.is_loopback:
        return str(address)
    return str(IPv6Network((address, _IPV6_SITE), strict=False))
