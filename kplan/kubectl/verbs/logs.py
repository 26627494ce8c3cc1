"""kubectl logs: what containers have printed, where their command, their image or the scenario says it.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go, pkg/kubelet/kubelet_pods.go (validateContainerLogStatus)
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kplan.api.containers import end_of, last_state_of, state_of, waiting_reason_of
from kplan.api.object import Json
from kplan.api.pods import containers_of, init_containers_of, node_of
from kplan.apiserver.errors import StatusError, bad_request
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.attachable import container_of, item_of, pods_of, status_of_container
from kplan.kubectl.flags import Flag, switch
from kplan.kubectl.logparts import PART, Part, check_part, check_requests, part_of
from kplan.kubectl.printed import Printed
from kplan.kubectl.veil import veiled_output
from kplan.kubectl.verb import Context, Query
from kplan.kubectl.wording import ClientError
from kplan.kubelet.printing import printed as printed_by
from kplan.selectors.labels import Selector
from kplan.simulation.clock import Instant, from_datetime, parse_instant

_EXPECTED = (
    "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
    "POD or TYPE/NAME is a required argument for the logs command"
)
_REFUSED = {
    "ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image",
    "ErrImageNeverPull": "image can't be pulled",
}  # fmt: skip


def run(arguments: Arguments, context: Context) -> Printed:
    """Print the logs of pods. Raises UsageError."""
    printed = Printed()
    _check_words(arguments)
    part = part_of(arguments)
    try:
        pods = list(_pods(arguments, context, printed))
        _check_flags(arguments)
        sources = [(pod, container) for pod in pods for container in _containers(pod, arguments, printed)]
        check_requests(arguments, len(sources))
        for pod, container in sources:
            _print(pod, container, arguments, part, context, printed)
    except (StatusError, ClientError) as error:
        printed.refuse([error])
    return printed


def _check_words(arguments: Arguments) -> None:
    words = arguments.words
    if arguments.given("selector"):
        if words:
            raise HelpError("only a selector (-l) or a POD name is allowed")
    elif not 0 < len(words) < 3:
        raise HelpError(_EXPECTED)


def _check_flags(arguments: Arguments) -> None:
    """Refuse flags that make no sense together, which kubectl sees when it has found the object. Raises UsageError."""
    words, container = arguments.words, arguments.text("container")
    if arguments.switch("all-containers") and (container or len(words) > 1):
        raise UsageError(
            f"--all-containers=true should not be specified with container name {container or words[1]}"
        )
    if len(words) > 1 and container:
        raise UsageError("only one of -c or an inline [CONTAINER] arg is allowed")
    check_part(arguments)


def _pods(arguments: Arguments, context: Context, printed: Printed) -> Iterator[Json]:
    namespace = arguments.text("namespace") or "default"
    if arguments.given("selector"):
        found = context.server.list("", "Pod", namespace, Selector.parse(arguments.text("selector")))
        if not found:
            context.told.append(f"No resources found in {namespace} namespace.")
        yield from found
        return
    word = arguments.words[0]
    try:
        item = item_of(context, word, namespace)
    except StatusError as refusal:
        if refusal.code != 404:
            raise
        text = f'error from server (NotFound): {refusal.message} in namespace "{namespace}"'
        raise ClientError(text) from refusal
    pods = pods_of(context, item, "cannot get the logs from")
    if len(pods) > 1 and not arguments.switch("all-pods"):
        printed.warn(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}")
    yield from pods if arguments.switch("all-pods") else pods[:1]


def _containers(pod: Json, arguments: Arguments, printed: Printed) -> Iterator[Json]:
    spec = pod["spec"]
    if arguments.switch("all-containers"):
        yield from (*init_containers_of(spec), *containers_of(spec))
        return
    yield container_of(pod, arguments.text("container") or "".join(arguments.words[1:2]), printed)


def _print(
    pod: Json, container: Json, arguments: Arguments, part: Part, context: Context, printed: Printed
) -> None:
    if not node_of(pod):  # the server knows no kubelet to ask then, and has nothing to send
        return
    start, end = _span(pod, container, previous=arguments.switch("previous"))
    now = from_datetime(context.now)
    lines = printed_by(container, context.scenario, start, now if end is None else end)
    if lines is None:
        image, name = container.get("image", ""), f"{pod['metadata']['name']}/{container['name']}"
        printed.warn(
            f"kplan: no containers run here, and nothing is known of what {name} ({image}) prints"
            " (a --scenario file can say it, as `prints` of an image)"
        )
        return
    named = arguments.switch("prefix") or arguments.switch("all-pods")
    prefix = f"[pod/{pod['metadata']['name']}/{container['name']}] " if named else ""
    for text in veiled_output(arguments, part.cut(lines, now)).splitlines(keepends=True):
        printed.text += f"{prefix}{text}"


def _span(pod: Json, container: Json, *, previous: bool) -> tuple[Instant, Instant | None]:
    """When a container's last run began and ended, or the one before that."""
    name, where = container["name"], pod["metadata"]["name"]
    status = status_of_container(pod, name)
    running, ended = state_of(status).get("running"), end_of(status)
    before = last_state_of(status).get("terminated")
    if previous:
        if before is None:
            raise bad_request(f'previous terminated container "{name}" in pod "{where}" not found')
        return _times(before)
    if running is not None:
        return parse_instant(running["startedAt"]), None
    if ended or before:
        return _times(ended or before or {})
    reason = waiting_reason_of(status) or "ContainerCreating"
    raise bad_request(
        f'container "{name}" in pod "{where}" is waiting to start: {_REFUSED.get(reason, reason)}'
    )


def _times(ended: Mapping[str, Any]) -> tuple[Instant, Instant]:
    return parse_instant(ended["startedAt"]), parse_instant(ended["finishedAt"])


VERB = Query(
    usage="POD|KIND/NAME [CONTAINER]",
    about="""Print what containers have printed, where that is known.

    The output is known of commands that kplan can evaluate (echo, the perl command that computes pi), of well-known images,
    and of images for which the scenario gives it (prints). For other containers one line says that nothing is known.
    """,
    flags=(
        flags.NAMESPACE,
        flags.SELECTOR,
        Flag("container", "Container of the pod.", short="c", metavar="NAME"),
        switch("all-containers", "Every container of the pod."),
        switch("all-pods", "Every pod of the object."),
        switch("previous", "The run before the last one.", "p"),
        flags.POD_RUNNING_TIMEOUT,
        switch("ignore-errors", "Accepted as in kubectl."),
        switch("follow", "Accepted as in kubectl: a state does not change while it is read.", "f"),
        *PART,
        switch("prefix", "Begin each line with pod and container."),
        switch("insecure-skip-tls-verify-backend", f"{flags.INERT}: there is no connection to a kubelet."),
    ),
    examples=("logs web-0", "logs deployment/web --previous", "logs job/pi"),
    run=run,
)
