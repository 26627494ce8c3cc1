"""Two workloads select the same pods.

Each may count or adopt the pods of the other, and autoscalers, budgets and ``kubectl`` that go
by the selector see both.

Fix: give every workload a label of its own, in its template and in its selector.
"""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.nearness import distance
from kplan.lint.podselection import label_selector, map_selector
from kplan.lint.rule import LONG_RUNNING, Finding, Rule, Subject
from kplan.selectors.labels import Selector

_PATH = FieldPath.of("spec", "selector")


def check(subject: Subject) -> Iterator[Finding]:
    """Report a workload that selects pods of another; if both select both, the later one."""
    selector = _selector(subject)
    if selector is None or subject.lender is not None or _is_owned(subject):
        return
    chosen = subject.world.selection.selected_near(subject, selector)
    other = _other(subject, chosen)
    if other is not None:
        kind = other.object.gvk.kind
        message = f"the selector means the pods of {kind} {other.name!r} as well"
        related = ((other, other.template.path if other.template else FieldPath("spec")),)
        yield Finding(_PATH, message, at_key=True, related=related, unknown=_apart(subject, other))


def _other(subject: Subject, chosen: Sequence[Subject]) -> Subject | None:
    """The first other workload whose pods it means."""
    before = takewhile(lambda one: one is not subject, chosen)
    first = next((one for one in before if _is_other(one, subject)), None)
    if first is not None:
        return first
    others = (one for one in chosen if _is_other(one, subject))
    return next((one for one in others if not _means(one, subject)), None)


def _is_other(one: Subject, subject: Subject) -> bool:
    """Whether it keeps pods of its own under another name; a Deployment may keep what a ReplicaSet of its name did."""
    keeps = one.kind in LONG_RUNNING or (one.workload is not None and bool(one.workload.like))
    own = one.name != subject.name and not _is_owned(one)
    return keeps and own and not one.is_lent and one.lender is None


def _is_owned(one: Subject) -> bool:
    """Whether another object made it, as a Deployment its ReplicaSets."""
    return bool(mapping(one.value, "metadata").get("ownerReferences"))


def _means(one: Subject, subject: Subject) -> bool:
    """Whether another selects the pods of this one."""
    selector = _selector(one)
    return selector is not None and subject.selected_by(selector)


def _selector(subject: Subject) -> Selector | None:
    given = mapping(subject.spec, "selector")
    plain = not {"matchLabels", "matchExpressions"} & given.keys()
    return map_selector(given) if plain else label_selector(given)


def _apart(subject: Subject, other: Subject) -> str:
    """Why the two may never be applied together."""
    if distance(subject, other) == 0 or _built(subject) == _built(other) != "":
        return ""
    return "the two stand in several files, and may be variants of each other"


def _built(subject: Subject) -> str:
    return subject.object.origin.built_by if subject.object.origin else ""


def _workload(name: str, labels: str, selector: str, kind: str = "Deployment") -> str:
    return f"""\
---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{{selector}}}}}
  template:
    metadata: {{labels: {{{labels}}}}}
    spec: {{containers: [{{name: a, image: b}}]}}
"""


_WEB = _workload("web", "app: web", "app: web")

RULE = Rule(
    code="LBL007",
    name="overlapping-selectors",
    severity=Severity.WARNING,
    kinds=LONG_RUNNING,
    check=check,
    looks_around=True,
    needs=LONG_RUNNING,
    good=(_WEB + _workload("worker", "app: worker", "app: worker"),),
    bad=(
        _WEB + _workload("canary", "app: web", "app: web"),
        _WEB + _workload("worker", "app: web, tier: worker", "app: web, tier: worker", "DaemonSet"),
    ),
    references=(
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/",
    ),
)
