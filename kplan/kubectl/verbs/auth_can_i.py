"""kubectl auth can-i: whether a user may do something, and all that a user may do.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/auth/cani.go
"""

from typing import Final

from kplan.apiserver.authorization.authorizer import Access, Decision, authorize, require
from kplan.apiserver.authorization.policy import Policy
from kplan.apiserver.authorization.rules import rules_for
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.accessrules import Rule, broken_down, compacted
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.table import aligned
from kplan.kubectl.verb import Context, Query
from kplan.namedtuples import NamedTuple
from kplan.schema.discovery import Discovery, Resource

_VERBS: Final = frozenset(
    [
        "get",
        "list",
        "watch",
        "create",
        "update",
        "patch",
        "delete",
        "deletecollection",
        "use",
        "bind",
        "impersonate",
        "*",
        "approve",
        "sign",
        "escalate",
        "attest",
    ]
)
_URL_VERBS: Final = frozenset(["get", "put", "post", "head", "options", "delete", "patch", "*"])
_REVIEWS: Final = "authorization.k8s.io"
_HEADINGS: Final = ("Resources", "Non-Resource URLs", "Resource Names", "Verbs")


class _Asked(NamedTuple):
    """What the second word names."""

    resource: str = ""
    group: str = ""
    name: str = ""
    found: Resource | None = None


def run(arguments: Arguments, context: Context) -> Printed:
    """Answer yes or no, or list. Raises UsageError or StatusError."""
    if arguments.switch("list"):
        return _list(arguments, context)
    if len(arguments.words) != 2:
        raise UsageError(
            "you must specify two arguments: verb resource or verb resource/resourceName.\n"
            "See 'kubectl auth can-i -h' for help and examples."
        )
    printed = Printed()
    access = _access(arguments, context.server.discovery(), context.told)
    if arguments.switch("no-headers"):
        printed.fail("error: --no-headers cannot be set without --list specified")
        return printed
    require(context.user, Access("create", _REVIEWS, "selfsubjectaccessreviews"), context.server.store)
    _tell(authorize(context.user, access, context.server.store), printed, quiet=arguments.switch("quiet"))
    return printed


def _tell(decision: Decision, printed: Printed, *, quiet: bool) -> None:
    printed.exit = 0 if decision.allowed else 1
    if not quiet:
        reason = f" - {decision.reason}" if decision.reason else ""
        printed.say("yes" if decision.allowed else f"no{reason}")


def _access(arguments: Arguments, known: Discovery, told: list[str]) -> Access:
    verb, what = arguments.words
    subresource, everywhere = arguments.text("subresource"), arguments.switch("all-namespaces")
    if what.startswith("/"):
        if subresource:
            raise UsageError("--subresource can not be used with NonResourceURL")
        if verb not in _URL_VERBS:
            _warn(told, f"verb '{verb}' is not a known verb")
        return Access(verb, path=what)
    asked = _asked(what, known, told)
    if not everywhere:
        if asked.found is not None and not asked.found.namespaced:
            where = f" in group '{asked.group}'" if asked.group else ""
            _warn(told, f"resource '{asked.resource}' is not namespace scoped{where}")
        if verb not in _VERBS:
            _warn(told, f"verb '{verb}' is not a known verb")
    namespace = "" if everywhere else arguments.text("namespace") or "default"
    return Access(verb, asked.group, asked.resource, subresource, asked.name, namespace)


def _asked(text: str, known: Discovery, told: list[str]) -> _Asked:
    kind, _, name = text.partition("/")
    found = None if kind == "*" else known.by_name(kind)
    told += known.rival_warnings(kind)
    if found is not None:
        return _Asked(found.plural, found.group, name, found)
    if kind not in ("*", "users", "groups"):
        resource, dot, group = kind.lower().partition(".")
        where = f" in group '{group}'" if dot else ""
        _warn(told, f"the server doesn't have a resource type '{resource}'{where}")
    return _Asked(kind, "", name)


def _warn(told: list[str], text: str) -> None:
    """Warn, with the empty line that kubectl leaves behind this verb's warnings."""
    told += [f"Warning: {text}", ""]


def _list(arguments: Arguments, context: Context) -> Printed:
    if arguments.words:
        raise UsageError("list option must be specified with no arguments")
    if arguments.switch("quiet") or arguments.switch("all-namespaces") or arguments.text("subresource"):
        raise UsageError(
            "list option can't be specified with neither quiet, all-namespaces nor subresource options"
        )
    store = context.server.store
    require(context.user, Access("create", _REVIEWS, "selfsubjectrulesreviews"), store)
    found = rules_for(context.user, arguments.text("namespace") or "default", Policy(store))
    rules = compacted(one for value in found.rules for one in broken_down(Rule.of(value)))
    printed = Printed()
    if found.errors:
        printed.err += [f"Warning: the list may be incomplete: {'; '.join(found.errors)}"]
    head = [] if arguments.switch("no-headers") else [_HEADINGS]
    printed.text = aligned([*head, *map(_row, rules)])
    return printed


def _row(rule: Rule) -> tuple[str, str, str, str]:
    title = ""
    if rule.resources:
        name, slash, sub = rule.resources[0].partition("/")
        group = f".{rule.groups[0]}" if rule.groups and rule.groups[0] else ""
        title = f"{name}{group}{slash}{sub}"
    return title, _go_list(rule.urls), _go_list(rule.names), _go_list(rule.verbs)


def _go_list(texts: tuple[str, ...]) -> str:
    return f"[{' '.join(texts)}]"


VERB = Query(
    usage="VERB [TYPE|TYPE/NAME|URL]",
    about="""
    Tell whether an action is allowed by RBAC: yes (exit code 0) or no (1).

    The roles and bindings that every cluster has count as well. Whoever asks is a cluster administrator; --as asks for
    somebody else.
    """,
    flags=(
        *flags.IMPERSONATION,
        flags.NAMESPACE,
        switch("all-namespaces", "Ask for all namespaces.", "A"),
        switch("quiet", "Print nothing; the exit code is the answer.", "q"),
        Flag("subresource", "Subresource, such as log or scale.", metavar="NAME"),
        switch("list", "List everything that is allowed."),
        switch("no-headers", "Print no headings."),
    ),
    examples=(
        "auth can-i create deployments.apps --as=system:serviceaccount:shop:deployer -n shop",
        "auth can-i --list --as=jane",
    ),
    run=run,
    gate=True,
)
