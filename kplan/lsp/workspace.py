"""What an editor has open: texts that are not saved, linted with the files around them as their context."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from kplan import pipeline
from kplan.api.decode import decode
from kplan.config.files import find
from kplan.config.linting import lint_options
from kplan.config.reading import Configuration, read
from kplan.errors import KplanError
from kplan.inputs.reading import from_texts
from kplan.inputs.request import Depth, Request
from kplan.lint.presets import Preset
from kplan.namedtuples import NamedTuple
from kplan.pipeline.loaded import Loaded
from kplan.schema.catalog import Catalog
from kplan.schema.crd import custom_kinds
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from kplan.lint.selection import LintOptions
    from kplan.report import Report


class Linted(NamedTuple):
    """A text, its objects and its findings."""

    loaded: Loaded
    report: "Report"


class Workspace:
    """A folder with its configuration; what lies around a text is read once, and again when a file is saved."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.problem = ""
        """Why the configuration does not count, if it cannot be read."""
        self._around: Loaded | None = None
        self._configuration: Configuration | None = None

    def forget(self) -> None:
        """Read configuration and files anew when they are asked for next."""
        self._around = None
        self._configuration = None

    @property
    def configuration(self) -> Configuration:
        """The configuration of the folder; an empty one if there is none that can be read."""
        if self._configuration is None:
            self.problem = ""
            path = find(self.root)
            try:
                self._configuration = read(path) if path else Configuration()
            except KplanError as error:
                self.problem = str(error)
                self._configuration = Configuration()
        return self._configuration

    @property
    def around(self) -> Loaded:
        """The manifests of the workspace: its configured inputs and context, else all below its folder."""
        if self._around is None:
            given = self.configuration.get
            folder = self.configuration.directory or self.root
            named = [one["path"] for one in given("inputs") or () if one.get("path")] + list(
                given("context") or ()
            )
            paths = tuple(str(Path(folder, one)) for one in named) or (self.root,)
            request = Request(paths, Depth.ALL, tuple(given("exclude") or ()), folder, tolerant=True)
            self._around = pipeline.load(request)._replace(diagnostics=(), surroundings=None)
        return self._around

    @property
    def minors(self) -> tuple[str, ...]:
        """The Kubernetes minors to check against."""
        return tuple(self.configuration.get("kubernetes") or (DEFAULT,))

    def catalog(self) -> Catalog:
        """The kinds of the first minor, and those that the workspace defines."""
        definitions = [one.value for one in self.around.objects if one.gvk.kind == "CustomResourceDefinition"]
        known = Catalog.for_version(self.minors[0])
        return (
            known.extended(kind for one in definitions for kind in custom_kinds(one))
            if definitions
            else known
        )

    def load(self, path: str, text: str) -> Loaded:
        """The objects of a text as it stands in the editor."""
        found = from_texts([(path, text.encode("utf-8", "replace"))], Request((path,), tolerant=True))
        decoded = decode(found.documents)
        return Loaded(tuple(decoded.objects), (*found.diagnostics, *decoded.diagnostics))

    def lint(self, path: str, text: str, opened: Mapping[str, Loaded] = MappingProxyType({})) -> Linted:
        """What ``kplan lint`` says of the file; other texts that are ``opened`` count as they stand in the editor."""
        loaded = self.load(path, text)
        around = self.around
        if opened:
            rest = [one for one in around.objects if not (one.origin and one.origin.source.name in opened)]
            around = around._replace(
                objects=[*rest, *(one for other in opened.values() for one in other.objects)]
            )
        report = pipeline.lint(loaded, self._options(), kubernetes=self.minors, context=around)
        return Linted(loaded, report)

    def _options(self) -> "LintOptions":
        given = self.configuration.get
        preset = given("lint.preset")
        return lint_options(
            self.configuration, preset=Preset(preset) if preset else None, select=_texts(given("lint.select")),
            ignore=_texts(given("lint.ignore")), namespace=given("namespace"),
            show_unknown=bool(given("lint.show-unknown")), honor=_texts(given("lint.honor")),
        )  # fmt: skip


def _texts(value: object) -> Sequence[str]:
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else ()
