"""One resource, several representations: which is sent, under which address of its own, with which links.

``/id/place/quay`` stands for the thing and answers 200 with what the client prefers; ``Content-Location`` names the
address of that representation (RFC 9110, section 8.7), such as ``/id/place/quay.ttl``, which answers too, and always
alike. A 303 would cost every client a second request and tell it nothing that these header fields do not.
https://httpwg.org/specs/rfc9110.html#field.content-location
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlencode

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from garrison.errors import UnknownResource
from garrison.rdf.formats import Format
from garrison.services.citation_formats import CSL_JSON
from garrison.web.addresses import base_url
from garrison.web.assets import assets
from garrison.web.exchange import mark_lasting
from garrison.web.negotiation import negotiate
from garrison.web.planning import is_page
from garrison.web.reader import Reader, reader_of

_PAGE = "html"  # extension of the representation for people
_LAST_PAGE = 1_000_000
_NOT_IN_FILE_NAMES = re.compile(r"[^a-z0-9.]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resource:
    """A thing or a document, and the path that stands for it on this server."""

    iri: str
    path: str  # percent-encoded, without an extension
    offered: tuple[Format, ...]  # beside the page, best first
    cited_at: str = ""  # path of its citation, if it has one
    chosen: tuple[tuple[str, str], ...] = ()  # parameters that say which of a list is meant

    def address(self, format: Format | None, **parameters: object) -> str:
        """Where one representation lives; no format is the page."""
        given = urlencode([*self.chosen, *((name, value) for name, value in parameters.items() if value)])
        return f"{self.path}.{format.extension if format else _PAGE}" + (f"?{given}" if given else "")


@dataclass(frozen=True, slots=True)
class Representation:
    """What one request is answered with."""

    resource: Resource
    format: Format | None  # none: a page for people
    reader: Reader
    page: int  # of the links that point to the thing, from 1
    public_url: str | None

    @property
    def base(self) -> str:
        """The address that clients know this server by, without a trailing slash."""
        return base_url(self.public_url, request.scheme, request.headers.get("Host"))

    @property
    def location(self) -> str:
        """The address of exactly this representation."""
        return self.resource.address(
            self.format,
            lang="" if self.format else self.reader.language,
            page=self.page if self.page > 1 else "",
        )

    @property
    def canonical(self) -> str:
        """The address to remember the resource by, whichever way it was asked for."""
        page = (("page", str(self.page)),) if self.page > 1 else ()
        given = urlencode([*self.resource.chosen, *page])
        return self.base + self.resource.path + (f"?{given}" if given else "")

    def turned_to(self, page: int) -> str:
        """The path of another page of links, in the representation that the client asked for."""
        fixed = {name: request.args[name] for name in ("format", "lang") if name in request.args}
        return f"{quote(request.path)}?{urlencode([*self.resource.chosen, *fixed.items(), ('page', page)])}"


def split_extension(path: str, offered: Sequence[Format]) -> tuple[str, str]:
    """Split the address of a representation into the resource's and an extension that we write, if it has one."""
    stem, _, extension = path.rpartition(".")
    return (stem, extension) if stem and extension in (_PAGE, *(f.extension for f in offered)) else (path, "")


def choose(resource: Resource, extension: str, public_url: str | None) -> Representation:
    """Choose the representation that the current request asks for.

    An extension wins over ``?format=``, and that over ``Accept``: an address says more than a habit.

    :raises NotAcceptable: if nothing that is offered fits.
    :raises UnknownResource: if the extension is of no representation that there is.
    """
    name, accept = request.args.get("format"), request.headers.get("Accept")
    format: Format | None = None
    if extension:
        format = next((each for each in resource.offered if each.extension == extension), None)
        if format is None and extension != _PAGE:
            raise UnknownResource(f"{resource.path} is not written as .{extension}.")
    elif not is_page(name, accept):
        format = negotiate(accept, resource.offered, name)
    page = _page_number()
    shown = (*resource.chosen, *((("page", str(page)),) if page > 1 else ()))
    return Representation(
        resource, format, replace(current_reader(), path=unquote(resource.path), parameters=shown), page, public_url
    )


def moved(path: str) -> BaseResponse:
    """Lead to the one address of a thing, with the parameters that came along."""
    parameters = request.query_string.decode("ascii", "ignore")
    return redirect(quote(path, safe="/-._~") + (f"?{parameters}" if parameters else ""), 308)


def respond(representation: Representation, body: bytes, has_next: bool = False, is_for_all: bool = True) -> Response:
    """Send a representation, or 304 if the client holds these bytes already (RFC 9110, section 13.1.2).

    :param has_next: whether a page of links follows.
    :param is_for_all: whether everybody who asks in these words gets the same.
    """
    format, path = representation.format, representation.resource.path
    response = Response(body, content_type=format.content_type if format else "text/html; charset=utf-8")
    response.headers["Content-Location"] = representation.location
    response.headers["Link"] = ", ".join(_links(representation, has_next))
    response.headers["Cache-Control"] = "no-cache"  # keep it, and ask each time if it still holds
    if format:
        file_name = _NOT_IN_FILE_NAMES.sub("-", path.removeprefix("/id/"))[:80].strip("-.") or "start"
        response.headers["Content-Disposition"] = f'inline; filename="{file_name}.{format.extension}"'
    response.set_etag(hashlib.sha256(representation.location.encode() + b"\n" + body).hexdigest()[:32])
    response.make_conditional(request.environ)
    if is_for_all and (format or assets()):  # a page without the bundle gets it as soon as that is built
        keep_in_memory()
    return response


def keep_in_memory() -> None:
    """Let the answer to Flask's current request be remembered for as long as its snapshot is served."""
    mark_lasting(request.environ.get("asgi.scope", {}))


def _links(representation: Representation, has_next: bool) -> list[str]:
    """What this describes, what else there is of it, and the pages before and after (RFC 8288)."""
    resource, format, page = representation.resource, representation.format, representation.page
    links = [f'<{_ascii(resource.iri)}>; rel="describes"', f'<{representation.canonical}>; rel="canonical"']
    links += [
        f'<{resource.address(other)}>; rel="{relation}"; type="{other.media_type if other else "text/html"}"'
        for other in (None, *resource.offered)
        if other != format
        for relation in (("describedby", "alternate") if other == resource.offered[0] else ("alternate",))
    ]
    if resource.cited_at:  # https://www.rfc-editor.org/rfc/rfc8574 and https://signposting.org/
        links.append(f'<{_ascii(resource.iri)}>; rel="cite-as"')
        links.append(f'<{resource.cited_at}.json>; rel="describedby"; type="{CSL_JSON}"')
    if page > 1:
        links += [
            f'<{representation.turned_to(1)}>; rel="first"',
            f'<{representation.turned_to(page - 1)}>; rel="prev"',
        ]
    if has_next:
        links.append(f'<{representation.turned_to(page + 1)}>; rel="next"')
    return links


def _ascii(iri: str) -> str:
    """The URI of an IRI (RFC 3987, section 3.1): header fields hold no other characters."""
    return quote(iri, safe="%/:?#[]@!$&'()*+,;=~-._")


def current_reader() -> Reader:
    """The reader whom Flask's current request comes from."""
    return reader_of(request.path, request.query_string, request.headers.get("Accept-Language"))


def _page_number() -> int:
    """Which page of links is asked for; nonsense asks for the first."""
    return min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
