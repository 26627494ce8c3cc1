"""kubectl delete: objects by kind and name, with the words it prints.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go
"""

from collections.abc import Sequence

from kplan.api.gvk import ObjectKey
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote
from kplan.apiserver.server import Server
from kplan.kubectl.printed import Printed
from kplan.kubectl.wording import errors_text

PROPAGATION = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan"}


def delete(
    server: Server,
    keys: Sequence[ObjectKey],
    printed: Printed,
    *,
    cascade: str = "background",
    grace_seconds: int | None = None,
    ignore_not_found: bool = False,
) -> None:
    """Delete each object; what is not there is an error at the end."""
    refusals = []
    for key in keys:
        try:
            server.delete(key, DeleteOptions(PROPAGATION[cascade], grace_seconds))
        except StatusError as refusal:
            if refusal.code != 404 or not ignore_not_found:
                refusals.append(refusal)
            continue
        forced = " force" if grace_seconds == 0 else ""
        place = f" from {key.namespace} namespace" if key.namespace else ""
        kind = f"{key.kind.lower()}.{key.group}" if key.group else key.kind.lower()
        printed.say(f"{kind} {go_quote(key.name)}{forced} deleted{place}")
    if refusals:
        printed.fail(errors_text(refusals).rstrip("\n"))
