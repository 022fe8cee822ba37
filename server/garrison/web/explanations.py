"""Every problem type that a client can meet: what causes it, and what helps.

The pages at ``/problems/<slug>`` show these texts; slugs are stable, since clients compare them.
"""

from __future__ import annotations

from dataclasses import dataclass

from garrison.web.templating import marked


@dataclass(frozen=True, slots=True)
class Explanation:
    """One problem type: HTTP status, stable slug, title, cause and remedy."""

    slug: str
    status: int
    title: str
    cause: str
    remedy: str


_ALL = (
    Explanation(
        "protocol-error",
        400,
        marked("The request does not follow the SPARQL Protocol"),
        marked(
            "A query is sent as exactly one `query`: as a parameter of GET, as a field of a form, or as the "
            "body of a POST with the media type application/sparql-query; always in UTF-8."
        ),
        marked("Send one query in one of these three ways. The detail of the problem names the rule that was broken."),
    ),
    Explanation(
        "malformed-query",
        400,
        marked("The text is not a SPARQL query"),
        marked(
            "The parser met something that SPARQL 1.1 does not allow at this place: often a missing dot or "
            "brace, a prefix without a PREFIX line, or a variable that is selected but not grouped."
        ),
        marked("Go to the line and column of the problem, and look at what stands there and just before it."),
    ),
    Explanation(
        "query-refused",
        400,
        marked("The query is never evaluated here"),
        marked(
            "The query breaks one of the limits that keep the endpoint alive for everybody (size, nesting, "
            "number of triple patterns, length of a path), or asks the server to reach other addresses "
            "(SERVICE, LOAD, graphs that are not in this dataset)."
        ),
        marked(
            "The member `rule` names the rule and `limit` its value. Split the query, or fetch the data and "
            "combine it with other endpoints on your own machine."
        ),
    ),
    Explanation(
        "read-only",
        403,
        marked("An edition is read-only"),
        marked(
            "What is published here is built from files. No update is accepted over HTTP, with or without credentials."
        ),
        marked("To change the edition, change its files and publish it again."),
    ),
    Explanation(
        "unknown-token",
        401,
        marked("The token is not known here"),
        marked("Authorization brings a bearer token that this server does not know: misspelt or withdrawn."),
        marked("Send the token that you were given, or none: queries need none."),
    ),
    Explanation(
        "bad-parameter",
        400,
        marked("A parameter has a value that it cannot have"),
        marked(
            "A saved query names the type of each parameter (iri, string, integer, date), and the value given is not "
            "one."
        ),
        marked("The member `parameter` names it. The page of the saved query shows the type and a value that works."),
    ),
    Explanation(
        "not-found",
        404,
        marked("Nothing is known at this address"),
        marked("The edition has no such thing, or the address is misspelt."),
        marked("Start from the first page, or look for the thing with a query."),
    ),
    Explanation(
        "no-such-view",
        404,
        marked("This edition has no such view"),
        marked(
            "A view tells the edition once more in other terms and answers at /sparql/NAME. The detail names the views "
            "that are here; a snapshot that an earlier Garrison wrote lacks those that came later."
        ),
        marked(
            "Ask one of those, or /sparql. If you run this server: build the snapshot again with `garrison build`, or "
            "start `garrison serve`, which builds it."
        ),
    ),
    Explanation(
        "method-not-allowed",
        405,
        marked("This address does not know this method"),
        marked("Resources are read with GET or HEAD; a query may be sent with GET, POST or QUERY."),
        marked("The header Allow lists the methods of this address."),
    ),
    Explanation(
        "not-acceptable",
        406,
        marked("No representation fits what was asked for"),
        marked(
            "The Accept header, or ?format=, names only formats that this kind of result cannot be written in: "
            "solutions are no graph, a graph has no CSV, and JSON-LD has no syntax for a triple term of RDF 1.2."
        ),
        marked("Ask for one of the media types that the detail lists, or leave the header out."),
    ),
    Explanation(
        "body-too-large",
        413,
        marked("The request is too large"),
        marked("The body is larger than this server reads."),
        marked("Shorten the query; long VALUES blocks can be sent in several parts."),
    ),
    Explanation(
        "request-timeout",
        408,
        marked("The request did not come to its end"),
        marked("The body was announced and did not arrive in the time that a request has for it."),
        marked("Send it again, at once and whole."),
    ),
    Explanation(
        "header-too-large",
        431,
        marked("The header is too large"),
        marked("A field of the header, or all of them together, is larger than this server reads."),
        marked("Shorten it; a long query goes into the body of a POST."),
    ),
    Explanation(
        "unsupported-media-type",
        415,
        marked("The body has a media type that is not read here"),
        marked("A POST must say what it carries in Content-Type."),
        marked("Use application/sparql-query for a query alone, or application/x-www-form-urlencoded for a form."),
    ),
    Explanation(
        "query-timeout",
        503,
        marked("The query took too long and was ended"),
        marked(
            "Evaluation did not finish in the time that a query has here. The same query will take as long "
            "again, so there is no Retry-After."
        ),
        marked(
            "Do not repeat it unchanged: bind more terms, add a LIMIT, drop ORDER BY, or look for two patterns "
            "that share no variable."
        ),
    ),
    Explanation(
        "query-memory",
        503,
        marked("The query needed too much memory and was ended"),
        marked(
            "Sorting, grouping or DISTINCT keeps every solution in memory, and there were too many. The same "
            "query will need as much again, so there is no Retry-After."
        ),
        marked("Do not repeat it unchanged: make the pattern narrower before it is sorted, grouped or made distinct."),
    ),
    Explanation(
        "queue-full",
        503,
        marked("All readers are busy"),
        marked("More queries are waiting than the server lets wait."),
        marked("Repeat the request after the seconds that Retry-After names."),
    ),
    Explanation(
        "too-many-queries",
        429,
        marked("Too many of your queries are waiting"),
        marked("One client may have so many queries waiting at the same time, so that others find room."),
        marked("Send the next query when one of yours is answered. /api/running lists them, and DELETE ends one."),
    ),
    Explanation(
        "budget-spent",
        429,
        marked("Your seconds of evaluation are used up"),
        marked(
            "Each client has so many seconds of evaluation in a minute, counted by token or address; yours are used up."
        ),
        marked(
            "Wait for the seconds that Retry-After names. RateLimit says with every answer how many are left; whole "
            "versions can be fetched at /dumps/ instead."
        ),
    ),
    Explanation(
        "query-cancelled",
        503,
        marked("The query was ended on request"),
        marked("Whoever sent the query, or who runs this server, asked for its end."),
        marked("If it was not you: it may have been in the way of others. Ask for less at once."),
    ),
    Explanation(
        "evaluation-failed",
        400,
        marked("The query could not be evaluated"),
        marked("The query is well-formed, but asks for something that cannot be computed here."),
        marked("The detail gives the reason of the engine; change the query there."),
    ),
    Explanation(
        "evaluation-error",
        500,
        marked("The evaluation failed"),
        marked("The engine gave up on a query that it should have answered."),
        marked("Report the query to the people who run this server."),
    ),
    Explanation(
        "result-interrupted",
        503,
        marked("The result was interrupted"),
        marked(
            "The reader that was writing the result ended before the result did. A result that had already "
            "begun ends as a broken connection instead: what was received is not complete."
        ),
        marked("Ask for less at once, with LIMIT and OFFSET or with narrower patterns."),
    ),
    Explanation(
        "engine-unavailable",
        503,
        marked("The engine does not answer"),
        marked("The process that evaluates queries was ended from outside, or is starting or stopping."),
        marked(
            "Repeat the request after the seconds that Retry-After names; if it stays so, tell the people who run this "
            "server."
        ),
    ),
    Explanation(
        "internal-error",
        500,
        marked("The server failed"),
        marked("Something happened that nobody foresaw. The reason is in the server's log, not in the answer."),
        marked("Report what you asked and when to the people who run this server."),
    ),
)

EXPLANATIONS: dict[str, Explanation] = {explanation.slug: explanation for explanation in _ALL}
