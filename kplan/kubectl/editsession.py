"""One file in the user's editor, opened again until what it holds is accepted or given up.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/editor/editoptions.go
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote
from kplan.errors import UsageError
from kplan.kubectl import editing
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.editing import Reason
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.output import DOCUMENTS, Output, output_of
from kplan.kubectl.reading import Info
from kplan.kubectl.verb import Context, Editor

_STUCK: Final = "Edit cancelled, no valid changes were saved."


class RetryError(Exception):
    """The server did not take the changes, and may take them later as they are."""


@dataclass
class EditSession:
    """The file, in whose name is spoken of the ``first`` object in it, as ``deployments.apps "web"``."""

    context: Context
    output: Output
    first: str
    save: Callable[[Sequence[Info], "EditSession"], None]
    """Sends what the file holds, and notes ``reasons`` to open it again.

    Raises UsageError, StatusError or RetryError.
    """
    printed: Printed
    reasons: list[Reason] = field(default_factory=list)
    path: str = ""
    """The file that was edited last."""

    def run(self, original: str) -> Printed:
        """Open the editor until all is well. Raises UsageError if it fails."""
        editor = editor_of(self.context)
        text, before = self._headed(original), None
        while True:
            edited = self._open(editor, text)
            if before is not None and editing.same(before, edited):
                self.printed.warn(f"A copy of your changes has been stored to {go_quote(self.path)}")
                self.printed.fail(f"error: {_STUCK}")
                return self.printed
            self.reasons.clear()
            problem = editing.problem_of(editing.without_comments(edited))
            if not problem and editing.same(original, edited):
                self.printed.warn("Edit cancelled, no changes made.")
            elif problem:
                self._not_read(problem)
            elif not self._saved(edited, editor):
                return self.printed
            if not self.reasons:
                editor.forget(self.path)
                return self.printed
            text, before = self._headed(editing.without_comments(edited)), edited

    def _headed(self, text: str) -> str:
        return text if self.output.name == "json" else editing.header(self.reasons) + text

    def _open(self, editor: Editor, text: str) -> str:
        found = editor.open(text, ".json" if self.output.name == "json" else ".yaml")
        if self.path:
            editor.forget(self.path)
        self.path = found.path
        return found.text

    def _not_read(self, problem: str) -> None:
        cause = f'<nil>: Invalid value: "The edited file failed validation": {problem}'
        self.reasons.append(Reason(f"{self.first} was not valid", [cause]))
        self.printed.warn(f"error: {self.first} is invalid")

    def _saved(self, edited: str, editor: Editor) -> bool:
        """Send what the file holds; false if there is nothing more to do, and the file is kept."""
        found = editing.infos_in(edited, self.context)
        if isinstance(found, str):
            self.reasons.append(Reason(f"The edited file had a syntax error: {found}"))
            return True
        try:
            self.save(found, self)
        except RetryError:
            self.printed.fail(
                f"You can run `{editor.program} replace -f {self.path}` to try this update again."
            )
        except (UsageError, StatusError) as error:
            self.printed.warn(f"A copy of your changes has been stored to {go_quote(self.path)}")
            if isinstance(error, StatusError):
                self.printed.refuse([error])
            else:
                self.printed.fail(f"error: {error.message}")
        else:
            return True
        return False


def name_of(found: Item | Info) -> str:
    """An object as errors of an edit name it: ``deployments.apps "web"``."""
    return f"{found.resource.group_resource} {go_quote(found.name)}"


def editor_of(context: Context) -> Editor:
    """The user's editor. Raises UsageError if there is none."""
    if context.editor is None:
        raise UsageError("there is no editor here")
    return context.editor


def document_of(arguments: Arguments) -> Output:
    """How objects are shown in the editor, with all that they have. Raises UsageError if that would be no document."""
    text = arguments.text("output")
    try:
        return output_of(arguments, formats=DOCUMENTS)._replace(veil=None) if text else Output("yaml")
    except UsageError as error:
        allowed = ",".join(sorted(DOCUMENTS))
        raise UsageError(
            f'unable to match a printer suitable for the output format "{text}", allowed formats are: {allowed}'
        ) from error
