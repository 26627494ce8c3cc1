"""What kplan raises of its own: one family, so that the command line has one boundary to hold."""

from collections.abc import Iterable


class KplanError(Exception):
    """Something kplan can explain in one line; ``hint`` says what to do about it."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(KplanError):
    """The user's input or options are unreadable or contradict each other."""


class InternalError(KplanError):
    """A bug of kplan's own: an invariant that did not hold."""

    exit_code = 3


def aggregate(messages: Iterable[str]) -> str:
    """Several messages as one text, each once, as the API server and kubectl print them.

    Upstream: staging/src/k8s.io/apimachinery/pkg/util/errors/errors.go
    """
    texts = list(dict.fromkeys(messages))
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
