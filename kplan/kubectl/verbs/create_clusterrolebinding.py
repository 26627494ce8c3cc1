"""kubectl create clusterrolebinding.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_clusterrolebinding.go
"""

from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS, create, name_of
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.subjects import SUBJECTS, subjects_of
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Bind a cluster role in every namespace. Raises UsageError."""
    name, subjects = name_of(arguments), subjects_of(arguments)
    value = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": arguments.text("clusterrole"),
        },
        **({"subjects": subjects} if subjects else {}),
    }
    return create(value, arguments, context, "failed to create clusterrolebinding:")


VERB = Change(
    usage="NAME --clusterrole=NAME [--user=NAME] [--group=NAME] [--serviceaccount=NAMESPACE:NAME]",
    about="Bind a cluster role in every namespace.",
    flags=(
        Flag("clusterrole", "Cluster role that is bound.", metavar="NAME", required=True),
        *SUBJECTS,
        *CREATE_FLAGS,
    ),
    examples=("create clusterrolebinding readers --clusterrole=view --group=team",),
    run=run,
)
