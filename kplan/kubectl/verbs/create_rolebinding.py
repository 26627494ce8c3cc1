"""kubectl create rolebinding.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_rolebinding.go
"""

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS, create, metadata_of, required_name
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.subjects import SUBJECTS, subjects_of
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Bind a role in a namespace. Raises UsageError."""
    name = required_name(arguments)
    role, cluster_role = arguments.text("role"), arguments.text("clusterrole")
    if bool(role) == bool(cluster_role):
        raise UsageError("exactly one of clusterrole or role must be specified")
    subjects = subjects_of(arguments)
    kind = "Role" if role else "ClusterRole"
    value = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": metadata_of(name, arguments),
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role or cluster_role},
        **({"subjects": subjects} if subjects else {}),
    }
    return create(value, arguments, context, "failed to create rolebinding:")


VERB = Change(
    usage="NAME --role=NAME|--clusterrole=NAME [--user=NAME] [--group=NAME] [--serviceaccount=NAMESPACE:NAME]",
    about="Bind a role in a namespace.",
    flags=(
        Flag("role", "Role that is bound.", metavar="NAME"),
        Flag("clusterrole", "Cluster role that is bound.", metavar="NAME"),
        *SUBJECTS,
        *CREATE_FLAGS,
    ),
    examples=("create rolebinding admins --clusterrole=admin --user=jane",),
    run=run,
)
