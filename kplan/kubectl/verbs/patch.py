"""kubectl patch: change some fields of objects.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patching import PatchType, PlainType, apply_patch
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl import flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item, choose
from kplan.kubectl.diff import without_managed_fields
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.flags import Flag, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printflags import OUTPUT, PrintFlags, print_flags
from kplan.kubectl.textfile import read_text
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wanted import Asked, wanted
from kplan.manifest.loader import load_text

_TYPES: Final[Mapping[str, PlainType]] = {
    "json": PatchType.JSON,
    "merge": PatchType.MERGE,
    "strategic": PatchType.STRATEGIC,
}


class _Patch(NamedTuple):
    content: Any
    type: PlainType
    subresource: str

    def send(self, server: Server, item: Item, printed: Printed, *, dry_run: bool) -> Json:
        """Patch one object; the answer is how it is then. Raises StatusError."""
        answer = server.patch(
            item.key, self.content, self.type, api_version=item.resource.api_version, dry_run=dry_run,
            subresource=self.subresource, manager="kubectl-patch",
        )  # fmt: skip
        printed.err += [f"Warning: {warning}" for warning in answer.warnings]
        return answer.value


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Patch objects. Raises UsageError."""
    telling = print_flags(arguments)
    patch = _patch(arguments)
    given = wanted(arguments, context)
    printed = Printed(exit=int(given.broken))
    if arguments.switch("local"):
        return _local(given, patch, telling, printed)
    found = choose(context.server, given.wanted)
    for item in found.items:
        try:
            _change(context.server, item, patch, telling, printed)
        except StatusError as refusal:
            found.failures.append(refusal)
    printed.refuse(found.failures)
    return printed


def _change(server: Server, item: Item, patch: _Patch, telling: PrintFlags, printed: Printed) -> None:
    """Patch one object and say so; a dry run is told like the real thing. Raises StatusError."""
    before = server.show(item.key, item.resource.api_version) or {}
    value = patch.send(server, item, printed, dry_run=telling.strategy is not DryRunStrategy.NONE)
    changed = without_managed_fields(before) != without_managed_fields(value)
    plain = telling._replace(strategy=DryRunStrategy.NONE)
    plain.tell(
        printed, item.title, "patched" if changed else "patched (no change)", without_managed_fields(value)
    )


def _local(given: Asked, patch: _Patch, telling: PrintFlags, printed: Printed) -> Printed:
    """Patch the objects of files, and print them."""
    for one in given.wanted.files or ():
        group = f".{one.gvk.group}" if one.gvk.group else ""
        title = f"{one.gvk.kind}{group}".lower() + f"/{one.name}"
        telling.tell(printed, title, "patched", apply_patch(one.value, patch.content, patch.type, one.gvk))
    return printed


def _patch(arguments: Arguments) -> _Patch:
    text, path = arguments.text("patch"), arguments.text("patch-file")
    if text and path:
        raise UsageError("cannot specify --patch and --patch-file together")
    if not text and not path:
        raise UsageError("must specify --patch or --patch-file containing the contents of the patch")
    name = arguments.text("type").lower()
    if name not in _TYPES:
        given = arguments.text("type")
        raise UsageError(f'--type must be one of [{" ".join(_TYPES)}], not "{given}"')
    if arguments.text("subresource") == "scale":
        raise UsageError("the scale of an object cannot be patched here", hint="set it with scale")
    if arguments.text("subresource") not in ("", "status"):
        raise StatusError(404, "NotFound", "the server could not find the requested resource")
    text = text or read_text(path, "unable to read patch file:")
    return _Patch(_content(text), _TYPES[name], arguments.text("subresource"))


def _content(text: str) -> Any:
    loaded = load_text(text, "patch")
    if loaded.diagnostics or len(loaded.documents) != 1:
        raise UsageError(f'unable to parse "{text}"', hint="write the patch as JSON or YAML")
    return loaded.documents[0].value


VERB = Change(
    usage="KIND NAME...|KIND/NAME... -p PATCH",
    about="Change some fields of objects, as kubectl patch does, and show what follows.",
    flags=(
        Flag("patch", "Patch, as JSON or YAML.", short="p", metavar="PATCH"),
        Flag("patch-file", "File with the patch.", metavar="PATH"),
        Flag("type", "Type of the patch: strategic, merge or json.", metavar="TYPE", default="strategic"),
        Flag("subresource", "Patch the status subresource.", metavar="status"),
        switch("local", "Patch the objects in the files and print them, without the API server."),
        *flags.FILES,
        flags.NAMESPACE,
        flags.DRY_RUN,
        *OUTPUT,
    ),
    examples=("""patch deployment web -p '{"spec": {"paused": true}}'""",),
    run=run,
)
