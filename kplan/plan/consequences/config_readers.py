"""When workloads see the change of a ConfigMap or Secret that they read.

- ``read-at-restart``: the containers keep the old value until they restart, as variables and subPath mounts do.
- ``read-within-a-minute``: the files in a volume follow by themselves.
- ``read-by-next-job``: a CronJob makes pods of which none runs now; those of its next Job read the new value.
- ``breaks-at-restart``: what the pods need is gone; those that run go on, new ones cannot start.
- ``unset-at-restart``: what is gone is optional, or one of many variables; new containers run without it.
- ``pulls-without-credentials``: the Secret with the credentials of a registry is gone.
- ``becomes-immutable``: the object can no longer be changed, only deleted and created again.

Upstream: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables), pkg/volume/{configmap,secret}
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Severity, World
from kplan.plan.touched import name_word
from kplan.plan.uses import Use, Way, uses_of
from kplan.plan.workloads import Workload, workloads, workloads_mentioning

_FEW: Final = 8
"""The number of changes up to which each looks up the readers of its own object;
beyond, all workloads are indexed first.
"""


class _Edit(NamedTuple):
    """What changes in the object."""

    title: str
    """``configmap/settings``."""
    changed: frozenset[str]
    """Keys that come, or that have another value."""
    gone: frozenset[str]
    added: frozenset[str]
    """Keys that come."""
    deleted: bool
    watched: bool
    """Whether kubelets look for a new version of it."""

    def missing(self, use: Use) -> frozenset[str]:
        """The keys that a use names and that go."""
        return self.gone & (use.keys or frozenset())

    def concerns(self, use: Use) -> frozenset[str]:
        """The keys that a use reads and that have another value, or go."""
        every = self.changed | self.gone
        return every if use.keys is None else every & use.keys


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at every workload of the namespace."""
    if change.action in (Action.REFUSED, Action.CREATE):
        return
    edit = _edit(change)
    if _is_immutable(change.after) and not _is_immutable(change.before):
        message = "becomes immutable: it can be changed no more, only deleted and created anew"
        yield Consequence("becomes-immutable", change.object, message, Severity.INFO)
    if not (edit.changed or edit.gone or edit.deleted):
        return
    for workload in _possible_readers(change, world):
        uses = list(dict.fromkeys(uses_of(workload.spec, change.object.kind, change.object.name)))
        if uses:
            kept = sum(_was_there(pod, world) for pod in workload.pods)
            yield from _of_workload(workload, uses, edit, kept)


def _possible_readers(change: Change, world: World) -> Sequence[Workload]:
    """The workloads of the namespace for whose pods the name is written somewhere."""
    name, namespace = change.object.name, change.object.namespace
    found = None
    if len(world.changes) <= _FEW:
        found = workloads_mentioning(name_word(name), namespace, world.final)
    return world.once(_by_word).get((namespace, name), ()) if found is None else found


def _by_word(world: World) -> Mapping[tuple[str, str], Sequence[Workload]]:
    """All workloads by their namespace and each text in what their pods are to be, of which one may be a name."""
    found: defaultdict[tuple[str, str], list[Workload]] = defaultdict(list)
    for workload in workloads(world.final):
        for word in dict.fromkeys(_texts(workload.spec)):
            found[workload.identity.namespace, word].append(workload)
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)


def _was_there(pod: Json, world: World) -> bool:
    """Whether a pod existed before."""
    before = world.prior.get(world.prior.key_of(pod))
    return before is not None and bool(before["metadata"]["uid"] == pod["metadata"]["uid"])


def _edit(change: Change) -> _Edit:
    before, after = _data(change.before), _data(change.after)
    return _Edit(
        title=f"{change.object.kind.lower()}/{change.object.name}",
        changed=frozenset(key for key, value in after.items() if before.get(key) != value),
        gone=frozenset(before.keys() - after.keys()),
        added=frozenset(after.keys() - before.keys()),
        deleted=change.after is None,
        watched=not _is_immutable(change.before),
    )


def _data(value: Json | None) -> Json:
    """Keys with values; those of a Secret are masked, so that only what differs differs."""
    return {**(value.get("data") or {}), **(value.get("binaryData") or {})} if value else {}


def _is_immutable(value: Json | None) -> bool:
    return bool(value and value.get("immutable"))


def _of_workload(workload: Workload, uses: list[Use], edit: _Edit, kept: int) -> Iterator[Consequence]:
    broken = [use for use in uses if _breaks(use, edit)]
    if broken:
        why = "; ".join(dict.fromkeys(_what_is_missing(use, edit) for use in broken))
        run_on = (
            f"; {_pods(kept)} that run{'s' if kept == 1 else ''} now go{'es' if kept == 1 else ''} on"
            if kept
            else ""
        )
        message = f"cannot start new pods: {why}{run_on}"
        yield Consequence("breaks-at-restart", workload.identity, message, Severity.ERROR)
    if edit.deleted and any(use.way is Way.PULL for use in uses):
        message = f"pulls images without the credentials in {edit.title}, which is gone"
        yield Consequence("pulls-without-credentials", workload.identity, message)
    left = [use for use in uses if use not in broken and use.way is not Way.PULL]
    yield from _unset(workload, left, edit)
    if kept:
        yield from _outdated(workload, left, edit, kept)
    elif workload.identity.kind == "CronJob" and (read := _read(left, edit)):
        message = f"reads the change with its next Job: {', '.join(read)}"
        yield Consequence("read-by-next-job", workload.identity, message, Severity.INFO)


def _breaks(use: Use, edit: _Edit) -> bool:
    if use.optional or use.way is Way.PULL:
        return False
    return edit.deleted or bool(edit.missing(use))


def _what_is_missing(use: Use, edit: _Edit) -> str:
    role = {
        Way.VARIABLE: f"variable {use.name} needs",
        Way.ENVIRONMENT: "its environment needs",
        Way.FILES: f"the volume at {use.name} needs" if use.name else "a volume needs",
        Way.SUB_PATH: f"the file at {use.name} needs",
        Way.PULL: "its images need",
    }[use.way]
    keys = ", ".join(sorted(edit.missing(use)))
    if edit.deleted or not keys:
        return f"{role} {edit.title}, which is gone"
    return f"{role} key {keys} of {edit.title}, which is gone"


def _unset(workload: Workload, uses: list[Use], edit: _Edit) -> Iterator[Consequence]:
    """What new containers do without."""
    names: dict[str, None] = {}
    for use in uses:
        gone = edit.missing(use) if use.keys is not None else edit.gone
        if gone and use.way is Way.VARIABLE:
            names[f"variable {use.name}"] = None
        elif gone and use.way is Way.ENVIRONMENT:
            names |= dict.fromkeys(f"variable {use.name}{key}" for key in sorted(gone))
        elif gone and use.way is Way.SUB_PATH:
            names[f"the file at {use.name}"] = None
    if names:
        message = (
            f"runs without {', '.join(names)} after its next restart, because {edit.title} has it no more"
        )
        yield Consequence("unset-at-restart", workload.identity, message)


def _read(uses: list[Use], edit: _Edit) -> list[str]:
    """What new pods find changed."""
    read: dict[str, None] = {}
    for use in uses:
        keys = edit.concerns(use) - edit.gone
        if keys and use.way is Way.VARIABLE:
            read[f"variable {use.name}"] = None
        elif keys and use.way is Way.ENVIRONMENT:
            read |= dict.fromkeys(f"variable {use.name}{key}" for key in sorted(keys))
        elif keys and use.way is Way.SUB_PATH:
            read[f"file at {use.name}"] = None
        elif keys and use.name:
            read[f"{', '.join(sorted(keys))} in {use.name}"] = None
    return list(read)


def _outdated(workload: Workload, uses: list[Use], edit: _Edit, kept: int) -> Iterator[Consequence]:
    """What the running containers do not see, or see late."""
    late: dict[str, None] = {}
    lacking: dict[str, None] = {}
    soon: dict[str, None] = {}
    for use in uses:
        keys = edit.concerns(use)
        if use.way is not Way.FILES:
            keys -= edit.gone  # what new containers do without is told already
        if not keys:
            continue
        if use.way is Way.VARIABLE:
            (lacking if keys <= edit.added else late)[f"variable {use.name}"] = None
        elif use.way is Way.ENVIRONMENT:
            late |= dict.fromkeys(f"variable {use.name}{key}" for key in sorted(keys - edit.added))
            lacking |= dict.fromkeys(f"variable {use.name}{key}" for key in sorted(keys & edit.added))
        elif use.way is Way.SUB_PATH:
            late[f"file at {use.name}, a subPath mount"] = None
        elif edit.deleted and use.optional and use.name:
            soon[f"{use.name} is empty then, because {edit.title} is gone"] = None
        elif edit.deleted or not edit.watched:
            why = "is gone" if edit.deleted else "was immutable"
            late[f"files at {use.name}, because {edit.title} {why}"] = None
        elif use.name:
            soon[f"{', '.join(sorted(keys))} in {use.name}"] = None
    ending = "s" if kept == 1 else ""
    parts = [f"keep{ending} the old {', '.join(late)}"] if late else []
    parts += [f"run{ending} without the new {', '.join(lacking)}"] if lacking else []
    if parts and not edit.deleted:
        message = f"reads the change when it restarts; until then {_pods(kept)} {' and '.join(parts)}"
        yield Consequence("read-at-restart", workload.identity, message)
    if soon:
        message = f"sees the change within about a minute: {'; '.join(soon)} ({_pods(kept)})"
        yield Consequence("read-within-a-minute", workload.identity, message, Severity.INFO)


def _pods(count: int) -> str:
    return f"{count} pod{'' if count == 1 else 's'}"


_DEPLOYMENT: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example.com/web:1", %s}]
      volumes: [%s]
---"""
_SETTINGS: Final = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: %s, port: "80"%s}
"""
_VARIABLE: Final = "env: [{name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: level%s}}}]"
_MOUNT: Final = "volumeMounts: [{name: files, mountPath: /etc/web%s}]"
_VOLUME: Final = "{name: files, configMap: {name: settings}}"
_OTHER: Final = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {port: '80'}}"

_CRON_JOB: Final = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: backup}
spec:
  schedule: "0 0 1 1 *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: backup, image: "registry.example.com/backup:1", %s}]
          volumes: [%s]
---"""

FINDER = Finder(
    kinds=frozenset({"ConfigMap", "Secret"}),
    find=find,
    examples=(
        Example(
            _DEPLOYMENT % (_VARIABLE % "", "") + _SETTINGS % ("info", ""),
            _SETTINGS % ("debug", ""),
            finds=("read-at-restart",),
        ),
        Example(
            _DEPLOYMENT % (_MOUNT % "", _VOLUME) + _SETTINGS % ("info", ""),
            _SETTINGS % ("debug", ""),
            finds=("read-within-a-minute",),
        ),
        Example(
            _DEPLOYMENT % (_MOUNT % "/level, subPath: level", _VOLUME) + _SETTINGS % ("info", ""),
            _SETTINGS % ("debug", ""),
            finds=("read-at-restart",),
        ),
        Example(
            _CRON_JOB % (_MOUNT % "", _VOLUME) + _SETTINGS % ("info", ""),
            _SETTINGS % ("debug", ""),
            finds=("read-by-next-job",),
        ),
        Example(_CRON_JOB % (_VARIABLE % "", "") + _SETTINGS % ("info", ""), _SETTINGS % ("info", ", more: x")),
        Example(
            _DEPLOYMENT % (_VARIABLE % "", "") + _SETTINGS % ("info", ""),
            deleted=_OTHER,
            finds=("breaks-at-restart",),
        ),
        Example(
            _DEPLOYMENT % (_VARIABLE % ", optional: true", "") + _SETTINGS % ("info", ""),
            deleted=_OTHER,
            finds=("unset-at-restart",),
        ),
        Example(
            "{apiVersion: v1, kind: Pod, metadata: {name: one}, spec: {imagePullSecrets: [{name: registry}],"
            " containers: [{name: one, image: one}]}}\n---\n{apiVersion: v1, kind: Secret, metadata: {name: registry}}",
            deleted="{apiVersion: v1, kind: Secret, metadata: {name: registry}}",
            finds=("pulls-without-credentials",),
        ),
        Example(_OTHER, _OTHER.replace("80'}", "80'}, immutable: true"), finds=("becomes-immutable",)),
        Example(  # another key
            _DEPLOYMENT % (_VARIABLE % "", "") + _SETTINGS % ("info", ""), _SETTINGS % ("info", ", more: x")
        ),
        Example(  # the pods are new, too
            _DEPLOYMENT % (_VARIABLE % "", "") + _SETTINGS % ("info", ""),
            _SETTINGS % ("debug", "") + "---" + (_DEPLOYMENT % (_VARIABLE % "", "")).replace("web:1", "web:2"),
        ),
    ),
)  # fmt: skip
