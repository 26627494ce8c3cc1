"""Which objects are hooks of Helm or Argo CD, which run them at another time than an apply.

- ``runs-as-hook``: the object is a hook: they create it before or after the others and wait until it has succeeded, or
  only on some occasion; applied, it is created beside the others, and nobody waits.

Upstream: github.com/helm/helm pkg/release/v1/hook.go, github.com/argoproj/gitops-engine pkg/sync/common/types.go
"""

from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.metadata import annotations_of
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Severity, World
from kplan.sentences import listed

_BEFORE: Final = "before the other objects, which follow only when it has succeeded"
_AFTER: Final = "after the other objects"
_GONE: Final = "only when they are deleted"
_HOOKS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "helm.sh/hook": (
        "Helm",
        {
            "pre-install": _BEFORE, "pre-upgrade": _BEFORE, "pre-rollback": _BEFORE,
            "post-install": _AFTER, "post-upgrade": _AFTER, "post-rollback": _AFTER,
            "pre-delete": _GONE, "post-delete": _GONE, "test": "only with helm test", "test-success": "only with helm test",
        },
    ),
    "argocd.argoproj.io/hook": (
        "Argo CD",
        {
            "PreSync": _BEFORE, "PostSync": "after the other objects, once these are healthy",
            "SyncFail": "only if a sync fails", "PreDelete": _GONE, "PostDelete": _GONE, "Skip": "never",
        },
    ),
}  # fmt: skip
"""For each annotation, whose hooks it declares and when they run."""


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Read the annotations of an object that is created or changed."""
    value = None if change.action is Action.REFUSED else world.after(change)
    if value is None:
        return
    for name, (tool, hooks) in _HOOKS.items():
        given = [one.strip() for one in str(annotations_of(value).get(name) or "").split(",")]
        times = list(dict.fromkeys(hooks[one] for one in given if one in hooks))
        if times:
            named = listed(one for one in given if one in hooks)
            message = f"is a hook of {tool} ({named}), run {listed(times)}; this plan applies it with the others and waits for nothing"
            yield Consequence("runs-as-hook", change.object, message, Severity.INFO)


_JOB: Final = """
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {%s: "%s"}}
spec:
  template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "migrate:1"}]}}
"""
_BEFORE_IT: Final = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}"

FINDER = Finder(
    kinds=frozenset({"*"}),
    find=find,
    examples=(
        Example(_BEFORE_IT, _JOB % ("helm.sh/hook", "pre-install,pre-upgrade"), finds=("runs-as-hook",)),
        Example(_BEFORE_IT, _JOB % ("argocd.argoproj.io/hook", "PreSync"), finds=("runs-as-hook",)),
        Example(_BEFORE_IT, _JOB % ("argocd.argoproj.io/sync-wave", "1")),
    ),
)
