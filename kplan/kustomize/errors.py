"""The one exception of a build."""

import json
import re
from collections.abc import Iterable
from typing import Final

from kplan.masking.names import may_tell
from kplan.masking.objects import concealed_prose
from kplan.masking.texts import without

_PATCH: Final = r'(?<=\[patch: )"(?:\\.|[^"\\])*"(?=\])'
_VALUES: Final = r"(?i)\bkind\W+Secret|/(?:data|stringData)\b"


class KustomizeError(Exception):
    """Why a tree cannot be built, in kustomize's words; ``secrets`` are texts in them that are not for everybody's eyes."""

    def __init__(self, text: str = "", *, secrets: Iterable[str] = ()) -> None:
        super().__init__(text)
        self.secrets = tuple(secrets)

    @property
    def shown(self) -> str:
        """The words without the values of Secrets, which kustomize repeats."""
        cause: BaseException | None = self
        secrets: list[str] = []
        while cause is not None:
            secrets += getattr(cause, "secrets", ())
            cause = cause.__context__
        return concealed_prose(re.sub(_PATCH, _patch, without(str(self), secrets)))


class MalformedError(KustomizeError):
    """A file that is no YAML: kustomize then does not try it as a folder."""


def _patch(match: re.Match[str]) -> str:
    text = json.loads(match[0])
    return '"***"' if may_tell(text) or re.search(_VALUES, text) else match[0]
