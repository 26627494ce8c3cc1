"""The one exception of a build."""

import json
import re
from collections.abc import Iterable
from typing import Final

from kplan.masking.names import may_tell
from kplan.masking.objects import concealed_prose
from kplan.masking.texts import without

_PATCH: Final = r'(?<=\[patch: )"(?:\\.|[^"\\])*"(?=\])'
_CONFIG: Final = r"(?<=with config: `)(.*)(`: (?:(?!\\n|\n).)*)(.*)"
_VALUES: Final = r"(?i)\bkind\W+Secret|/(?:data|stringData)\b"


class KustomizeError(Exception):
    """Why a tree cannot be built, in kustomize's words; ``secrets`` are texts in them that are
    not for everybody's eyes.

    The ``hint`` is kplan's own: what can be done instead.
    """

    def __init__(self, text: str = "", *, secrets: Iterable[str] = (), hint: str = "") -> None:
        super().__init__(text)
        self.secrets = tuple(secrets)
        self.hint = hint

    @property
    def shown(self) -> str:
        """The words without the values of Secrets, which kustomize repeats, and with what can be done instead."""
        cause: BaseException | None = self
        secrets: list[str] = []
        hint = ""
        while cause is not None:
            secrets += getattr(cause, "secrets", ())
            hint = hint or getattr(cause, "hint", "")
            cause = cause.__cause__ or cause.__context__
        words = re.sub(_CONFIG, _config, without(str(self), secrets), flags=re.DOTALL)
        return concealed_prose(re.sub(_PATCH, _patch, words)) + (hint and f" ({hint})")


class MalformedError(KustomizeError):
    """A file that is no YAML: kustomize then does not try it as a folder."""


def _config(match: re.Match[str]) -> str:
    """Settings that hold credentials are masked; what repeats them after the reason is left out."""
    return f"***{match[2]}" if may_tell(match[0]) or re.search(_VALUES, match[0]) else match[0]


def _patch(match: re.Match[str]) -> str:
    text = json.loads(match[0])
    return '"***"' if may_tell(text) or re.search(_VALUES, text) else match[0]
