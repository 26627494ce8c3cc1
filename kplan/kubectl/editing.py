"""A text in an editor: what the file begins with, whether anything was changed, and what it holds then.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/editor/editoptions.go
"""

from collections.abc import Sequence
from typing import Any, Final

from kplan.api.object import Object
from kplan.apiserver.errors import StatusError
from kplan.diagnostics import Severity
from kplan.errors import aggregate
from kplan.kubectl.decoding import broken, objects_of, type_problems
from kplan.kubectl.files import yaml_problem
from kplan.kubectl.reading import Failure, Info, Options, read
from kplan.kubectl.verb import Context
from kplan.kubectl.wording import errors_text
from kplan.manifest.loader import load_text
from kplan.namedtuples import NamedTuple

SOURCE: Final = "edited-file"
"""The name of the edited file in kubectl's messages."""
_HEADER: Final = """\
# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
"""


class Reason(NamedTuple):
    """Why a file is opened again."""

    head: str
    causes: Sequence[str] = ()


def header(reasons: Sequence[Reason]) -> str:
    """The comment that a file begins with."""
    lines = []
    for reason in reasons:
        lines.append(f"# {_commented(reason.head)}{':' if reason.causes else ''}")
        lines += [f"# * {_commented(cause)}" for cause in reason.causes]
        lines.append("#")
    return _HEADER + "".join(f"{line}\n" for line in lines)


def _commented(text: str) -> str:
    return text.rstrip("\n").replace("\n", "\n# ")


def refused(title: str, error: StatusError) -> Reason:
    """Why an object that the server does not accept has to be edited again."""
    causes = [f"{cause.field}: {cause.message}" for cause in error.causes]
    return Reason(f"{title} was not valid", causes)


def without_comments(text: str) -> str:
    """The lines that are no comments."""
    return "\n".join(line for line in text.split("\n") if not line.strip().startswith("#"))


def same(one: str, other: str) -> bool:
    """Whether two texts say the same, whatever their comments and layout."""
    before, after = load_text(one, SOURCE), load_text(other, SOURCE)
    if before.diagnostics or after.diagnostics:
        return without_comments(one) == without_comments(other)
    return [found.value for found in before.documents] == [found.value for found in after.documents]


def problem_of(text: str) -> str:
    """What of a text is seen before anything of it is read; empty if it is fit to be read."""
    loaded = load_text(text, SOURCE)
    errors = [one for one in loaded.diagnostics if one.severity is Severity.ERROR]
    if errors:
        return f"yaml: {yaml_problem(errors[0])}"
    value = next((document.value for document in loaded.documents), None)
    problems = type_problems(value)
    return aggregate(problems) if problems else ""


def objects_in(text: str) -> list[Object]:
    """The objects of a text; a document that is not an object is kept in its place."""
    loaded = load_text(text, SOURCE)
    errors = [one for one in loaded.diagnostics if one.severity is Severity.ERROR]
    if errors:
        return [broken(SOURCE, f"error converting YAML to JSON: yaml: {yaml_problem(errors[0])}")]
    return [one for document in loaded.documents for one in objects_of(document)]


def infos_in(text: str, context: Context) -> list[Info] | str:
    """The objects of a text as they can be sent, or what is wrong with them."""
    found = list(read(objects_in(text), context.server, Options()))
    failures = [one.error for one in found if isinstance(one, Failure)]
    if failures:
        return errors_text(failures, nested=False).removeprefix("error: ").removesuffix("\n")
    return [one for one in found if isinstance(one, Info)]


def uid_of(value: Any) -> str:
    """The key by which an edited object is recognised."""
    return str((value.get("metadata") or {}).get("uid") or "")
