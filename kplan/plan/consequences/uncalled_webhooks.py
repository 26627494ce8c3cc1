"""Which admission webhooks of the state a real API server would call for the changes; kplan calls none.

- ``webhooks-not-called``: a configuration has webhooks for objects that change, or for pods that are created; they may
  refuse them, and mutating ones may change them.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, Severity, World
from kplan.plan.webhooks import unreachable
from kplan.sentences import counted, listed

if TYPE_CHECKING:
    from kplan.apiserver.attributes import Operation, WebhookCall
    from kplan.apiserver.server import Server

_GROUP: Final = "admissionregistration.k8s.io"
_KINDS: Final = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


class _Asked(NamedTuple):
    """What the webhooks of one configuration would be asked about."""

    webhooks: dict[str, str]
    """Their failurePolicy by name."""
    objects: dict[Identity, None]
    pods: dict[Identity, None]


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Each configuration once, under the first change that it would be asked about, else under the first of all."""
    yield from world.once(_by_first).get(change.object, ())


def _by_first(world: World) -> Mapping[Identity, Sequence[Consequence]]:
    some = next((one.object for one in world.changes if one.action is not Action.NOOP), None)
    found = defaultdict[Identity | None, list[Consequence]](list)
    for configuration, asked in world.once(_asked).items():
        first = next((one.object for one in world.changes if one.object in asked.objects), some)
        message = _message(configuration, asked)
        found[first].append(Consequence("webhooks-not-called", configuration, message, Severity.INFO))
    return {cause: told for cause, told in found.items() if cause is not None}


def _message(configuration: Identity, asked: _Asked) -> str:
    names = listed(f"{name} (failurePolicy {policy})" for name, policy in asked.webhooks.items())
    about = [counted(len(asked.objects), "changed object")] if asked.objects else []
    about += [counted(len(asked.pods), "new pod")] if asked.pods else []
    may = "change or refuse" if configuration.kind == _KINDS[0] else "refuse"
    them = "it" if len(asked.objects) + len(asked.pods) == 1 else "them"
    return f"was not called: in the cluster {names} would be asked about {' and '.join(about)}, and may {may} {them}"


def _asked(world: World) -> Mapping[Identity, _Asked]:
    """The webhook configurations that were there before the changes and match a request,
    without those that nobody answers.
    """
    there = {
        (kind, one["metadata"]["name"]): one for kind in _KINDS for one in world.prior.list(_GROUP, kind)
    }
    if not there:
        return {}
    silent = {
        (one.configuration.kind, one.configuration.name, one.webhook) for one in unreachable(world.final)
    }
    found = defaultdict[Identity, _Asked](lambda: _Asked({}, {}, {}))
    for about, is_pod, calls in _calls(world):
        for call in calls:
            known = there.get((call.kind, call.configuration))
            if known is None or (call.kind, call.configuration, call.webhook) in silent:
                continue
            asked = found[Identity.of(known)]
            asked.webhooks[call.webhook] = call.failure_policy
            (asked.pods if is_pod else asked.objects)[about] = None
    return found


def _calls(world: World) -> Iterator[tuple[Identity, bool, Sequence["WebhookCall"]]]:
    """What each accepted change, and each pod that controllers create, would be sent to."""
    from kplan.apiserver.attributes import Operation  # noqa: PLC0415 - few plans ask
    from kplan.apiserver.server import Server  # noqa: PLC0415 - likewise
    from kplan.schema.catalog import Catalog  # noqa: PLC0415 - likewise

    server = Server(world.final.fork(), catalog=Catalog.for_version(world.kubernetes_version))
    operations = {
        Action.CREATE: Operation.CREATE,
        Action.UPDATE: Operation.UPDATE,
        Action.REPLACE: Operation.CREATE,
        Action.DELETE: Operation.DELETE,
    }
    written = {one.object for one in world.changes}
    for change in world.changes:
        if change.action in operations:
            before, after = world.before(change), world.after(change)
            yield change.object, False, _sent(server, operations[change.action], change.object, before, after)
    for key in world.final.written():
        pod = world.final.get(key) if key[:2] == ("", "Pod") else None
        earlier = world.prior.get(key)
        if pod is None or (earlier and earlier["metadata"]["uid"] == pod["metadata"]["uid"]):
            continue
        if (one := Identity.of(pod)) not in written:
            yield one, True, _sent(server, Operation.CREATE, one, None, pod)


def _sent(
    server: "Server", operation: "Operation", one: Identity, before: Json | None, after: Json | None
) -> Sequence["WebhookCall"]:
    from kplan.apiserver.attributes import Attributes  # noqa: PLC0415 - as above
    from kplan.apiserver.errors import StatusError  # noqa: PLC0415 - as above
    from kplan.apiserver.server import EPOCH  # noqa: PLC0415 - as above
    from kplan.apiserver.webhooks import Webhooks  # noqa: PLC0415 - as above

    gvk = GroupVersionKind.of(one.api_version, one.kind)
    try:
        resource = server.resource_for(gvk)
    except StatusError:  # a kind whose definition goes with the same plan
        return ()
    attributes = Attributes(
        operation=operation, gvk=gvk, resource=resource.plural, namespaced=resource.namespaced, namespace=one.namespace,
        name=one.name, object=after or {"metadata": {}}, old_object=before, store=server.store, now=EPOCH,
    )  # fmt: skip
    for kind in _KINDS:
        Webhooks(kind).record(attributes)
    return attributes.webhooks


_CONFIGURATION: Final = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
- name: guard.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Ignore
  clientConfig: {url: "https://guard.example.com"}
  rules: [{apiGroups: [""], apiVersions: [v1], resources: [%s], operations: [CREATE]}]
---
"""
_POD: Final = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: c, image: c}]}}"

FINDER = Finder(
    kinds=frozenset({"*"}),
    find=find,
    examples=(
        Example(_CONFIGURATION % "pods", _POD, finds=("webhooks-not-called",)),
        Example(_CONFIGURATION % "services", _POD),
        Example(_POD, _CONFIGURATION % "pods" + _POD.replace("web", "site")),
    ),
)
