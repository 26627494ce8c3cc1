"""What an editor has open: texts that are not saved, linted with the files around them as their context."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from kplan import baseline, pipeline
from kplan.api.decode import decode
from kplan.api.object import Json
from kplan.config.files import find
from kplan.config.linting import lint_options
from kplan.config.mistakes import INVALID
from kplan.config.reading import Configuration, read
from kplan.diagnostics import DiagnosedError, Diagnostic, Location
from kplan.errors import KplanError
from kplan.inputs.catalogues import is_catalogue
from kplan.inputs.excludes import excludes_of
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

T = TypeVar("T")


class Linted(NamedTuple):
    """A text, its objects and its findings."""

    loaded: Loaded
    report: "Report"


class Workspace:
    """A folder with its configuration; what lies around a text is read once, and again when a file is saved."""

    def __init__(self, root: str, find: Callable[[str], str | None] = find) -> None:
        self.root = root
        self._find = find
        self._problems: tuple[Diagnostic, ...] = ()
        self._around: Loaded | None = None
        self._configuration: Configuration | None = None
        self._options: LintOptions | None = None
        self._excused: baseline.Baseline | None = None
        self._crds: list[Json] | None = None

    def at(self, root: str) -> "Workspace":
        """The same for another folder."""
        return Workspace(root, self._find)

    def forget(self) -> None:
        """Read configuration and files anew when they are asked for next."""
        self._around = self._configuration = self._options = self._excused = self._crds = None
        self._problems = ()

    @property
    def configured(self) -> str:
        """The file of the configuration; empty if there is none."""
        return self._find(self.root) or ""

    @property
    def configuration(self) -> Configuration:
        """The configuration of the folder; an empty one if there is none that can be read."""
        if self._configuration is None:
            path, none = self.configured, Configuration()
            self._configuration = self._tried(lambda: read(path), none) if path else none
        return self._configuration

    def problems(self) -> tuple[Diagnostic, ...]:
        """Why the configuration, or a part of it, does not count; all of it is looked at."""
        return self._problems if self.options and self.excused is not None else ()

    def _tried(self, act: Callable[[], T], otherwise: T) -> T:
        """What the configuration asks for; what is wrong with it is kept for the editor."""
        try:
            return act()
        except DiagnosedError as error:
            self._problems += tuple(error.diagnostics)
        except KplanError as error:
            place = Location(self.configured, 1, 1)
            self._problems += (Diagnostic(INVALID, str(error), location=place),)
        return otherwise

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
        definitions = [*self.crds, *_definitions(self.around)]
        known = Catalog.for_version(self.minors[0])
        return (
            known.extended(kind for one in definitions for kind in custom_kinds(one))
            if definitions
            else known
        )

    @property
    def crds(self) -> list[Json]:
        """The CustomResourceDefinitions in what the configuration names under ``crds``."""
        if self._crds is None:
            files = tuple(one for one in self._crd_paths() if not is_catalogue(one))
            request = Request(files, Depth.ALL, build=False, tolerant=True)
            self._crds = _definitions(pipeline.load(request)) if files else []
        return self._crds

    def _crd_paths(self) -> list[str]:
        folder = self.configuration.directory
        return [str(Path(folder, one)) for one in _texts(self.configuration.get("crds"))]

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
        catalogues = [one for one in self._crd_paths() if is_catalogue(one)]
        definitions = [*self.crds, *pipeline.catalogued(catalogues, loaded.objects)]
        report = pipeline.lint(
            loaded, self.options, kubernetes=self.minors, definitions=definitions, context=around
        )
        return Linted(loaded, self._new(report))

    def is_excluded(self, path: str) -> bool:
        """Whether the configuration excludes a file."""
        patterns = _texts(self.configuration.get("exclude"))
        folder = self.configuration.directory
        return bool(patterns) and excludes_of(patterns, folder, folder).hides(path)

    @property
    def options(self) -> "LintOptions":
        """Which rules run, and how; the usual ones if the configuration asks for what there is not."""
        if self._options is None:
            from kplan.lint.selection import LintOptions  # noqa: PLC0415 - as the linter imports it

            self._options = self._tried(self._configured_options, LintOptions())
        return self._options

    def _configured_options(self) -> "LintOptions":
        given = self.configuration.get
        preset = given("lint.preset")
        return lint_options(
            self.configuration, preset=Preset(preset) if preset else None, select=_texts(given("lint.select")),
            ignore=_texts(given("lint.ignore")), namespace=given("namespace"),
            show_unknown=bool(given("lint.show-unknown")), honor=_texts(given("lint.honor")),
        )  # fmt: skip

    def _new(self, report: "Report") -> "Report":
        """The report without what the baseline of the configuration excuses."""
        path = self._baseline_file
        return (
            baseline.without(report, self.excused, str(Path(path).parent), "in the baseline")
            if path
            else report
        )

    @property
    def _baseline_file(self) -> str:
        name = self.configuration.get("lint.baseline")
        return str(Path(self.configuration.directory, name)) if name else ""

    @property
    def excused(self) -> baseline.Baseline:
        """What the baseline of the configuration excuses; nothing if there is none."""
        if self._excused is None:
            path, none = self._baseline_file, baseline.Baseline()
            self._excused = self._tried(lambda: baseline.read(path), none) if path else none
        return self._excused


def _definitions(loaded: Loaded) -> list[Json]:
    return [one.value for one in loaded.objects if one.gvk.kind == "CustomResourceDefinition"]


def _texts(value: object) -> Sequence[str]:
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else ()
