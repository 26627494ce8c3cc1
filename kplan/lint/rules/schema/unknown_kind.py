"""The API has no such apiVersion and kind.

kubectl answers ``no matches for kind``; a typing error or a wrong version of the group is the usual reason.

Fix: correct apiVersion and kind; for a custom resource add its CustomResourceDefinition to the input.
"""

from collections.abc import Iterator

from kplan.api.gvk import GroupVersionKind
from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.nearness import are_near
from kplan.lint.rule import ANY, MINIMAL, Finding, Rule, Subject
from kplan.lint.world import World
from kplan.naming import nearest
from kplan.schema.deprecation import lifecycle_of
from kplan.schema.discovery import meant, versions_of


def check(subject: Subject) -> Iterator[Finding]:
    """Report types of known groups that the release does not serve; groups nobody knows may be custom."""
    if subject.is_own:
        return
    gvk, catalog = subject.object.gvk, subject.world.catalog
    if catalog.knows(gvk) or gvk in catalog.discovery or lifecycle_of(gvk) is not None:
        return
    known = subject.world.remember("types", _types)
    groups = subject.world.own_groups
    if gvk.group in groups or "." not in gvk.group or (gvk.group, gvk.kind) in known:
        message = f"no kind {gvk.kind!r} in version {gvk.api_version!r}"
        doubt = _doubt(subject, gvk, groups, known)
        yield Finding(FieldPath("kind"), message, help=meant(gvk, known), unknown=doubt)


def _doubt(
    subject: Subject, gvk: GroupVersionKind, groups: frozenset[str], known: dict[tuple[str, str], list[str]]
) -> str:
    """Why the kind may exist all the same: defined elsewhere in another version, or a program's own configuration."""
    if gvk.group in groups:
        return ""
    if (gvk.group, gvk.kind) in known:
        return (
            ""
            if any(are_near(one, subject) for one in _definitions(subject.world, gvk))
            else ("its definition in the input may be of another release")
        )
    typo = nearest(gvk.group, groups - {""}) or any(
        kind == gvk.kind and group in groups for group, kind in known
    )
    return "" if typo else "it may be the configuration of a program"


def _definitions(world: World, gvk: GroupVersionKind) -> list[Subject]:
    definitions = world.by_kind.get("CustomResourceDefinition.apiextensions.k8s.io", ())
    return [
        one for one in definitions
        if text(one.spec, "group") == gvk.group and text(one.spec, "names", "kind") == gvk.kind
    ]  # fmt: skip


def _types(world: World) -> dict[tuple[str, str], list[str]]:
    return versions_of(world.catalog.discovery)


RULE = Rule(
    code="API001",
    name="unknown-kind",
    severity=Severity.ERROR,
    kinds=ANY,
    check=check,
    looks_around=True,
    preset=MINIMAL,
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
