"""The objects of ``-f`` or ``-k``.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/{builder,kustomizevisitor}.go
"""

from pathlib import Path

from kplan.api.decode import decode
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.reading import Refused, Undecoded
from kplan.kubectl.verb import Context, Given
from kplan.kubectl.wording import ClientError
from kplan.manifest.files import STDIN


def names_files(arguments: Arguments) -> bool:
    """Whether the command line has ``-f`` or ``-k``."""
    return any(name in arguments.flags and arguments.given(name) for name in ("filename", "kustomize"))


def is_one_file(arguments: Arguments) -> bool:
    """Whether the objects are those of one file, or of one folder with a kustomization."""
    names = arguments.texts("filename")
    return not names or (len(names) == 1 and names[0] != STDIN and not Path(names[0]).is_dir())


def require_files(arguments: Arguments) -> None:
    """Raise UsageError if the command line has neither ``-f`` nor ``-k``."""
    if not names_files(arguments):
        raise UsageError("must specify one of -f and -k")


def given_objects(arguments: Arguments, context: Context) -> Given:
    """Read them. Raises UsageError."""
    folder = arguments.text("kustomize") if "kustomize" in arguments.flags else ""
    if not folder:
        recursive = "recursive" in arguments.flags and arguments.switch("recursive")
        return context.files(arguments.texts("filename"), recursive=recursive)
    require_alone(arguments)
    return _built(folder, context.told)


def require_alone(arguments: Arguments) -> None:
    """Raise UsageError if something stands beside ``-k`` that does not go with it."""
    if not arguments.text("kustomize"):
        return
    if arguments.given("filename"):
        raise UsageError("only one of -f or -k can be specified")
    if arguments.switch("recursive"):
        raise UsageError("the -k flag can't be used with -f or -R")


def _built(folder: str, told: list[str]) -> Given:
    """The objects of a folder with a kustomization, as if they stood in a file of its name."""
    from kplan.kustomize import KustomizeError, build  # noqa: PLC0415 - few command lines have -k
    from kplan.manifest.loader import load_text  # noqa: PLC0415 - likewise
    from kplan.manifest.writer import to_yaml_documents  # noqa: PLC0415 - likewise

    try:
        built = build(folder, warnings=told)
    except KustomizeError as error:
        refused = Refused(ClientError(error.shown), ends=True)
        return Given([Undecoded(folder, lambda _: refused)])
    loaded = load_text(to_yaml_documents(item.value for item in built.resources), folder)
    return Given(decode(loaded.documents).objects)
