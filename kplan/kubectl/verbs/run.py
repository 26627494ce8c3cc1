"""kubectl run: a pod of an image.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/run/run.go, staging/src/k8s.io/kubectl/pkg/generate/versioned/run.go
"""

import re
from typing import Any, Final

from kplan.api.containers import state_of
from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.pods import container_statuses_of, is_terminal
from kplan.apiserver.deletion import DeleteOptions
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.answers import answer
from kplan.kubectl.answers.answer import Answer, Inside
from kplan.kubectl.arguments import Arguments, HelpError
from kplan.kubectl.creating import create, flags_of, metadata_of
from kplan.kubectl.deleteflags import CASCADE, GRACE_PERIOD, TIMEOUT, propagation_of
from kplan.kubectl.dryrunstrategy import DryRunStrategy, strategy_of
from kplan.kubectl.exposing import labels_from
from kplan.kubectl.flags import Flag, Kind, switch
from kplan.kubectl.keyvalues import is_env_name
from kplan.kubectl.overriding import OVERRIDES, overridden
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.waiting import wait_until
from kplan.kubelet.printing import printed as logged
from kplan.simulation.clock import from_datetime, parse_instant

_RESTART: Final = ("Always", "OnFailure", "Never")
_ATTACHED: Final = (
    "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)"
)
_SESSION: Final = 60.0
"""Seconds that somebody stays attached to a container that does not end."""
_NO_SESSION: Final = (
    "kplan: no containers run here, so there is no session, and nothing is known of what this one would print "
    "('kplan exec --help' lists the commands that are answered)"
)
_PULL: Final = ("", "Always", "IfNotPresent", "Never")
_IMAGE: Final = re.compile(
    r"([a-zA-Z0-9][-a-zA-Z0-9.]*(:[0-9]+)?/)?[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*"
    r"(:[\w][\w.-]{0,127})?(@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?\Z"
)


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Run a pod. Raises UsageError or StatusError."""
    strategy, propagation = strategy_of(arguments), propagation_of(arguments, context.told)
    _check(arguments, strategy)
    pod = overridden(_pod(arguments), arguments)
    done = create(pod, arguments, context)
    if arguments.switch("expose") and not done.exit:
        done = _told_first(create(_service(arguments, pod), arguments, context), done, arguments)
    if not done.exit and arguments.switch("rm"):
        _watch_and_delete(pod, context, done, propagation, quiet=arguments.switch("quiet"))
    return done


def _told_first(service: Printed, pod: Printed, arguments: Arguments) -> Printed:
    """What is printed of both: the Service is made after the pod, and told of before it."""
    # kubectl writes a line of dashes, and so does the printer of the second document
    between = "---\n---\n" if service.text and arguments.text("output") == "yaml" else ""
    return Printed(
        exit=service.exit,
        out=[*service.out, *pod.out],
        err=[*pod.err, *service.err],
        text=service.text + between + pod.text,
    )


def _is_attached(arguments: Arguments) -> bool:
    """Whether somebody sits at the container's output."""
    return arguments.switch("attach") if arguments.given("attach") else arguments.switch("stdin")


def _watch_and_delete(
    pod: Json, context: LiveContext, printed: Printed, propagation: str, *, quiet: bool
) -> None:
    """Wait for the end of a pod that is attached to, for as long as somebody would, and delete it."""
    metadata = pod["metadata"]
    key = ObjectKey("", "Pod", metadata.get("namespace") or "default", metadata["name"])

    def over() -> bool:
        value = context.server.find(key)
        return value is None or is_terminal(value) or _answered(value, context) is not None

    wait_until(context, over, _SESSION)
    found = context.server.find(key)
    printed.out = _shown(found, context)
    said = _answered(found, context) if found and not printed.out else None
    if said is not None:
        printed.out = said.out.splitlines()
        printed.err += [line for line in (said.err, f"kplan: {said.remark}" if said.remark else "") if line]
    elif not printed.out and found and _running(found):
        printed.warn(_NO_SESSION)
    context.server.delete(key, DeleteOptions(propagation, 0))
    if not quiet:
        printed.say(f'pod "{key.name}" deleted from {key.namespace} namespace')


def _shown(pod: Json | None, context: LiveContext) -> list[str]:
    """What the container has printed, if that is known."""
    statuses = container_statuses_of(pod) if pod else ()
    run = next((one for status in statuses for one in state_of(status).values() if "startedAt" in one), None)
    if pod is None or run is None:
        return []
    start, now = parse_instant(run["startedAt"]), from_datetime(context.now)
    return [line.text for line in logged(pod["spec"]["containers"][0], context.scenario, start, now) or ()]


def _answered(pod: Json, context: LiveContext) -> Answer | None:
    """What the pod's command prints if a command of a running container is answered; None if that is not known."""
    container = pod["spec"]["containers"][0]
    words = [*(container.get("command") or ()), *(container.get("args") or ())]
    running = _running(pod)
    if not words or running is None:
        return None
    return answer(words, Inside(context.server, pod, container, parse_instant(running["startedAt"])))


def _running(pod: Json) -> Json | None:
    """Since when a container of the pod runs, if one does."""
    states = (state_of(status).get("running") for status in container_statuses_of(pod))
    return next(filter(None, states), None)


def _check(arguments: Arguments, strategy: DryRunStrategy) -> None:
    """Refuse what makes no sense. Raises UsageError."""
    words = arguments.words if arguments.before_dash is None else arguments.words[: arguments.before_dash]
    if not words:
        raise HelpError("NAME is required for run")
    image = arguments.text("image")
    if not image:
        raise UsageError("--image is required")
    if not _IMAGE.match(image):
        raise UsageError(f'Invalid image name "{image}": invalid reference format')
    if arguments.switch("tty") and not arguments.switch("stdin"):
        raise HelpError("-i/--stdin is required for containers with -t/--tty=true")
    if arguments.switch("expose") and not arguments.text("port"):
        raise HelpError("--port must be set when exposing a service")
    if arguments.text("restart") not in _RESTART:
        raise HelpError(f"invalid restart policy: {arguments.text('restart')}")
    if arguments.switch("rm") and not _is_attached(arguments):
        raise HelpError("--rm should only be used for attached containers")
    if _is_attached(arguments) and strategy is not DryRunStrategy.NONE:
        raise HelpError(_ATTACHED)
    if arguments.text("image-pull-policy") not in _PULL:
        raise HelpError(f"invalid image pull policy: {arguments.text('image-pull-policy')}")


def _pod(arguments: Arguments) -> Json:
    name, *words = arguments.words
    if not name:
        raise UsageError("Parameter: name is required")
    labels = labels_from(arguments.text("labels")) if arguments.text("labels") else {"run": name}
    annotations = dict(map(_annotation, arguments.texts("annotations")))
    container: dict[str, Any] = {"name": name, "image": arguments.text("image"), "resources": {}}
    if words:
        container["command" if arguments.switch("command") else "args"] = words
    given = arguments.texts("env")
    if variables := [_variable(one) for one in given if given != ("",)]:
        container["env"] = variables
    if arguments.text("image-pull-policy"):
        container["imagePullPolicy"] = arguments.text("image-pull-policy")
    if arguments.text("port"):
        container["ports"] = [{"containerPort": _port(arguments.text("port"))}]
    if arguments.switch("privileged"):
        container["securityContext"] = {"privileged": True}
    for field in ("stdin", "tty"):
        if arguments.switch(field):
            container[field] = True
    if arguments.switch("stdin") and arguments.text("restart") != "Always":
        container["stdinOnce"] = True
    spec = {
        "containers": [container],
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": arguments.text("restart"),
    }
    metadata = metadata_of(
        name, arguments, labels=labels, **({"annotations": annotations} if annotations else {})
    )
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": {}}


def _annotation(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"invalid annotations format: {text}")
    return name, value


def _variable(text: str) -> Json:
    name, equals, value = text.partition("=")
    if not equals or not name or not is_env_name(name):
        raise UsageError(f"invalid env: {text}")
    return {"name": name, **({"value": value} if value else {})}


def _port(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise UsageError(f'strconv.Atoi: parsing "{text}": invalid syntax')
    return int(text)


def _service(arguments: Arguments, pod: Json) -> Json:
    port = _port(arguments.text("port"))
    labels = pod["metadata"].get("labels") or {}
    spec = {"ports": [{"port": port, "protocol": "TCP", "targetPort": port}], "selector": labels}
    given = {"labels": labels} if arguments.text("labels") else {}
    metadata = metadata_of(pod["metadata"]["name"], arguments, **given)
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": spec,
        "status": {"loadBalancer": {}},
    }


_DELETE_FLAGS: Final = (
    CASCADE,
    *(
        flag._replace(help=f"{flags.INERT}: run ignores it.")
        for flag in (
            GRACE_PERIOD,
            TIMEOUT,
            *flags.FILES,
            switch("force", ""),
            switch("wait", ""),
            Flag("detach-keys", "", metavar="KEYS", default="ctrl-p,ctrl-q"),
        )
    ),
)
"""Flags of delete: what --rm deletes is deleted in one way only."""
VERB = Change(
    usage="NAME --image=IMAGE [-- COMMAND|ARG...]",
    about="Run a pod with an image and show what follows.",
    flags=(
        Flag("image", "Image to run.", metavar="IMAGE", required=True),
        Flag("port", "Port that the container listens on.", metavar="PORT"),
        Flag("env", "Variable: NAME=VALUE; repeatable.", Kind.STRING_ARRAY, metavar="NAME=VALUE"),
        Flag("labels", "Labels of the pod, KEY=VALUE joined by commas.", short="l", metavar="LABELS"),
        Flag("annotations", "Annotation: KEY=VALUE; repeatable.", Kind.STRING_ARRAY, metavar="KEY=VALUE"),
        Flag("restart", "Restart policy: Always, OnFailure or Never.", metavar="POLICY", default="Always"),
        Flag(
            "image-pull-policy", "When the image is pulled: Always, IfNotPresent or Never.", metavar="POLICY"
        ),
        switch("command", "The words after -- are the command, not its arguments."),
        switch("expose", "Create a Service for the pod as well."),
        switch("privileged", "Run it privileged."),
        switch("stdin", "Keep its standard input open.", "i"),
        switch("tty", "Give it a terminal.", "t"),
        switch("leave-stdin-open", "Accepted as in kubectl."),
        switch("quiet", "Do not say that --rm deleted the pod.", "q"),
        flags.POD_RUNNING_TIMEOUT,
        switch("attach", "Attach to it; --stdin does so as well."),
        switch("rm", "Delete the pod when it has ended; only when attached to it."),
        *OVERRIDES,
        *_DELETE_FLAGS,
        *flags_of("kubectl-run"),
    ),
    examples=("run web --image=nginx:1.27 --port=80",),
    run=run,
)
