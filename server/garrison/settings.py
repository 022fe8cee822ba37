"""One frozen value with everything that a deployer may choose."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from garrison.errors import SettingsError

REWRITE_NAMES = ("constants", "joins", "existence", "all")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a deployer may choose. Order of precedence: command line, environment, default."""

    edition: Path  # folder with ontology/, graph_data/ and queries/, or one that `garrison build` wrote
    watch: bool = False  # publish what changes in the folder by itself
    host: str = "127.0.0.1"  # address to listen on
    port: int = 7070  # TCP port to listen on; 0 takes a free one
    workers: int = 2  # HTTP worker processes
    query_timeout_s: float = 30.0  # seconds from when a query comes until it is ended, see engine/quota.py
    reader_memory_mb: int = 2_048  # address space a reader may add before it is ended
    max_readers: int = 8  # queries evaluated at the same time
    memory_quads: int | None = None  # larger snapshots are on disk; None: see engine/disk.py
    max_queue: int = 256  # queries of clients waiting for a reader before 503
    client_queries: int = 6  # queries of one client evaluated at the same time
    client_budget_s: float | None = None  # seconds of evaluation a client has in a minute; 0: any number
    max_rows: int = 0  # rows a result may have; 0: any number
    max_result_mb: int = 0  # megabytes a result may have; 0: any number
    cache_mb: int = 64  # megabytes of answers that each worker remembers; 0: none
    client_patience_s: float = 30.0  # seconds for a header, for a body, and until a client takes more of its answer
    trusted_proxies: tuple[str, ...] = ()  # addresses or networks whose X-Forwarded-For is believed
    tokens: Path | None = None  # file of tokens, see services/tokens.py
    no_rewrites: tuple[str, ...] = ()  # which of REWRITE_NAMES are not applied, see server/REWRITES.md
    max_body_bytes: int = 1_000_000  # larger request bodies are answered 413
    public_url: str | None = None  # address the server is known by, without a trailing slash
    source_text: Path | None = None  # text of a source, shown to readers on this machine alone

    def __post_init__(self) -> None:
        """Refuse values that cannot work.

        :raises SettingsError: with setting, value and what is allowed.
        """
        _require(0 <= self.port <= 65_535, "port", self.port, "a TCP port from 0 to 65535")
        _require(self.workers >= 1, "workers", self.workers, "at least 1")
        _require(self.query_timeout_s > 0, "query-timeout", self.query_timeout_s, "seconds above 0")
        _require(self.reader_memory_mb >= 64, "memory-limit", self.reader_memory_mb, "at least 64 MB")
        _require(self.max_readers >= 1, "max-readers", self.max_readers, "at least 1")
        _require((self.memory_quads or 0) >= 0, "memory-quads", self.memory_quads, "0 or more")
        _require(self.max_queue >= 0, "max-queue", self.max_queue, "0 or more")
        _require(self.client_queries >= 1, "client-queries", self.client_queries, "at least 1")
        _require((self.client_budget_s or 0) >= 0, "client-budget", self.client_budget_s, "seconds, or 0 for no budget")
        _require(self.max_rows >= 0, "max-rows", self.max_rows, "0 or more")
        _require(set(self.no_rewrites) <= set(REWRITE_NAMES), "no-rewrite", self.no_rewrites, ", ".join(REWRITE_NAMES))
        _require(self.cache_mb >= 0, "cache", self.cache_mb, "0 or more")
        _require(self.max_result_mb >= 0, "max-result", self.max_result_mb, "0 or more")
        _require(self.client_patience_s >= 1, "client-patience", self.client_patience_s, "1 second or more")
        for proxy in self.trusted_proxies:
            _require(_is_network(proxy), "trusted-proxy", proxy, "an IP address or network, such as 10.0.0.0/8")
        _require(
            _is_address(self.public_url), "public-url", self.public_url, "an http or https address without ? and #"
        )
        _require(self.max_body_bytes >= 1_024, "max-body", self.max_body_bytes, "at least 1024 bytes")
        if self.source_text:  # it is somebody else's, so whoever holds it reads it alone
            _require(is_loopback(self.host), "host", self.host, "127.0.0.1, ::1 or localhost beside source-text")
            _require(self.public_url is None, "public-url", self.public_url, "none beside source-text")


def is_loopback(host: str) -> bool:
    """Tell if a host names this machine alone: an address of its loopback, or ``localhost``."""
    try:
        return host.lower() == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _is_address(url: str | None) -> bool:
    if url is None:
        return True
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)


def _require(holds: bool, setting: str, value: object, allowed: str) -> None:
    if not holds:
        raise SettingsError(f"The setting {setting} is {value}; allowed is {allowed}.")
