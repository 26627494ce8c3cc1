"""Who still connects to the name of a Service that goes, or to a port that it no longer has, as far as texts say.

- ``names-absent-host``: an argument, a variable or a ConfigMap has the DNS name of a Service that is deleted.
- ``names-absent-port``: one has the name with a port that the Service no longer has.
- ``closes-ports``: it no longer has a port, which nobody is seen to name.

Names are recognised if they are qualified with the namespace, stand in a URL, or have a port behind them, and as the
whole value of what is called a host, an address, a server or the like.

Upstream: none; a real cluster tells nobody.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.api.containers import environment_of
from kplan.api.object import Json
from kplan.api.pods import containers_of, init_containers_of
from kplan.api.serviceports import ports_of
from kplan.api.workloads import group_kind, pod_template
from kplan.namedtuples import NamedTuple
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, World
from kplan.plan.reading import text
from kplan.plan.workload import workload_of
from kplan.plan.workloads import MAKERS
from kplan.sentences import listed

_LABEL: Final = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_HOST: Final = re.compile(
    rf"(?:(?P<scheme>https?):)?(?P<url>//|@)?(?<![\w.-])(?P<name>{_LABEL})"
    rf"(?P<rest>\.(?P<namespace>{_LABEL})(?:\.svc(?:\.[\w.-]*\w)?)?)?(?::(?P<port>\d{{1,5}}))?(?![\w.-])"
)
_CALLED: Final = re.compile(r"host|addr|server|url|uri|endpoint|broker|upstream|backend", re.IGNORECASE)
_USUAL_PORTS: Final = {"http": 80, "https": 443}
_LONGEST: Final = 100_000
"""Longer texts are not read."""
_KINDS: Final = (*MAKERS, ("", "Pod"), ("", "ConfigMap"))
_FEW: Final = 8
"""The number of Services up to which each is looked up by itself; beyond, all hosts are indexed first."""


class _Mention(NamedTuple):
    """The name of a host, as somebody writes it."""

    service: tuple[str, str]
    """The namespace and the name of the Service that it may be."""
    host: str
    port: int
    """0 if none is written."""
    where: str


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look for the names of a Service that is deleted, or that loses ports."""
    before, after = world.before(change), world.after(change)
    if change.action is Action.REFUSED or before is None or (after and text(after, "spec", "externalName")):
        return
    lost = _ports(before) - _ports(after)
    if after is not None and not lost:
        return
    unnamed = set(lost)
    for who, mentions in _mentions(change, world).items():
        meant = [one for one in mentions if after is None or one.port in lost]
        if not meant:
            continue
        written = listed(f"{_written(one)} ({one.where})" for one in meant)
        if after is None:
            message = (
                f"names {written}, which is no name of a Service any more: {change.object.title} is gone"
            )
            yield Consequence("names-absent-host", who, message)
        else:
            message = f"names {written}, but {change.object.title} has no such port any more"
            unnamed -= {one.port for one in meant}
            yield Consequence("names-absent-port", who, message)
    if after is not None and unnamed:
        ports = f"port{'' if len(unnamed) == 1 else 's'} {listed(map(str, sorted(unnamed)))}"
        message = f"no longer listens on {ports}: clients that connect there get no answer"
        yield Consequence("closes-ports", change.object, message)


def _written(one: _Mention) -> str:
    return f"{one.host}:{one.port}" if one.port else one.host


def _ports(service: Json | None) -> set[int]:
    return {int(port["port"]) for port in ports_of(service)} if service else set()


def _mentions(change: Change, world: World) -> Mapping[Identity, Sequence[_Mention]]:
    """Who mentions a Service, and how."""
    namespace, name = change.object.namespace, change.object.name
    if world.once(_has_many):
        return world.once(_by_service).get((namespace, name), {})
    near = world.final.mentioning(name, *_KINDS, namespace=namespace)
    far = world.final.mentioning(f"{name}.{namespace}", *_KINDS)
    found = defaultdict[Identity, dict[_Mention, None]](dict)
    for value in (*near, *far):
        mentions = [one for one in _written_in(value) if one.service == (namespace, name)]
        if mentions:
            found[workload_of(value, world.final)] |= dict.fromkeys(mentions)
    return {who: tuple(mentions) for who, mentions in found.items()}


def _has_many(world: World) -> bool:
    """Whether so many Services change that what is written is better read once."""
    return sum(one.object.kind == "Service" for one in world.effective) > _FEW


def _by_service(world: World) -> Mapping[tuple[str, str], Mapping[Identity, Sequence[_Mention]]]:
    """Everything that is written anywhere, by the Service that it may mean."""
    found = defaultdict[tuple[str, str], dict[Identity, dict[_Mention, None]]](dict)
    for kind in _KINDS:
        for value in world.final.list(*kind):
            for one in _written_in(value):
                who = workload_of(value, world.final)
                found[one.service].setdefault(who, {})[one] = None
    return {
        service: {who: tuple(mentions) for who, mentions in users.items()} for service, users in found.items()
    }


def _written_in(value: Json) -> Iterator[_Mention]:
    """The hosts in what an object gives to programs; pods have it from those who made them."""
    namespace = text(value, "metadata", "namespace")
    if value["kind"] == "ConfigMap":
        for key, said in (value.get("data") or {}).items():
            yield from _hosts(str(said), namespace, f"key {key}", key)
        return
    template = pod_template(value, group_kind(value))
    spec: Mapping[str, Any] = template.spec if template else {}
    for container in (*containers_of(spec), *init_containers_of(spec)):
        for variable in environment_of(container):
            said, name = str(variable.get("value") or ""), str(variable.get("name"))
            yield from _hosts(said, namespace, f"variable {name}", name)
        for said in (*(container.get("command") or ()), *(container.get("args") or ())):
            yield from _hosts(str(said), namespace, f"a command of container {container['name']}", "")


def _hosts(said: str, namespace: str, where: str, called: str) -> Iterator[_Mention]:
    """The hosts in a text; ``called`` is the name of what has it for a value."""
    for found in _HOST.finditer(said) if len(said) <= _LONGEST else ():
        alone = found[0] == said and bool(_CALLED.search(called))
        if found["rest"] or found["url"] or found["port"] or alone:
            port = int(found["port"] or _USUAL_PORTS.get(found["scheme"] or "", 0))
            service = found["namespace"] or namespace, found["name"]
            yield _Mention(service, found["name"] + (found["rest"] or ""), port, where)


_SERVICE: Final = "{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {ports: [%s]}}\n---\n"
_PORTS: Final = "{name: sql, port: 3306}, {name: admin, port: 33060}"
_WEB: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1", %s}]}
---
"""
_URL: Final = "env: [{name: DSN, value: 'mysql://app@db:33060/shop'}]"
_OTHER: Final = "env: [{name: DSN, value: 'mysql://app@db.example.com/shop'}, {name: KIND, value: db}]"
_SETTINGS: Final = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {host: %s}}\n---\n"
_GONE: Final = _SERVICE % _PORTS

FINDER = Finder(
    kinds=frozenset({"Service"}),
    find=find,
    examples=(
        Example(_SERVICE % _PORTS + _WEB % _URL, deleted=_GONE, finds=("names-absent-host",)),
        Example(_SERVICE % _PORTS + _SETTINGS % "db", deleted=_GONE, finds=("names-absent-host",)),
        Example(
            _SERVICE % _PORTS + _WEB % "args: ['--sql=db.default.svc:3306']",
            deleted=_GONE,
            finds=("names-absent-host",),
        ),
        Example(
            _SERVICE % _PORTS + _WEB % _URL,
            _SERVICE % "{name: sql, port: 3306}",
            finds=("names-absent-port",),
        ),
        Example(_SERVICE % _PORTS + _WEB % _OTHER + _SETTINGS % "db.example.com", deleted=_GONE),
        Example(
            _SERVICE % _PORTS + _WEB % _URL, _SERVICE % "{name: admin, port: 33060}", finds=("closes-ports",)
        ),
        Example(_SERVICE % _PORTS + _WEB % _URL, _SERVICE % _PORTS.replace("sql", "mysql")),
    ),
)
