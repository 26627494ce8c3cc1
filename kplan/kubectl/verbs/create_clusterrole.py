"""kubectl create clusterrole.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_clusterrole.go
"""

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments, FlagError
from kplan.kubectl.creating import CREATE_FLAGS, create, required_name
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.rules import RULE_FLAGS, check_verbs, rivals_of, rules_of, verbs_of
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wording import ClientError

_URL_VERBS = ("get", "put", "post", "head", "options", "delete", "patch", "*")


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Create a cluster role. Raises UsageError or StatusError."""
    name, verbs, printed = required_name(arguments), verbs_of(arguments), Printed()
    value: dict[str, object] = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": name}
    }  # fmt: skip
    labels = _labels(arguments)
    if labels:
        if verbs or any(arguments.texts(one) for one in ("resource", "non-resource-url", "resource-name")):
            raise UsageError(
                "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames"
            )
        value["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": labels}]}
        value["rules"] = None
        return create(value, arguments, context, printed=printed)
    try:
        value["rules"] = _rules(arguments, context, verbs, printed)
    except ClientError as error:
        printed.fail(str(error))
        return printed
    return create(value, arguments, context, printed=printed)


def _rules(arguments: Arguments, context: LiveContext, verbs: list[str], printed: Printed) -> list[Json]:
    urls = list(dict.fromkeys(one.strip() for one in arguments.texts("non-resource-url")))
    if not verbs:
        raise UsageError("at least one verb must be specified")
    if not urls and not arguments.texts("resource"):
        raise UsageError("one of resource or nonResourceURL must be specified")
    if arguments.texts("resource"):
        check_verbs(verbs, printed)
    known = context.server.discovery()
    rivals = rivals_of(arguments, known)
    printed.err += rivals
    rules = rules_of(arguments, known, verbs)
    printed.err += rivals
    _check_urls(urls, verbs)
    return [*rules, *([{"nonResourceURLs": urls, "verbs": verbs}] if urls else [])]


def _check_urls(urls: list[str], verbs: list[str]) -> None:
    """Refuse what is no path of the API. Raises ClientError."""
    for verb in verbs if urls else ():
        if verb not in _URL_VERBS:
            raise ClientError(f"error: invalid verb: '{verb}' for nonResourceURL")
    for url in urls:
        if url != "*" and not url.startswith("/"):
            raise ClientError("error: nonResourceURL should start with /")
        if url != "*" and "*" in url[:-1]:
            raise ClientError("error: nonResourceURL only supports wildcard matches when '*' is at the end")


def _labels(arguments: Arguments) -> dict[str, str]:
    """The labels of the roles that it is made of. Raises FlagError."""
    text = arguments.text("aggregation-rule")
    labels = {}
    for pair in text.split(",") if text else ():
        key, equals, value = pair.partition("=")
        if not equals:
            problem = "malformed pair, expect string=string"
            raise FlagError(f'invalid argument "{text}" for "--aggregation-rule" flag: {problem}')
        labels[key.strip()] = value.strip()
    return labels


VERB = Change(
    usage="NAME --verb=VERB --resource=RESOURCE|--non-resource-url=URL",
    about="Create a cluster role.",
    flags=(
        *RULE_FLAGS,
        Flag(
            "non-resource-url", "To which paths of the API server; repeatable.", Kind.STRINGS, metavar="URL"
        ),
        Flag("aggregation-rule", "Labels of the roles it is made of.", metavar="KEY=VALUE,..."),
        *CREATE_FLAGS,
    ),
    examples=("create clusterrole reader --verb=get,list --resource=nodes",),
    run=run,
)
