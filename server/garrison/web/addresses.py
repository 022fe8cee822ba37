"""The address that clients know this server by."""

from __future__ import annotations

import re

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")


def base_url(public_url: str | None, scheme: str, host: str | None) -> str:
    """The server's own address, without a trailing slash.

    A configured address wins. Else the Host header is believed if it is a host and nothing more, since it
    ends up in documents that we write; a request without a usable one gets relative addresses.
    """
    if public_url:
        return public_url.rstrip("/")
    if host and _HOST.fullmatch(host):
        return f"{scheme}://{host}"
    return ""
