"""What the flags that choose objects come to: ``-n``, ``-A``, ``-l``, ``--field-selector``, ``-f`` and words.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/builder.go
"""

from collections.abc import Iterable, Sequence

from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Wanted
from kplan.kubectl.given import given_objects, names_files
from kplan.kubectl.verb import Context
from kplan.namedtuples import NamedTuple
from kplan.schema.discovery import Resource


class Asked(NamedTuple):
    """The objects asked for, and whether a file could not be read, which has been said."""

    wanted: Wanted
    broken: bool = False


def wanted(arguments: Arguments, context: Context, words: Sequence[str] | None = None) -> Asked:
    """Read the flags that choose; ``words`` stand for the command line's own where some of those say something else."""
    given, broken = None, False
    if names_files(arguments):
        given, broken = given_objects(arguments, context)
    return Asked(
        Wanted(
            words=arguments.words if words is None else words,
            files=given,
            namespace=arguments.text("namespace") or "default",
            enforce_namespace=arguments.given("namespace"),
            all_namespaces="all-namespaces" in arguments.flags and arguments.switch("all-namespaces"),
            labels=_text(arguments, "selector"),
            fields=_text(arguments, "field-selector"),
        ),
        broken,
    )


def is_namespace_shown(arguments: Arguments, resources: Iterable[Resource]) -> bool:
    """Whether a sentence about finding nothing names the namespace."""
    return not arguments.switch("all-namespaces") and all(one.namespaced for one in resources)


def _text(arguments: Arguments, name: str) -> str:
    return arguments.text(name) if name in arguments.flags else ""
