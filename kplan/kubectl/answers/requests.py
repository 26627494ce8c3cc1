"""curl and wget: whether a request gets through, by the way that ``kplan route`` finds.

Upstream: none; these are programs of their own.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from kplan.kubectl.answers.answer import Answer, Inside
from kplan.network.route import Answer as Reached
from kplan.network.route import Failure, Route, route

_CURL: Final = frozenset(
    {"-m", "--max-time", "--connect-timeout", "-o", "--output", "-w", "--write-out", "-H", "--header", "-X", "--request",
     "-d", "--data", "-u", "--user", "-A", "--user-agent", "--retry"}
)  # fmt: skip
"""Options of curl that take a value."""
_WGET: Final = frozenset({"-O", "-T", "-t", "-U", "--header", "--post-data"})
_PORTS: Final = {"http": "80", "https": "443"}


def curl(words: Sequence[str], inside: Inside) -> Answer | None:
    """Whether curl gets an answer."""
    url = _url(words, _CURL)
    if url is None:
        return None
    found, host, port = _asked(url, inside)
    if found.answer is not Reached.NO:
        return _reached(found)
    code, text = {
        Failure.UNKNOWN_NAME: (6, f"Could not resolve host: {host}"),
        Failure.REFUSED: (7, f"Failed to connect to {host} port {port}: Connection refused"),
        Failure.TIMEOUT: (28, f"Failed to connect to {host} port {port}: Connection timed out"),
    }[found.failure]
    return Answer(code=code, err=f"curl: ({code}) {text}", remark=found.steps[-1])


def wget(words: Sequence[str], inside: Inside) -> Answer | None:
    """Whether wget gets an answer, in busybox's words."""
    url = _url(words, _WGET)
    if url is None:
        return None
    found, host, _ = _asked(url, inside)
    if found.answer is not Reached.NO:
        return _reached(found)
    texts = {
        Failure.UNKNOWN_NAME: f"wget: bad address '{host}'",
        Failure.REFUSED: f"wget: can't connect to remote host ({host}): Connection refused",
        Failure.TIMEOUT: "wget: download timed out",
    }
    return Answer(code=1, err=texts[found.failure], remark=found.steps[-1])


def _url(words: Sequence[str], with_value: frozenset[str]) -> str | None:
    """The only URL among the arguments; None if there is none, or if there are several."""
    urls, takes = [], False
    for word in words:
        if not takes and not word.startswith("-"):
            urls.append(word)
        short = not word.startswith("--") and word[0] == "-" and f"-{word[-1]}" in with_value
        takes = not takes and word.startswith("-") and (word in with_value or short)
    return urls[0] if len(urls) == 1 else None


def _asked(url: str, inside: Inside) -> tuple[Route, str, str]:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host, port = parts.hostname or "", str(parts.port or _PORTS.get(parts.scheme, "80"))
    metadata = inside.pod["metadata"]
    return (
        route(inside.server.store, f"pod/{metadata['name']}", f"{host}:{port}", metadata["namespace"]),
        host,
        port,
    )


def _reached(found: Route) -> Answer:
    partly = " (not at every endpoint)" if found.blocked else ""
    return Answer(
        remark=f"the request reaches {', '.join(found.reached)}{partly}; what that answers is not known"
    )
