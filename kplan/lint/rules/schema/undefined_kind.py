"""The kind's definition is not available, so its fields are not checked.

It may be a custom resource whose definition is elsewhere: mistakes in its fields go unnoticed, here and in a dry run.

Fix: add its CustomResourceDefinition to the input, or pass --crds, or the --state of a cluster that has it.
"""

from collections.abc import Iterator

from kplan.api.gvk import GroupVersionKind
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import ANY, Finding, Rule, Subject
from kplan.lint.world import World
from kplan.schema.deprecation import lifecycle_of, removed_by_others


def check(subject: Subject) -> Iterator[Finding]:
    """Report, once a type, what no schema is known of; what the server's own groups lack is another rule's."""
    if subject.is_own:
        return
    gvk, world = subject.object.gvk, subject.world
    if world.catalog.knows(gvk) or gvk in world.catalog.discovery or lifecycle_of(gvk) is not None:
        return
    if removed_by_others(gvk) is not None:
        return
    own = world.own_groups
    if "." in gvk.group and gvk.group not in own and world.remember("undefined", _first)[gvk] is subject:
        yield Finding(
            FieldPath("kind"),
            f"no definition of {gvk.kind} in {gvk.api_version!r} was found, so its fields are not checked",
        )


def _first(world: World) -> dict[GroupVersionKind, Subject]:
    """The first object of every type."""
    return {subject.object.gvk: subject for subject in reversed(world.subjects)}


RULE = Rule(
    code="API007",
    name="undefined-kind",
    severity=Severity.INFO,
    kinds=ANY,
    check=check,
    looks_around=True,
    good=(
        """\
apiVersion: apps/v1
kind: ControllerRevision
metadata: {name: a}
revision: 1
""",
    ),
    bad=(
        """\
apiVersion: example.com/v1
kind: Database
metadata: {name: a}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/",),
)
