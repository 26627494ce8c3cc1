"""kubectl kustomize: the objects of a folder with a kustomization.

Upstream: vendor/sigs.k8s.io/kustomize/kustomize/v5/commands/build/build.go
"""

from typing import Final

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Context, Query
from kplan.kustomize import KustomizeError, build
from kplan.manifest.writer import to_yaml_documents

_ROOT_ONLY: Final = "LoadRestrictionsRootOnly"
_RESTRICTORS: Final = (_ROOT_ONLY, "LoadRestrictionsNone")


def run(arguments: Arguments, context: Context) -> Printed:
    """Build and print. Raises UsageError."""
    if len(arguments.words) > 1:
        raise UsageError("specify one path to kustomization.yaml")
    restrictor = arguments.text("load-restrictor")
    if restrictor not in _RESTRICTORS:
        raise UsageError(
            f"illegal flag value --load-restrictor {restrictor}; legal values: {[*_RESTRICTORS]}"
        )
    folder = arguments.words[0] if arguments.words else "."
    try:
        built = build(folder, restricted=restrictor == _ROOT_ONLY, warnings=context.told)
    except KustomizeError as error:
        raise UsageError(str(error)) from error
    return Printed(text=to_yaml_documents(item.value for item in built.resources))


VERB = Query(
    usage="[DIR]",
    about="Build a folder with a kustomization and print its objects.",
    flags=(
        Flag(
            "load-restrictor",
            "Whether files outside a kustomization's own folder may be read.",
            metavar="|".join(_RESTRICTORS),
            default=_ROOT_ONLY,
        ),
    ),
    examples=("kustomize overlays/prod",),
    run=run,
)
