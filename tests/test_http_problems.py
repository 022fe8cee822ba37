"""Errors as a client meets them: RFC 9457 documents whose type leads to a page with cause and remedy."""

from __future__ import annotations

import inspect
import re

import pytest

from conftest import Server, until
from garrison import errors
from garrison.web.explanations import EXPLANATIONS
from garrison.web.problems import TABLE, problem_of

ALL_ERRORS = [
    member for _, member in inspect.getmembers(errors, inspect.isclass) if issubclass(member, errors.GarrisonError)
]
EXAMPLES: list[errors.GarrisonError] = [
    errors.MalformedQuery("no", 2, 3),
    errors.QueryRefused("no", "nesting", 64),
    errors.UpdateRefused(),
    errors.ParameterRefused("no", "day"),
    errors.QueryTimedOut(30),
    errors.QueryOutOfMemory(2_048),
    errors.QueryQueueFull(5),
    errors.TooManyQueries(5),
    errors.BudgetSpent(120, -3.0, 61.5),
    errors.QueryCancelled(),
    errors.TokenRefused(),
    errors.EvaluationFailed("no", caused_by_query=True),
    errors.EvaluationFailed("no", caused_by_query=False),
]


@pytest.mark.parametrize("error", ALL_ERRORS, ids=lambda error: error.__name__)
def test_every_error_has_an_entry_of_its_own_and_an_explanation(error: type[Exception]) -> None:
    assert TABLE[error] in EXPLANATIONS


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_every_error_becomes_a_problem_with_its_own_sentence(error: errors.GarrisonError) -> None:
    problem = problem_of(error)
    assert problem.detail == str(error)
    assert 400 <= problem.status < 600


def test_an_error_of_a_new_class_is_answered_as_its_ancestor() -> None:
    class Newer(errors.MalformedQuery):
        pass

    assert problem_of(Newer("no")).explanation.slug == "malformed-query"


def test_the_unforeseen_is_told_without_internals(caplog: pytest.LogCaptureFixture) -> None:
    problem = problem_of(RuntimeError("the password is swordfish"))
    assert problem.status == 500
    assert "swordfish" not in problem.detail
    assert "swordfish" in caplog.text


def test_a_syntax_error_says_line_and_column(server: Server) -> None:
    response = server.get("/sparql", query="SELECT ?x\nWHERE { ?x ?y }")
    problem = response.json()
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["type"] == f"{server.url}/problems/malformed-query"
    assert problem["status"] == 400
    assert problem["line"] == 2
    assert problem["column"] > 1


@pytest.mark.parametrize("slug", sorted(EXPLANATIONS))
def test_every_type_leads_to_a_page_with_cause_and_remedy(server: Server, slug: str) -> None:
    page = server.get(f"/problems/{slug}", "text/html")
    assert page.status_code == 200
    assert "Cause" in page.text and "Remedy" in page.text
    assert server.get(f"/problems/{slug}").json()["remedy"]


def test_a_client_that_prefers_text_gets_text(server: Server) -> None:
    response = server.get("/sparql", "text/plain", query="nonsense")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "/problems/malformed-query" in response.text


def test_a_browser_gets_a_page(server: Server) -> None:
    response = server.get("/id/place/nowhere", "text/html")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Remedy" in response.text


def test_a_person_gets_the_query_back_with_a_mark_where_it_breaks(server: Server) -> None:
    page = server.get("/sparql", "text/html", query="SELECT ?x\nWHERE { ?x <b> }").text
    assert "<code>WHERE { ?x &lt;b&gt; }\n" in page
    assert re.search(r"\n +\^</code></pre>", page)
    assert re.search(r"<textarea[^>]*>SELECT \?x\nWHERE", page)


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/id/place/nowhere", 404), ("/queries/nothing", 404)])
def test_an_unknown_address_is_a_problem_document(server: Server, path: str, status: int) -> None:
    response = server.get(path)
    assert response.status_code == status
    assert response.json()["type"] == f"{server.url}/problems/not-found"


def test_a_page_that_is_posted_to_is_405(server: Server) -> None:
    response = server.client.post("/queries")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.json()["type"].endswith("/problems/method-not-allowed")


def test_a_query_beyond_its_time_is_503_and_not_to_be_repeated(hasty_server: Server) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?l ?i"
    response = hasty_server.get("/sparql", query=query)
    problem = response.json()
    assert response.status_code == 503
    assert problem["type"].endswith(("/problems/query-timeout", "/problems/query-memory"))
    assert "Retry-After" not in response.headers
    assert "Do not repeat it unchanged" in problem["detail"]


def test_nested_braces_are_refused_and_the_next_query_is_answered(server: Server) -> None:
    response = server.client.post("/sparql", data={"query": "SELECT * " + "{" * 5_000 + "}" * 5_000})
    assert response.status_code == 400
    assert response.json()["type"].endswith("/problems/query-refused")
    assert server.get("/sparql", query="ASK {}").status_code == 200


def test_calling_another_endpoint_is_refused(server: Server) -> None:
    response = server.get("/sparql", query="SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }")
    assert response.status_code == 400
    assert response.json()["rule"] == "service"


def test_a_host_header_that_is_no_host_is_not_repeated(server: Server) -> None:
    response = server.client.get("/nothing", headers={"Host": 'x"><script>'})
    assert "<script>" not in response.text


def test_health_is_answered_all_the_while(server: Server) -> None:
    assert until(lambda: server.get("/health").json()["status"] == "ok")
