"""What the flags that choose objects come to: ``-n``, ``-A``, ``-l``, ``--field-selector``, ``-f`` and words.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/builder.go
"""

from collections.abc import Iterable, Sequence

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import WITH_FILES, Wanted
from kplan.kubectl.given import given_objects, is_one_file, names_files
from kplan.kubectl.verb import Context
from kplan.namedtuples import NamedTuple
from kplan.schema.discovery import Resource


class Asked(NamedTuple):
    """The objects asked for, and whether a file could not be read, which has been said."""

    wanted: Wanted
    broken: bool = False


def wanted(arguments: Arguments, context: Context, words: Sequence[str] | None = None) -> Asked:
    """Read the flags that choose; ``words`` stand for the command line's own if some of those say something else."""
    given, broken = None, False
    _warn_of_rivals(arguments.words if words is None else words, context)
    if names_files(arguments):
        if arguments.words if words is None else words:
            raise UsageError(WITH_FILES)
        given, broken = given_objects(arguments, context)
    return Asked(
        Wanted(
            words=arguments.words if words is None else words,
            files=given,
            one_file=given is not None and is_one_file(arguments),
            namespace=arguments.text("namespace") or "default",
            enforce_namespace=arguments.given("namespace"),
            all_namespaces="all-namespaces" in arguments.flags and arguments.switch("all-namespaces"),
            labels=_text(arguments, "selector"),
            fields=_text(arguments, "field-selector"),
            subresource=_text(arguments, "subresource"),
        ),
        broken,
    )


def _warn_of_rivals(words: Sequence[str], context: Context) -> None:
    """Say which other resources have a short name of the words."""
    kinds = [word.partition("/")[0] for word in words] if any("/" in word for word in words) else words[:1]
    for name in dict.fromkeys(one for word in kinds for one in word.split(",")):
        context.told.extend(context.server.discovery().rival_warnings(name))


def is_namespace_shown(arguments: Arguments, resources: Iterable[Resource]) -> bool:
    """Whether a sentence about finding nothing names the namespace."""
    return not arguments.switch("all-namespaces") and all(one.namespaced for one in resources)


def _text(arguments: Arguments, name: str) -> str:
    return arguments.text(name) if name in arguments.flags else ""
