"""The order in which applications and their objects are applied: sync waves, and what waits for what.

Upstream: github.com/argoproj/gitops-engine pkg/sync/sync_tasks.go
"""

from collections.abc import Iterable, Sequence
from typing import Any

from kplan.api.object import Object
from kplan.gitops.looking import mapping
from kplan.gitops.model import Application

_WAVE = "argocd.argoproj.io/sync-wave"
_HOOK = "argocd.argoproj.io/hook"
_PHASES = {"PreSync": 0, "Sync": 1, "PostSync": 2}
_UNAPPLIED = frozenset({"SyncFail", "Skip", "PreDelete", "PostDelete"})
"""Hooks that a sync which goes well does not apply."""


def in_order(applications: Iterable[Application]) -> list[Application]:
    """By wave, those that others wait for first; a circle is broken where it begins."""
    waiting = sorted(applications, key=lambda one: one.wave)
    titles = {(one.root, one.title) for one in waiting}
    done: list[Application] = []
    placed = set[tuple[str, str]]()
    while waiting:
        ready = next(
            (
                one
                for one in waiting
                if all(
                    name in placed or name not in titles
                    for name in ((one.root, title) for title in one.after)
                )
            ),
            waiting[0],
        )
        waiting.remove(ready)
        done.append(ready)
        placed.add((ready.root, ready.title))
    return done


def synced(objects: Sequence[Object]) -> list[Object]:
    """The objects of an Argo CD application that a sync applies, by phase and wave."""
    return sorted((one for one in objects if not _hooks(one) & _UNAPPLIED), key=_turn)


def _turn(one: Object) -> tuple[int, int]:
    phase = min((_PHASES.get(hook, 1) for hook in _hooks(one)), default=1)
    return phase, _wave(_annotation(one, _WAVE))


def _hooks(one: Object) -> set[str]:
    return {part.strip() for part in _annotation(one, _HOOK).split(",") if part.strip()}


def _annotation(one: Object, name: str) -> str:
    value: Any = mapping(one.metadata.get("annotations")).get(name)
    return str(value) if value is not None else ""


def _wave(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        return 0
