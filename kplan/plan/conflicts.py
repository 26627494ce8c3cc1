"""What a server-side apply would do that takes over what other managers own, where one that does not is refused.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go (--force-conflicts)
"""

from dataclasses import replace

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.server import Server
from kplan.kubectl.apply import ApplyOptions, ApplyResult, apply_one
from kplan.kubectl.reading import Info
from kplan.kubectl.wording import ClientError
from kplan.plan.change import FieldEdit
from kplan.plan.diff import edits


def forced(
    info: Info, before: Json, server: Server, options: ApplyOptions
) -> tuple[Json | None, tuple[FieldEdit, ...]]:
    """What ``--force-conflicts`` would make of an object, and the fields that it would change;
    empty if that is refused too.
    """
    asked = replace(options, force_conflicts=True, dry_run=True)
    try:
        after = apply_one(info, server, asked, ApplyResult()).value
    except (StatusError, ClientError):
        return None, ()
    return after, edits(before, after)
