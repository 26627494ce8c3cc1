"""kubectl patch: change some fields of objects.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import chain
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.decode import decode, encode
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType, PlainType, problem_of
from kplan.apiserver.patching import apply_patch
from kplan.apiserver.server import Server
from kplan.diagnostics import Severity
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item, choose
from kplan.kubectl.decoding import unstructured
from kplan.kubectl.deprecated import deprecations
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.files import yaml_problem
from kplan.kubectl.flags import Flag, switch
from kplan.kubectl.localpatch import patched_here, problem_here, title_of
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, PrintFlags, late_print_flags
from kplan.kubectl.scaleitems import SCALE
from kplan.kubectl.server_fields import without_managed_fields
from kplan.kubectl.textfile import read_text
from kplan.kubectl.veil import hides, veiled_output
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wanted import Asked, wanted
from kplan.kubectl.wording import ClientError
from kplan.manifest.loader import load_text
from kplan.masking.names import MASK
from kplan.namedtuples import NamedTuple

_PRIVATE: Final = r"(?i:secret|stringData|password|token)"
_MANAGER: Final = "kubectl-patch"
_TYPES: Final[Mapping[str, PlainType]] = {
    "json": PatchType.JSON,
    "merge": PatchType.MERGE,
    "strategic": PatchType.STRATEGIC,
}


class _Patch(NamedTuple):
    content: Any
    type: PlainType
    subresource: str
    problem: str = ""
    """Why the server cannot read it."""

    def send(self, server: Server, item: Item, printed: Printed, *, dry_run: bool) -> Json:
        """Patch one object; the answer is how it is then.

        Raises StatusError, or ClientError if its kind takes no such patch.
        """
        if self.problem:
            raise StatusError(400, "BadRequest", self.problem)
        if self.subresource == "scale":
            return self._scale(server, item, printed, dry_run=dry_run)
        try:
            answer = server.patch(
                item.key, self.content, self.type, api_version=item.resource.api_version, dry_run=dry_run,
                subresource=self.subresource, manager=_MANAGER,
            )  # fmt: skip
        except StatusError as refusal:
            printed.pass_on(refusal.warnings)
            if refusal.code != 415:
                raise
            about = f"{item.resource.api_version}, Kind={item.resource.kind}"
            raise ClientError(f"{self.type} is not supported by {about}: {refusal.message}") from refusal
        printed.pass_on(answer.warnings)
        return answer.value

    def here(self, value: Json) -> Json:
        """Patch an object without the server. Raises ClientError."""
        if self.problem:
            raise ClientError(problem_here(self.problem, self.type))
        return patched_here(value, self.content, self.type)

    @property
    def names_replicas(self) -> bool:
        """Whether it says how many replicas there should be."""
        if not isinstance(self.content, dict):
            return True
        return "replicas" in (self.content.get("spec") or {})

    def _scale(self, server: Server, item: Item, printed: Printed, *, dry_run: bool) -> Json:
        """Patch the Scale of an object."""
        scaled = apply_patch(server.scale(item.key), self.content, self.type, SCALE.gvk)
        found = decode(scaled, SCALE.gvk, server.catalog, strict=False)
        printed.pass_on(found.warnings)
        scaled = encode(found.value, SCALE.gvk)
        replicas = (scaled.get("spec") or {}).get("replicas") or 0
        server.set_scale(item.key, replicas, dry_run=dry_run, manager=_MANAGER)
        return scaled if dry_run else server.scale(item.key)


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Patch objects. Raises UsageError."""
    telling = late_print_flags(arguments)
    patch = _patch(arguments)
    given = wanted(arguments, context)
    printed = Printed(exit=int(given.broken))
    if arguments.switch("local"):
        return _local(given, patch, telling, printed)
    found = choose(context.server, given.wanted._replace(latest=False))
    printed.err += deprecations(found, context.server)
    refused = list[StatusError | ClientError]()
    for item in found.items:
        try:
            _change(context.server, item, patch, telling, printed)
        except (StatusError, ClientError) as refusal:
            refused.append(refusal)
    if not found.items and not found.failures:
        raise UsageError("no objects passed to patch")
    printed.refuse(found.behind(refused))
    if refused and hides(arguments):
        kinds = {item.key.kind for item in found.items}
        printed.err = [_without_values(line, patch.content, kinds) for line in printed.err]
    return printed


def _without_values(line: str, content: Any, kinds: Iterable[str]) -> str:
    """The error for a refused patch, with the patch's values masked."""
    from kplan.masking.objects import values_of  # noqa: PLC0415 - few patches are refused
    from kplan.masking.texts import without  # noqa: PLC0415 - likewise

    if isinstance(content, list):
        operations = [one for one in content if isinstance(one, dict)]
        content = {"data": {str(one.get("path")).rpartition("/")[2]: one.get("value") for one in operations}}
    if not isinstance(content, dict):
        return line
    return without(line, chain.from_iterable(values_of({**content, "kind": kind}) for kind in kinds))


def _change(server: Server, item: Item, patch: _Patch, telling: PrintFlags, printed: Printed) -> None:
    """Patch one object and say so; a dry run is told like the real thing. Raises StatusError or ClientError."""
    before = item.value if item.source else _before(server, item, patch)
    # an answer with a Scale tells of a field that is taken over, though the number is the same
    taken = patch.subresource == "scale" and patch.names_replicas and not _owns_replicas(server, item)
    if telling.strategy is DryRunStrategy.CLIENT:
        value = patch.here(before)
    else:
        value = patch.send(server, item, printed, dry_run=telling.strategy is DryRunStrategy.SERVER)
    changed = taken or without_managed_fields(before) != without_managed_fields(value)
    plain = telling._replace(strategy=DryRunStrategy.NONE)
    plain.tell(printed, title_of(value), "patched" if changed else "patched (no change)", value)


def _owns_replicas(server: Server, item: Item) -> bool:
    """Whether a patch has written the number of replicas last."""
    live = server.show(item.key, item.resource.api_version) or {"metadata": {}}
    return any(
        one.get("manager") == _MANAGER and "f:replicas" in (one.get("fieldsV1") or {}).get("f:spec", {})
        for one in live["metadata"].get("managedFields") or ()
    )


def _before(server: Server, item: Item, patch: _Patch) -> Json:
    if patch.subresource == "scale":
        return server.scale(item.key)
    return server.show(item.key, item.resource.api_version) or {}


def _local(given: Asked, patch: _Patch, telling: PrintFlags, printed: Printed) -> Printed:
    """Patch the objects of files, and print them. Raises UsageError or ClientError."""
    plain = telling._replace(strategy=DryRunStrategy.NONE)
    for one in unstructured(given.wanted.files or ()):
        value = patch.here(one.value)
        plain.tell(
            printed, title_of(value), "patched" if value != one.value else "patched (no change)", value
        )
    return printed


def _patch(arguments: Arguments) -> _Patch:
    text, path = arguments.text("patch"), arguments.text("patch-file")
    if text and path:
        raise UsageError("cannot specify --patch and --patch-file together")
    if not text and not path:
        raise UsageError("must specify --patch or --patch-file containing the contents of the patch")
    if arguments.switch("local") and arguments.words:
        raise UsageError("cannot specify --local and server resources")
    name = arguments.text("type").lower() or "strategic"
    if name not in _TYPES:
        given = arguments.text("type")
        raise UsageError(f'--type must be one of [{" ".join(_TYPES)}], not "{given}"')
    text = text or read_text(path, "unable to read patch file:")
    content, problem = _content(text, _TYPES[name], partial(_told, arguments, text))
    return _Patch(content, _TYPES[name], arguments.text("subresource"), problem)


def _told(arguments: Arguments, text: str) -> str:
    """What may be repeated of a patch that cannot be read: nothing if it is of a Secret, or may hold a credential."""
    words = (*arguments.words, *arguments.texts("filename"))
    private = any("secret" in word.lower() for word in words) or re.search(_PRIVATE, text) is not None
    return MASK if hides(arguments) and (private or veiled_output(arguments, text) != text) else text


def _content(text: str, patch_type: PlainType, told: Callable[[], str]) -> tuple[Any, str]:
    """What a text says, and what the server says if it is no JSON of the kind it has to be.

    Raises UsageError that repeats what is ``told``.
    """
    if text.lstrip().startswith("{") and (problem := problem_of(text.lstrip(), patch_type)):
        return None, problem
    loaded = load_text(text, "patch")
    problems = [one for one in loaded.diagnostics if one.severity is Severity.ERROR]
    if problems:
        raise UsageError(f'unable to parse "{told()}": yaml: {yaml_problem(problems[0])}')
    return next((document.value for document in loaded.documents), None), ""


VERB = Change(
    usage="KIND NAME...|KIND/NAME... -p PATCH",
    about="Change some fields of objects, as kubectl patch does, and show what follows.",
    flags=(
        Flag("patch", "Patch, as JSON or YAML.", short="p", metavar="PATCH"),
        Flag("patch-file", "File with the patch.", metavar="PATH"),
        Flag("type", "Type of the patch: strategic, merge or json.", metavar="TYPE", default="strategic"),
        Flag("subresource", "Patch a subresource: status or scale.", metavar="status|scale"),
        switch("local", "Patch the objects in the files and print them, without the API server."),
        *flags.FILES,
        flags.NAMESPACE,
        flags.DRY_RUN,
        flags.FIELD_MANAGER,
        *OUTPUT,
    ),
    examples=("""patch deployment web -p '{"spec": {"paused": true}}'""",),
    run=run,
)
