"""kubectl auth whoami: the user that the server sees.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/auth/whoami.go
"""

from kplan.api.object import Json
from kplan.apiserver import names
from kplan.apiserver.attributes import User
from kplan.apiserver.authorization.authorizer import Access, authorize
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.table import aligned
from kplan.kubectl.printflags import OUTPUT, print_flags
from kplan.kubectl.verb import Context, Query

_GROUP = "authentication.k8s.io"


def run(arguments: Arguments, context: Context) -> Printed:
    """Print the user. Raises UsageError."""
    user, telling, printed = context.user, print_flags(arguments), Printed()
    if not authorize(user, Access("create", _GROUP, "selfsubjectreviews"), context.server.store).allowed:
        raise UsageError(
            "the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it"
        )
    if telling.output.name:
        telling.tell(printed, f"selfsubjectreview.{_GROUP}/<unknown>", "", _review(user, context), typed=True)
        return printed
    rows = [("ATTRIBUTE", "VALUE"), ("Username", user.name)]
    rows += [("UID", user.uid)] if user.uid else []
    rows += [("Groups", f"[{' '.join(user.groups)}]")] if user.groups else []
    printed.text = aligned(rows)
    return printed


def _review(user: User, context: Context) -> Json:
    info: Json = {"username": user.name, "uid": user.uid, "groups": list(user.groups)}
    return {
        "kind": "SelfSubjectReview",
        "apiVersion": f"{_GROUP}/v1",
        "metadata": {"creationTimestamp": names.timestamp(context.now)},
        "status": {"userInfo": {key: value for key, value in info.items() if value}},
    }


VERB = Query(
    usage="",
    about="Print the user that requests are sent as: a cluster administrator, or who is given with --as.",
    flags=(*flags.IMPERSONATION, *OUTPUT),
    examples=("auth whoami --as=system:serviceaccount:shop:deployer",),
    run=run,
)
