"""Which findings count: rules chosen and left out, severities changed, what the input itself ignores."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from os.path import abspath, relpath
from types import MappingProxyType
from typing import TYPE_CHECKING

from kplan.api.customworkloads import WORKLOADS, Workload
from kplan.api.walk import mapping
from kplan.diagnostics import Diagnostic, Severity
from kplan.lint.codes import ANNOTATION, is_unreadable
from kplan.lint.known import known_codes
from kplan.lint.presets import Preset
from kplan.lint.rules import codes_in, is_rule
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.api.object import Object
    from kplan.lint.ignores import Silencers
    from kplan.lint.option import Settings
    from kplan.lint.ownrule import OwnRule

ALL = "ALL"


class LintOptions(NamedTuple):
    """What a run of lint looks for; codes may be prefixes, ``ALL`` is every code."""

    preset: Preset | None = None
    """The rules to begin with; without one, those selected, and without these the recommended ones."""
    select: tuple[str, ...] = ()
    """Rules besides those of the preset."""
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = MappingProxyType({})
    """By code or prefix: the severity of its findings, instead of the default."""
    namespace: str = "default"
    """Where objects live that name no namespace."""
    suppress: bool = True
    """Whether comments and annotations that silence findings count."""
    honor: tuple[str, ...] = ()
    """Other tools whose comments and annotations count as well."""
    per_file: Mapping[str, Sequence[str]] = MappingProxyType({})
    """By pattern of files, in the syntax of .gitignore: codes or prefixes to skip there."""
    per_namespace: Mapping[str, Sequence[str]] = MappingProxyType({})
    """By pattern of namespaces, as in a shell: codes or prefixes to skip there."""
    root: str = "."
    """The folder that patterns of files are relative to."""
    show_unknown: bool = False
    """Whether findings count of which it cannot be known whether they are mistakes."""
    workloads: Mapping[str, Workload] = WORKLOADS
    """By group kind, what is known of kinds that are not Kubernetes' own and make pods."""

    settings: "Settings" = MappingProxyType({})
    """What options of rules are set to."""

    own: "tuple[OwnRule, ...]" = ()
    """Rules of the configuration."""
    plugins: tuple[str, ...] = ()
    """Entry points of other packages whose rules run."""

    def wants(self, code: str) -> bool:
        """Tell whether the code is chosen: the longest prefix given decides, and of equals the one that ignores."""
        chosen = _longest(self.select, code)
        if chosen < 0 and self._begins_with(code):
            chosen = 0
        return chosen > _longest(self.ignore, code)

    def ignores(self, code: str) -> bool:
        """Tell whether the code is left out by name or prefix, and not only because others are selected."""
        return _longest(self.ignore, code) > 0

    def _begins_with(self, code: str) -> bool:
        """Whether the preset holds a code; what reading and the API server say is in every one."""
        preset = self.preset or (None if self.select else Preset.RECOMMENDED)
        return preset is not None and (code in codes_in(preset) or not is_rule(code))

    def severity(self, code: str, own: Severity) -> Severity:
        """The code's severity in this run."""
        matching = [given for given in self.severities if code.startswith(given)]
        if matching:
            return self.severities[max(matching, key=len)]
        preset = self.preset if self.preset and code in codes_in(self.preset) else None
        return min(own, preset.at_least, key=lambda one: one.rank) if preset else own


def _longest(given: Sequence[str], code: str) -> int:
    if not given:
        return -1
    return max(
        (0 if one == ALL else len(one) for one in given if one == ALL or code.startswith(one)), default=-1
    )


def settle(
    diagnostics: Iterable[Diagnostic], objects: "Iterable[Object]", options: LintOptions, ran: Collection[str]
) -> Iterator[Diagnostic]:
    """Apply severities and what the input ignores;
    suppressions without a finding, of codes that ``ran``, are reported.
    """
    silencers = _silencers(list(objects), options)
    skipped = _Skipped(options)
    for one in diagnostics:
        counts = _counts(one, options) and not skipped.covers(one)
        if counts and not (silencers and silencers.silence(one)):
            yield _rated(one, options)
    if silencers is None:
        return
    from kplan.lint.ignores import remarks  # noqa: PLC0415 - few inputs ignore anything

    for one in remarks(silencers, ran, _known(options, ran)):
        if options.wants(one.rule) and not skipped.covers(one):
            yield _rated(one, options)


def _counts(one: Diagnostic, options: LintOptions) -> bool:
    """Whether a finding is asked for; what was not checked at all is said unless that is ignored by name."""
    return options.wants(one.rule) or (is_unreadable(one) and not options.ignores(one.rule))


def _rated(one: Diagnostic, options: LintOptions) -> Diagnostic:
    severity = options.severity(one.rule, one.severity)
    return one if severity is one.severity else one._replace(severity=severity)


def _known(options: LintOptions, ran: Collection[str]) -> Collection[str]:
    """Every code that a suppression may name."""
    return {*known_codes(), *ran, *(one.code for one in options.own)}


def _silencers(objects: "Sequence[Object]", options: LintOptions) -> "Silencers | None":
    """What the input ignores; None if it ignores nothing."""
    if not options.suppress or not (options.honor or _ignores_any(objects)):
        return None
    from kplan.lint.ignores import Silencers, ignores  # noqa: PLC0415 - likewise

    if not options.honor:
        return Silencers(ignores(objects))
    from kplan.lint.honoring import written_for  # noqa: PLC0415 - few ask for it

    return Silencers([*ignores(objects), *written_for(objects, options.honor)])


def _ignores_any(objects: "Sequence[Object]") -> bool:
    """Whether there is an annotation or a comment for kplan, for which nothing needs to be loaded."""
    sources = {id(one): one for each in objects if each.origin for one in each.origin.sources}
    return any(source.speaks_to_kplan for source in sources.values()) or any(
        ANNOTATION in mapping(one.value, "metadata", "annotations") for one in objects
    )


class _Skipped:
    """What is skipped in some files and namespaces."""

    def __init__(self, options: LintOptions) -> None:
        self._options = options
        self._files: dict[str, frozenset[str]] = {}

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Whether a finding is skipped where it is."""
        if not self._options.per_file and not self._options.per_namespace:
            return False
        codes = self._of_namespace(diagnostic)
        if self._options.per_file and diagnostic.location:
            codes |= self._of_file(diagnostic.location.file)
        return any(diagnostic.rule.startswith(code) for code in codes)

    def _of_file(self, file: str) -> frozenset[str]:
        if file not in self._files:
            from pathspec import GitIgnoreSpec  # noqa: PLC0415 - most runs have no pattern

            inner = relpath(abspath(file), abspath(self._options.root)).encode("utf-8", "replace").decode()  # noqa: PTH100 - as patterns are written
            matching = (
                codes
                for pattern, codes in self._options.per_file.items()
                if GitIgnoreSpec.from_lines([pattern]).match_file(inner)
            )
            self._files[file] = frozenset(code for codes in matching for code in codes)
        return self._files[file]

    def _of_namespace(self, diagnostic: Diagnostic) -> frozenset[str]:
        if not self._options.per_namespace:
            return frozenset()
        from fnmatch import fnmatchcase  # noqa: PLC0415 - likewise

        namespace = diagnostic.object.partition(" -n ")[2] or self._options.namespace
        matching = (
            codes for name, codes in self._options.per_namespace.items() if fnmatchcase(namespace, name)
        )
        return frozenset(code for codes in matching for code in codes)
