"""kubectl edit: objects as YAML in the user's editor, and what was changed there sent as a patch.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/edit/edit.go, staging/src/k8s.io/kubectl/pkg/cmd/util/editor/editoptions.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_json
from kplan.apiserver.patch.go_values import go_syntax, sorted_keys
from kplan.apiserver.patch.json_merge import create_merge_patch
from kplan.apiserver.patch.patch_meta import GoStruct
from kplan.apiserver.patch.strategic_diff import create_three_way_patch
from kplan.apiserver.patchbody import PatchType, PlainType
from kplan.apiserver.subresources.served import not_served
from kplan.errors import UsageError
from kplan.kubectl import editing, flags
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item, choose
from kplan.kubectl.creating import SAVE_CONFIG
from kplan.kubectl.deprecated import deprecations
from kplan.kubectl.editsession import EditSession, RetryError, document_of, name_of
from kplan.kubectl.flags import INERT, Flag, switch
from kplan.kubectl.last_applied import annotated
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.documents import shown, whole_of
from kplan.kubectl.printflags import OUTPUT, PrintFlags, print_flags
from kplan.kubectl.reading import Info
from kplan.kubectl.scaleitems import scale_item
from kplan.kubectl.validating import VALIDATE, field_validation
from kplan.kubectl.veil import veiled
from kplan.kubectl.verb import Change, LiveContext
from kplan.kubectl.wanted import wanted
from kplan.kubectl.wording import other_namespace
from kplan.namedtuples import NamedTuple
from kplan.schema.merge import builtin

_MANAGER: Final = "kubectl-edit"
_RENAMED: Final = "At least one of apiVersion, kind and name was changed"


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Edit objects. Raises UsageError or StatusError."""
    asked = wanted(arguments, context)
    found = choose(context.server, asked.wanted._replace(kind_is_enough=True))
    validation = field_validation(arguments)
    printed = Printed(exit=int(asked.broken), err=deprecations(found, context.server))
    if found.failures or asked.broken:
        printed.refuse(found.failures)
        return printed
    if not found.items:
        raise UsageError("edit cancelled, no objects found")
    items = _asked_for(arguments.text("subresource"), found.items, context)
    output = document_of(arguments)
    edit = _Edit(context, arguments, items, validation, print_flags(arguments))
    return EditSession(context, output, name_of(items[0]), edit.save, printed).run(
        output.render(edit.original())
    )


def _asked_for(subresource: str, items: Sequence[Item], context: LiveContext) -> Sequence[Item]:
    """The objects, or their Scales, which kubectl opens, though it does not know their kind then.

    Raises StatusError.
    """
    if subresource and not all(context.server.serves(item.resource, subresource) for item in items):
        raise not_served()
    return [scale_item(context.server, item) for item in items] if subresource == "scale" else items


class _Edit(NamedTuple):
    """The objects being edited, and how changes are sent and printed."""

    context: LiveContext
    arguments: Arguments
    items: Sequence[Item]
    validation: str
    telling: PrintFlags

    def original(self) -> Json:
        """What the editor shows: one object, or a List of several."""
        values = [self._shown(item) for item in self.items]
        return values[0] if len(values) == 1 else {**whole_of(values, single=False), "metadata": {}}

    def _shown(self, item: Item) -> Json:
        if self.arguments.text("subresource") == "scale":
            return item.value
        return shown(self.context.server, [item])[0]

    def save(self, infos: Sequence[Info], session: EditSession) -> None:
        """Send what was changed. Raises UsageError or RetryError."""
        changes = [(*self._before(info), info.value) for info in infos]
        later = [self._patch(*change, session) for change in changes]
        if any(later):
            raise RetryError

    def _before(self, info: Info) -> tuple[Item, Json]:
        """What an object was. Raises UsageError for one that was not opened."""
        place = self.arguments.text("namespace") or "default"
        if info.resource.namespaced and info.namespace not in ("", place):
            raise UsageError(other_namespace(info.namespace, place))
        for item in self.items:
            if editing.uid_of(item.value) == editing.uid_of(info.value):
                return item, self._shown(item)
        raise UsageError(
            f"no original object found for &unstructured.Unstructured{{Object:{go_syntax(veiled(self.arguments, info.value))}}}"
        )

    def _patch(self, item: Item, before: Json, after: Json, session: EditSession) -> bool:
        """Send the changes of one object. Returns whether editing can be retried. Raises UsageError."""
        printed = session.printed
        if self.arguments.switch("save-config"):
            after = annotated(after)
        if before == after:
            self.telling.tell(printed, item.title, "skipped", after)
            return False
        patch, patch_type = _difference(item, before, after)
        if self.arguments.switch("output-patch"):
            printed.say(f"Patch: {go_json(sorted_keys(self._veiled(item, patch)))}")
        try:
            value = self._sent(item, patch, patch_type, printed)
        except StatusError as error:
            printed.pass_on(error.warnings)
            if error.reason != "Invalid":
                printed.warn(f"error: {name_of(item)} could not be patched: {error.message}")
                return True
            printed.warn(f"error: {name_of(item)} is invalid")
            session.reasons.append(editing.refused(name_of(item), error))
            return False
        self.telling.tell(printed, item.title, "edited", value)
        return False

    def _veiled(self, item: Item, patch: Json) -> Json:
        """A patch with credentials masked, depending on the kind it is for."""
        kind = {"apiVersion": item.resource.api_version, "kind": item.resource.kind}
        shown_patch: Json = veiled(self.arguments, {**kind, **patch})
        return {name: value for name, value in shown_patch.items() if name not in kind or name in patch}

    def _sent(self, item: Item, patch: Json, patch_type: PlainType, printed: Printed) -> Json:
        answer = self.context.server.patch(
            item.key, patch, patch_type, api_version=item.resource.api_version,
            manager=self.arguments.text("field-manager") or _MANAGER, subresource=self.arguments.text("subresource"),
            field_validation=self.validation,
        )  # fmt: skip
        printed.pass_on(answer.warnings)
        return answer.value


def _difference(item: Item, before: Json, after: Json) -> tuple[Json, PlainType]:
    """The patch from one to the other, as the kind takes it. Raises UsageError if it would be another object."""
    same_name = before["metadata"].get("name") == after["metadata"].get("name")
    if not same_name or any(before.get(name) != after.get(name) for name in ("apiVersion", "kind")):
        raise UsageError(_RENAMED)
    shape = builtin(item.resource.gvk)
    if shape is None:
        return create_merge_patch(before, after), PatchType.MERGE
    return create_three_way_patch(before, after, before, GoStruct(shape)), PatchType.STRATEGIC


VERB = Change(
    usage="KIND NAME...|KIND/NAME... | -f PATH",
    about="""Change objects in an editor, as kubectl edit does, and show what follows.

    KUBE_EDITOR names the editor, or EDITOR; without either it is vi. What the API server refuses is shown in the file, which is opened again.
    """,
    flags=(
        switch("output-patch", "Print the patch that is sent."),
        switch("windows-line-endings", f"{INERT}: the editor gets the line ends of the platform."),
        Flag("subresource", "Edit a subresource: status or scale.", metavar="status|scale"),
        SAVE_CONFIG,
        *flags.FILES,
        flags.NAMESPACE,
        flags.FIELD_MANAGER,
        VALIDATE,
        *OUTPUT,
    ),
    examples=("edit deployment web", "edit svc/web -n shop", "edit deployment web -o json --output-patch"),
    run=run,
)  # fmt: skip
