"""Variables as ``kubectl set env`` is given them: words of the command line, and lines of standard input.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/env/env_parse.go
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.keyvalues import check_env_name
from kplan.kubectl.verb import Context
from kplan.manifest.limits import DEFAULT

_INPUT: Final = "-"
_BOTH: Final = "can not both modify and remove the same environment variable in the same command"


def given_variables(given: Sequence[str], context: Context) -> tuple[list[Json], Sequence[str]]:
    """Variables to set, and names of those to remove; the first of a name counts. Raises UsageError."""
    named: set[str] = set()
    added: dict[str, str] = {}
    removed = []
    for one in given:
        name, equals, text = one.partition("=")
        if one == _INPUT:
            for of_input, value in _of_input(context):
                added.setdefault(of_input, value)
        elif equals:
            check_env_name(name)
            named.add(name)
            added.setdefault(name, text)
        elif one.endswith("-"):
            removed.append(one[:-1])
        else:
            raise UsageError(f"unknown environment variable: {one}")
    if named & {*removed}:
        raise UsageError(_BOTH)
    return [{"name": name, "value": text} for name, text in added.items()], removed


def _of_input(context: Context) -> Iterator[tuple[str, str]]:
    """What the lines of standard input set, unchecked, up to a #. Raises UsageError."""
    if context.stdin is None:
        raise UsageError("when '-' is used, STDIN must be open")
    data = context.stdin(DEFAULT.max_file_bytes + 1)
    if len(data) > DEFAULT.max_file_bytes:
        raise UsageError(f"standard input is larger than {DEFAULT.max_file_bytes >> 20} MiB")
    for line in data.decode("utf-8", "replace").split("\n"):
        name, equals, text = line.removesuffix("\r").partition("#")[0].partition("=")
        if equals:
            yield name, text
