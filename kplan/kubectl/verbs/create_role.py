"""kubectl create role.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_role.go
"""

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.creating import CREATE_FLAGS, create, metadata_of, required_name
from kplan.kubectl.printed import Printed
from kplan.kubectl.rules import RULE_FLAGS, check_resources, check_verbs, rivals_of, rules_of, verbs_of
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wording import ClientError


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a role. Raises UsageError or StatusError."""
    name, verbs, printed = required_name(arguments), verbs_of(arguments), Printed()
    if not verbs:
        raise UsageError("at least one verb must be specified")
    check_verbs(verbs, printed)
    known = context.server.discovery()
    rivals = rivals_of(arguments, known)
    context.told.extend([*printed.err, *rivals])
    printed.err.clear()
    check_resources(arguments)
    try:
        rules = rules_of(arguments, known, verbs)
    except ClientError as error:
        printed.fail(str(error))
        return printed
    context.told.extend(rivals)
    value = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": metadata_of(name, arguments),
        "rules": rules,
    }
    return create(value, arguments, context, printed=printed)


VERB = Change(
    usage="NAME --verb=VERB --resource=RESOURCE",
    about="Create a role.",
    flags=(*RULE_FLAGS, *CREATE_FLAGS),
    examples=("create role reader --verb=get,list --resource=pods",),
    run=run,
)
