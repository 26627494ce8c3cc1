"""Requests to paths of the API, and their answers as they come.

Upstream: staging/src/k8s.io/kubectl/pkg/rawhttp/raw.go
"""

from collections.abc import Callable, Sequence

from kplan.api.object import Json
from kplan.apiserver.field import go_json
from kplan.apiserver.request import Answer
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.decoding import unstructured
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.goorder import in_go_order
from kplan.kubectl.rest import discovery, objects
from kplan.kubectl.rest.path import Path, Target, target_of
from kplan.kubectl.veil import veiled
from kplan.kubectl.verb import Context

_OF_A_RUNNING_SERVER = (".well-known", "debug", "logs", "metrics", "openapi", "openid")
Act = Callable[[Target, Json, Server], Answer | Json]


def read(arguments: Arguments, context: Context) -> Printed:
    """Print what a path answers. Raises StatusError or UsageError."""
    path = Path.of(arguments.text("raw"))
    text = discovery.page(path, context.server)
    if text is not None:
        return Printed(text=text)
    if path.parts[0] in _OF_A_RUNNING_SERVER:
        raise UsageError(
            f"kplan does not answer {path.text}", hint="it answers /version, /healthz, /api and /apis"
        )
    _refuse(path, "watch", "use --watch without --raw")
    target = target_of(path, context.server.discovery())
    return _printed(arguments, objects.read(target, path, context.server))


def send(arguments: Arguments, context: Context, act: Act) -> Printed:
    """Send a body to a path, and print the answer. Raises StatusError or UsageError."""
    path = Path.of(arguments.text("raw"))
    _refuse(path, "dryRun", "use --dry-run=server without --raw")
    target = target_of(path, context.server.discovery())
    answer = act(target, _body(arguments.texts("filename"), context), context.server)
    if not isinstance(answer, Answer):
        return _printed(arguments, answer)
    printed = _printed(arguments, in_go_order(answer.value))
    printed.err += [f"Warning: {warning}" for warning in answer.warnings]
    return printed


def _refuse(path: Path, parameter: str, hint: str) -> None:
    """Refuse a parameter that would change what the request does, and is not answered. Raises UsageError."""
    if parameter in path.query:
        raise UsageError(f"--raw takes no parameter {parameter}", hint=hint)


def _body(filenames: Sequence[str], context: Context) -> Json:
    """The one object of the file; nothing if there is none. Raises UsageError."""
    if not filenames:
        return {}
    given = context.files(filenames, recursive=False)
    sent = list(unstructured(given.objects))
    if len(sent) != 1:
        raise UsageError(f"--raw sends one object, and {filenames[0]} holds {len(sent)}")
    return sent[0].value


def _printed(arguments: Arguments, value: Json) -> Printed:
    return Printed(text=f"{go_json(veiled(arguments, value))}\n")
