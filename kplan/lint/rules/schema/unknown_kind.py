"""The API has no such apiVersion and kind.

kubectl answers ``no matches for kind``; a typing error or a wrong version of the group is the usual reason.

Fix: correct apiVersion and kind; for a custom resource add its CustomResourceDefinition to the input.
"""

from collections.abc import Iterator

from kplan.api.gvk import GroupVersionKind
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import ANY, Finding, Rule, Subject
from kplan.lint.world import World
from kplan.naming import nearest
from kplan.schema.deprecation import lifecycle_of


def check(subject: Subject) -> Iterator[Finding]:
    """Report types of known groups that the release does not serve; groups nobody knows may be custom."""
    gvk, catalog = subject.object.gvk, subject.world.catalog
    if catalog.knows(gvk) or gvk in catalog.discovery or lifecycle_of(gvk) is not None:
        return
    known = subject.world.remember("types", _types)
    groups = subject.world.remember("groups", _groups)
    if gvk.group in groups or "." not in gvk.group or (gvk.group, gvk.kind) in known:
        yield Finding(
            FieldPath("kind"),
            f"no kind {gvk.kind!r} in version {gvk.api_version!r}",
            help=_advice(gvk, known),
        )


def _types(world: World) -> dict[tuple[str, str], list[str]]:
    """Every group and kind, with the versions that have it."""
    types: dict[tuple[str, str], list[str]] = {}
    for resource in world.catalog.discovery:
        types.setdefault((resource.group, resource.kind), []).append(resource.api_version)
    return types


def _groups(world: World) -> frozenset[str]:
    """The API server's own groups; those of custom resources may have more kinds than the run defines."""
    custom = {gvk.group for gvk in world.catalog.custom}
    return frozenset(resource.group for resource in world.catalog.discovery) - custom


def _advice(gvk: GroupVersionKind, known: dict[tuple[str, str], list[str]]) -> str:
    same = [version for (_, kind), versions in known.items() if kind == gvk.kind for version in versions]
    if same:
        return f"{gvk.kind} is in {' and '.join(same)}"
    kinds = sorted({kind for group, kind in known if group == gvk.group} or {kind for _, kind in known})
    near = nearest(gvk.kind, kinds)
    return f"did you mean {near}?" if near else ""


RULE = Rule(
    code="API001",
    name="unknown-kind",
    severity=Severity.ERROR,
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
        """\
apiVersion: example.com/v1
kind: Database
metadata: {name: a}
""",
    ),
    bad=(
        """\
apiVersion: apps/v1
kind: Deploymnt
metadata: {name: a}
""",
        """\
apiVersion: v1
kind: Deployment
metadata: {name: a}
""",
    ),
    references=("https://kubernetes.io/docs/reference/kubernetes-api/",),
)
