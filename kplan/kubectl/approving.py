"""What ``certificate approve`` and ``certificate deny`` have in common: a request gets a condition, unless
it has the opposite one.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/certificates/certificates.go
"""

import copy
from collections.abc import Iterator
from typing import Final

from kplan.api import conditions
from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Found, Item, Wanted, choose, split
from kplan.kubectl.flags import switch
from kplan.kubectl.given import given_objects, names_files
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.documents import shown
from kplan.kubectl.printflags import OUTPUT, print_flags
from kplan.kubectl.verb import LiveContext
from kplan.kubectl.wording import ClientError
from kplan.namedtuples import NamedTuple

_KIND: Final = "CertificateSigningRequest.certificates.k8s.io"
_NAMES: Final = Wanted(kind="certificatesigningrequests.certificates.k8s.io", namespace="")
APPROVAL_FLAGS: Final = (
    switch("force", "Write the condition also if the request has it already."),
    *flags.FILES,
    *OUTPUT,
)


class Verdict(NamedTuple):
    """What is said of a request."""

    condition: str
    opposite: str
    """A request with this condition is refused."""
    verb: str

    @property
    def made(self) -> Json:
        """The condition, as kubectl writes it."""
        message = f"This CSR was {self.condition.lower()} by kubectl certificate {self.verb}."
        reason = f"Kubectl{self.verb.capitalize()}"
        return {"type": self.condition, "status": "True", "reason": reason, "message": message}


APPROVED: Final = Verdict("Approved", "Denied", "approve")
DENIED: Final = Verdict("Denied", "Approved", "deny")


def decide(arguments: Arguments, context: LiveContext, verdict: Verdict) -> Printed:
    """Say it of every request that is meant; what fails does not stop the rest. Raises UsageError."""
    telling, printed = print_flags(arguments), Printed()
    failures: list[StatusError | ClientError] = []
    nothing = True
    for found in _chosen(arguments, context, printed):
        for item in found.items:
            nothing = False
            before = next(iter(shown(context.server, [item], managed_fields=True)), item.value)
            try:
                _decide(item, context, verdict, printed, force=arguments.switch("force"))
            except (StatusError, ClientError) as error:
                failures.append(error)
                continue
            telling.tell(printed, item.title, verdict.condition.lower(), before)
        failures += found.failures
    printed.refuse(failures)
    if nothing and not printed.exit:
        printed.say("No resources found")
    return printed


def _chosen(arguments: Arguments, context: LiveContext, printed: Printed) -> Iterator[Found]:
    """The requests that are meant, name by name, so that failures stand in the order of the names.

    Raises UsageError.
    """
    words = arguments.words
    if names_files(arguments):
        if words:
            raise UsageError("resource/name arguments cannot be provided when a path is specified")
        given, broken = given_objects(arguments, context)
        printed.exit = int(broken)
        yield choose(context.server, Wanted(files=given))
        return
    if not words:
        raise UsageError("one or more CSRs must be specified as <name> or -f <filename>")
    _, pairs = split(_NAMES._replace(words=words), context.server.discovery())
    if any(resource.namespaced for resource, _ in pairs):
        raise UsageError("namespace may not be empty when retrieving a resource by name")
    for word in words:
        yield choose(context.server, _NAMES._replace(words=(word,)))


def _decide(item: Item, context: LiveContext, verdict: Verdict, printed: Printed, *, force: bool) -> None:
    """Write the condition, which the subresource approval takes. Raises StatusError or ClientError."""
    if item.group_kind != _KIND:
        raise ClientError(f"can only handle {_KIND} objects, got {item.group_kind}")
    value = copy.deepcopy(item.value)
    if conditions.of_type(value, verdict.opposite) is not None:
        raise ClientError(f'certificate signing request "{item.name}" is already {verdict.opposite}')
    has_it = conditions.of_type(value, verdict.condition) is not None
    if has_it and not force:
        return
    if not has_it:
        value.setdefault("status", {}).setdefault("conditions", []).append(verdict.made)
    printed.pass_on(context.server.update(value, subresource="approval", manager="kubectl").warnings)
