"""Who asks is told by token or address; what one client takes is bounded, and said with every answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Server, until
from garrison.errors import SettingsError, TokenRefused
from garrison.services.tokens import add_token, read_tokens
from garrison.settings import Settings
from garrison.web.clients import Clients

RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
EDITION = Path()


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A file of tokens, made as an operator makes it, and the tokens."""
    path = tmp_path_factory.mktemp("secret") / "tokens"
    made = {}
    for name, scope in (("harvester", "client"), ("warden", "operator")):
        command = [sys.executable, "-m", "garrison", "token", "new", "--scope", scope, "--name", name]
        said = subprocess.run([*command, "--file", str(path)], capture_output=True, text=True, check=True, timeout=60)
        made[name] = said.stdout.splitlines()[-1]
    return path, made


@pytest.fixture(scope="module")
def guarded(quay: Path, tokens: tuple[Path, dict[str, str]]) -> Iterator[Server]:
    """A server behind a proxy, where each client has a budget of two seconds."""
    options = ("--trusted-proxy", "127.0.0.1", "--client-budget", "2", "--tokens", str(tokens[0]))
    started = Server(quay, *options, "--client-queries", "2", "--max-rows", "100", "--query-timeout", "20")
    yield started
    started.stop()


def ask(server: Server, query: str, client: str = "", token: str = "") -> httpx.Response:
    query = f"{query} # {uuid4()}"  # an answer from memory costs nobody anything
    fields = {"X-Forwarded-For": client} if client else {}
    if token:
        fields["Authorization"] = f"Bearer {token}"
    return server.client.get("/sparql", params={"query": query}, headers=fields)


def own(server: Server, **fields: str) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = server.client.get("/api/running", headers=fields).json()
    return listed


# Who asks


def test_an_answer_says_what_is_left_to_the_client(guarded: Server) -> None:
    response = ask(guarded, COUNT, "192.0.2.1")
    assert response.headers["RateLimit-Policy"] == '"query-seconds";q=2;w=60'
    assert response.headers["RateLimit"].startswith('"query-seconds";r=')
    assert "RateLimit" in response.headers["Access-Control-Expose-Headers"]


def test_a_client_without_budget_is_answered_429_and_others_are_answered(guarded: Server) -> None:
    with ThreadPoolExecutor() as threads:
        heavy = threads.submit(ask, guarded, RUNAWAY, "192.0.2.2")
        forwarded = {"X-Forwarded-For": "192.0.2.2"}
        assert until(lambda: any(float(str(q["seconds"])) > 2.2 for q in own(guarded, **forwarded)))
        refused = ask(guarded, COUNT, "192.0.2.2")
        assert refused.status_code == 429
        assert refused.json()["type"].endswith("/problems/budget-spent")
        assert int(refused.headers["Retry-After"]) >= 1
        assert refused.headers["RateLimit"].startswith('"query-seconds";r=0;t=')
        assert ask(guarded, COUNT, "192.0.2.3").status_code == 200
        (running,) = own(guarded, **forwarded)
        assert guarded.client.delete(f"/api/running/{running['id']}", headers=forwarded).status_code == 204
        assert heavy.result(20).json()["type"].endswith("/problems/query-cancelled")


def test_a_client_sees_and_ends_its_own_queries_only(guarded: Server, tokens: tuple[Path, dict[str, str]]) -> None:
    with ThreadPoolExecutor() as threads:
        running = threads.submit(ask, guarded, RUNAWAY, "192.0.2.4")
        assert until(lambda: bool(own(guarded, **{"X-Forwarded-For": "192.0.2.4"})))
        (query,) = own(guarded, **{"X-Forwarded-For": "192.0.2.4"})
        assert str(query["query"]).startswith(RUNAWAY)
        assert own(guarded, **{"X-Forwarded-For": "192.0.2.5"}) == []
        address = f"/api/running/{query['id']}"
        assert guarded.client.delete(address, headers={"X-Forwarded-For": "192.0.2.5"}).status_code == 404
        harvester = {"Authorization": f"Bearer {tokens[1]['harvester']}"}
        assert guarded.client.delete(address, headers=harvester).status_code == 404
        warden = {"Authorization": f"Bearer {tokens[1]['warden']}"}
        assert [q["client"] for q in own(guarded, **warden)] == ["192.0.2.4"]
        assert guarded.client.delete(address, headers=warden).status_code == 204
        assert running.result(20).status_code == 503
        assert until(lambda: guarded.busy() == 0)


def test_an_unknown_token_is_401_and_says_how_to_ask(guarded: Server) -> None:
    response = ask(guarded, COUNT, token="guessed")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert guarded.client.get("/api/running", headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_field_with_an_underscore_is_not_taken_for_another(guarded: Server) -> None:
    """WSGI writes both alike: a client could speak in another's name behind a proxy that is trusted."""
    with ThreadPoolExecutor() as threads:
        running = threads.submit(ask, guarded, RUNAWAY, "192.0.2.20")
        theirs = {"X-Forwarded-For": "192.0.2.20"}
        assert until(lambda: bool(own(guarded, **theirs)))
        (query,) = own(guarded, **theirs)
        posing = {"X-Forwarded-For": "192.0.2.21", "X_Forwarded_For": "192.0.2.20"}
        assert own(guarded, **posing) == []
        assert guarded.client.delete(f"/api/running/{query['id']}", headers=posing).status_code == 404
        assert guarded.client.delete(f"/api/running/{query['id']}", headers=theirs).status_code == 204
        assert running.result(20).status_code == 503


def test_a_token_counts_apart_from_its_address(guarded: Server, tokens: tuple[Path, dict[str, str]]) -> None:
    assert ask(guarded, COUNT, "192.0.2.2", tokens[1]["harvester"]).status_code == 200


def test_too_many_rows_are_refused_before_the_first_byte(guarded: Server) -> None:
    refused = ask(guarded, "SELECT * WHERE { ?s ?p ?o }", "192.0.2.6")
    assert refused.status_code == 400
    assert (refused.json()["rule"], refused.json()["limit"]) == ("rows", 100)
    assert ask(guarded, "SELECT * WHERE { ?s ?p ?o } LIMIT 100", "192.0.2.6").status_code == 200


def test_this_machine_itself_has_no_budget_unless_one_is_set(server: Server) -> None:
    response = ask(server, COUNT)
    assert response.status_code == 200
    assert "RateLimit" not in response.headers


def test_an_address_that_nobody_vouches_for_is_not_believed(server: Server) -> None:
    with ThreadPoolExecutor() as threads:
        running = threads.submit(ask, server, RUNAWAY, "192.0.2.9")
        assert until(lambda: bool(own(server)))
        (query,) = own(server)
        assert query["client"] == "127.0.0.1"
        assert server.client.delete(f"/api/running/{query['id']}").status_code == 204
        assert running.result(20).status_code == 503


def test_the_list_of_what_runs_is_no_saved_query(server: Server) -> None:
    assert server.get("/api/running").json() == []
    assert server.client.delete("/api/running/none").status_code == 404
    assert server.client.options("/api/running/none").headers["Allow"].count("DELETE") == 1


# The names of clients


PROXIED = Clients(Settings(EDITION, trusted_proxies=("10.0.0.0/8", "::1")))


@pytest.mark.parametrize(
    ("peer", "forwarded", "name"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.1", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.1, 10.1.1.1", "198.51.100.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, _hidden", "10.0.0.1"),
        ("::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "", "192.0.2.1"),
        ("a socket", "198.51.100.1", "a socket"),
    ],
)
def test_a_client_is_the_nearest_address_that_is_no_trusted_proxy(peer: str, forwarded: str, name: str) -> None:
    assert PROXIED.identify(peer, {"x-forwarded-for": forwarded}).name == name


@given(st.text(max_size=60))
def test_no_header_makes_an_operator(text: str) -> None:
    client = PROXIED.identify("10.0.0.1", {"x-forwarded-for": text, "authorization": text})
    assert not client.is_operator


@given(st.text(max_size=80))
def test_no_guess_is_a_token(tokens: tuple[Path, dict[str, str]], text: str) -> None:
    with pytest.raises(TokenRefused):
        Clients(Settings(EDITION, tokens=tokens[0])).identify("192.0.2.1", {"authorization": f"Bearer {text}"})


def test_the_file_holds_no_token_and_nobody_else_reads_it(tokens: tuple[Path, dict[str, str]]) -> None:
    path, made = tokens
    assert not any(token in path.read_text("utf-8") for token in made.values())
    assert path.stat().st_mode & 0o077 == 0


def test_a_name_stands_once_and_is_a_name(tmp_path: Path) -> None:
    add_token(tmp_path / "tokens", "harvester", "client")
    with pytest.raises(SettingsError, match="already"):
        add_token(tmp_path / "tokens", "harvester", "operator")
    with pytest.raises(SettingsError, match="no name"):
        add_token(tmp_path / "tokens", "har vester", "operator")


def test_a_line_that_is_no_token_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("# ours\n\nharvester client 12\n", "utf-8")
    with pytest.raises(SettingsError, match=r"tokens:3: .*garrison token new"):
        read_tokens(tmp_path / "tokens")
