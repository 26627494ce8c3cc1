"""A PodDisruptionBudget never allows an eviction.

A node with such a pod cannot be drained, so upgrades stop there until somebody changes the budget.

Fix: allow at least one disruption, and run more replicas than must stay available.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.intstr import IntOrStringError, scaled_value
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.nearness import distance
from kplan.lint.podselection import label_selector
from kplan.lint.rule import REPLICATED, Finding, Rule, Subject

_UNSCALED: Final = frozenset({"DaemonSet.apps", "Job.batch", "CronJob.batch"})
"""Kinds without the subresource scale."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report budgets that allow no disruption for any number of pods, or for the fewest that run."""
    least, most = subject.spec.get("minAvailable"), subject.spec.get("maxUnavailable")
    if least is None and most is None:
        text = "a budget without minAvailable and maxUnavailable allows no eviction"
        one = unsafe("allow one disruption", put(FieldPath.of("spec", "maxUnavailable"), 1))
        yield Finding(FieldPath("spec"), text, at_key=True, fix=one)
    elif most in (0, "0%") and not isinstance(most, bool):
        path = FieldPath.of("spec", "maxUnavailable")
        one = unsafe("allow one disruption", put(path, 1))
        yield Finding(path, f"maxUnavailable {most} allows no eviction", fix=one)
    elif least == "100%":
        yield Finding(FieldPath.of("spec", "minAvailable"), "minAvailable 100% allows no eviction")
    else:
        selector = label_selector(subject.spec.get("selector"))
        chosen = subject.world.selection.selected_near(subject, selector) if selector else ()
        if most is not None or isinstance(least, str):
            field = "minAvailable" if most is None else "maxUnavailable"
            yield from _without_scale(chosen, field, least if most is None else most)
        yield from _of_pods(subject, least, chosen)


def _without_scale(chosen: Sequence[Subject], field: str, value: object) -> Iterator[Finding]:
    """A share, or a number that may be missing, of pods whose number no controller says: it cannot be counted.

    Upstream: pkg/controller/disruption/disruption.go (getExpectedScale)
    """
    path = FieldPath.of("spec", field)
    unscaled = next((one for one in chosen if one.kind in _UNSCALED), None)
    if unscaled is not None:
        kind = unscaled.kind.split(".")[0]
        message = f"{field} {value} allows no eviction: a {kind} such as {unscaled.name!r} says no number of replicas"
        yield Finding(path, message, related=((unscaled, FieldPath("spec")),))
    elif chosen and all(one.kind == "Pod" for one in chosen):
        message = f"{field} {value} allows no eviction: {chosen[0].name!r} has no controller that says how many pods there are"
        yield Finding(path, message, related=((chosen[0], FieldPath("spec")),))


def _of_pods(subject: Subject, least: object, chosen: Sequence[Subject]) -> Iterator[Finding]:
    """Compare with the pods that are selected, counted and rounded as the disruption controller does."""
    counts = [1 if one.kind == "Pod" else _replicas(one) for one in chosen]
    pods = sum(count or 0 for count in counts)
    if None in counts or not pods:
        return
    needed = _scaled(least, pods)
    if needed >= pods:
        whose = " and ".join(repr(one.name) for one in chosen)
        exactly = f" ({needed} of {pods})" if isinstance(least, str) else ""
        has = "has" if len(chosen) == 1 else "have"
        message = (
            f"minAvailable {least}{exactly} allows no eviction: {whose} {has} {pods} replica{'s'[: pods > 1]}"
        )
        related = tuple((one, FieldPath.of("spec", "replicas")) for one in chosen)
        path = FieldPath.of("spec", "minAvailable")
        unknown = _of_variants(subject, chosen)
        fewer = isinstance(least, int) and pods > 1
        fix = unsafe("allow one disruption", put(path, pods - 1)) if fewer else None
        yield Finding(path, message, related=related, fix=fix, unknown=unknown)


def _of_variants(subject: Subject, chosen: Sequence[Subject]) -> str:
    """Why it cannot be known which pods there are:
    other files describe the same workload, and none beside the budget.
    """
    for one in chosen:
        world = subject.world
        same = world.by_key[one.kind, world.namespace_of(one), one.name]
        if len(same) > 1 and distance(subject, one) > 0:
            return f"several files describe {one.name!r}"
    return ""


def _scaled(least: object, pods: int) -> int:
    """How many pods must stay; 0 if that cannot be read, which another rule reports."""
    try:
        return scaled_value(least, pods, round_up=True) if isinstance(least, (int, str)) else 0
    except IntOrStringError:
        return 0


def _replicas(workload: Subject) -> int | None:
    scalable = workload.kind in REPLICATED or (workload.workload is not None and workload.workload.replicas)
    return workload.fewest_replicas() if scalable else None


RULE = Rule(
    code="AVL002",
    name="budget-blocks-drains",
    severity=Severity.WARNING,
    kinds=frozenset({"PodDisruptionBudget.policy"}),
    check=check,
    looks_around=True,
    aliases=(
        "kube-score:poddisruptionbudget-has-policy",
        "kube-linter:pdb-max-unavailable",
        "polaris:pdbDisruptionsIsZero",
        "kube-linter:pdb-min-available",
        "polaris:pdbMinAvailableGreaterThanHPAMinReplicas",
    ),
    good=(
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    bad=(
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}}
""",
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}
""",
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: agent}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: agent}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: a, image: b}]}
""",
        """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: solo}
spec: {minAvailable: 50%, selector: {matchLabels: {app: solo}}}
---
apiVersion: v1
kind: Pod
metadata: {name: solo, labels: {app: solo}}
spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/tasks/run-application/configure-pdb/",),
    fixes=(Safety.UNSAFE,),
)
