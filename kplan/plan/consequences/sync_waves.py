"""In which order Argo CD applies objects of several sync waves, which an apply takes all at once.

- ``waits-for-earlier-waves``: Argo CD applies the object, and others of its wave, only when those of earlier waves are
  healthy.
- ``held-by-an-earlier-wave``: an object of an earlier wave does not become healthy, so that Argo CD would not apply it
  at all.

Told of the first object of each wave that changes; hooks that run before or after the others are told of as hooks.

Upstream: github.com/argoproj/gitops-engine pkg/sync/sync_tasks.go, pkg/sync/syncwaves/waves.go
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.plan.effect import JobOutcome
from kplan.plan.effects.jobs import job_end
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Severity, World
from kplan.plan.progress import progress_of
from kplan.sentences import counted

_WAVE: Final = "argocd.argoproj.io/sync-wave"
_HOOK: Final = "argocd.argoproj.io/hook"
_Waves = Mapping[int, Sequence[Change]]


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at the first object of every wave but the first."""
    waves = world.once(_waves)
    number = next((one for one, members in waves.items() if members[0] is change), None)
    earlier = [one for one in waves if number is not None and one < number]
    if number is None or not earlier:
        return
    more = len(waves[number]) - 1
    others = f", as {counted(more, 'more change')} {'is' if more == 1 else 'are'}" if more else ""
    where = f"is in sync wave {number} of Argo CD{others}, and applied when what is in wave {earlier[-1]} is healthy"
    ill = next((one for each in earlier for one in waves[each] if _is_ill(one, world)), None)
    if ill is None:
        message = f"{where}; this plan applies it with the others and waits for nothing"
        yield Consequence("waits-for-earlier-waves", change.object, message, Severity.INFO)
    else:
        message = f"{where}; {ill.object.title} does not become healthy, so that Argo CD would not apply it"
        yield Consequence("held-by-an-earlier-wave", change.object, message, Severity.WARNING)


def _waves(world: World) -> _Waves:
    """The changes of every wave, the lowest first, without hooks of other phases."""
    found: dict[int, list[Change]] = {}
    for change in world.changes:
        value = (
            None
            if change.action is Action.NOOP
            else world.asked(change) or world.after(change) or change.after
        )
        if value is not None and annotations_of(value).get(_HOOK) in (None, "", "Sync"):
            found.setdefault(_wave(value), []).append(change)
    return dict(sorted(found.items()))


def _wave(value: Json) -> int:
    """0 for what names none, or one that is no number."""
    try:
        return int(str(annotations_of(value).get(_WAVE) or 0))
    except ValueError:
        return 0


def _is_ill(change: Change, world: World) -> bool:
    """Whether what is applied does not become healthy: it is refused, its rollout does not end, or its Job fails."""
    value = world.after(change)
    progress = progress_of(value) if value is not None else None
    end = job_end(value) if value is not None and value["kind"] == "Job" else None
    failed = end is not None and end.outcome is JobOutcome.FAILED
    return change.action is Action.REFUSED or failed or (progress is not None and not progress.done)


_SET: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, annotations: {argocd.argoproj.io/sync-wave: "-1"}}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "db:1", resources: {requests: {cpu: %s}}}]}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings%s}}
"""
_BEFORE: Final = "{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}"
_EARLY: Final = '{apiVersion: v1, kind: ConfigMap, metadata: {name: early, annotations: {argocd.argoproj.io/sync-wave: "-1"}}%s}\n---\n'
_FIXED: Final = _EARLY % ', immutable: true, data: {a: "%s"}'
_LATE: Final = "{apiVersion: v1, kind: ConfigMap, metadata: {name: late%s}}"
_NO_NUMBER: Final = ", annotations: {argocd.argoproj.io/sync-wave: last}"

FINDER = Finder(
    kinds=frozenset({"*"}),
    find=find,
    examples=(
        Example(_BEFORE, _SET % ("10m", ""), finds=("waits-for-earlier-waves",)),
        Example(_BEFORE, _SET % ("64", ""), finds=("held-by-an-earlier-wave",)),
        Example(_FIXED % 1, _FIXED % 2 + _LATE % "", finds=("held-by-an-earlier-wave",)),
        Example(
            _BEFORE,
            _EARLY.replace("name: early", "name: early, namespace: none") % "" + _LATE % "",
            finds=("held-by-an-earlier-wave",),
        ),
        Example(_BEFORE, _EARLY % "" + _LATE % _NO_NUMBER, finds=("waits-for-earlier-waves",)),
        Example(_BEFORE, _SET % ("10m", ', annotations: {argocd.argoproj.io/sync-wave: "-1"}')),
    ),
)
