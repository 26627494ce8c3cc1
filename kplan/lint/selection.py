"""Which findings count: rules chosen and left out, severities changed, comments that suppress."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from os.path import abspath, relpath
from types import MappingProxyType
from typing import NamedTuple

from kplan.api.customworkloads import WORKLOADS, Workload
from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.lint.codes import UNUSED_SUPPRESSION
from kplan.lint.presets import Preset
from kplan.lint.rules import codes_in, is_rule
from kplan.manifest.comments import Suppression, suppressions
from kplan.manifest.source import Source

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
    """Whether suppression comments count."""
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

    def wants(self, code: str) -> bool:
        """Tell whether the code is chosen: the longest prefix given decides, and of equals the one that ignores."""
        chosen = _longest(self.select, code)
        if chosen < 0 and self._begins_with(code):
            chosen = 0
        return chosen > _longest(self.ignore, code)

    def _begins_with(self, code: str) -> bool:
        """Whether the preset holds a code; what reading and the API server say is in every one."""
        preset = self.preset or (None if self.select else Preset.RECOMMENDED)
        return preset is not None and (code in codes_in(preset) or not is_rule(code))

    def severity(self, code: str, own: Severity) -> Severity:
        """The code's severity in this run."""
        matching = [given for given in self.severities if code.startswith(given)]
        if matching:
            return self.severities[max(matching, key=len)]
        least = self.preset.at_least if self.preset else own
        return min(own, least, key=lambda one: one.rank)


def _longest(given: Sequence[str], code: str) -> int:
    if not given:
        return -1
    return max(
        (0 if one == ALL else len(one) for one in given if one == ALL or code.startswith(one)), default=-1
    )


def settle(
    diagnostics: Iterable[Diagnostic], sources: Sequence[Source], options: LintOptions, ran: Collection[str]
) -> Iterator[Diagnostic]:
    """Apply severities and suppressions; what a comment says of codes that ``ran`` and silences nothing is named."""
    comments = {source.name: suppressions(source) for source in sources} if options.suppress else {}
    used: set[tuple[str, Suppression, str]] = set()
    skipped = _Skipped(options)
    for diagnostic in diagnostics:
        if not options.wants(diagnostic.rule) or skipped.covers(diagnostic):
            continue
        where = diagnostic.location or Location("")
        silencing = [
            (where.file, comment, code)
            for comment in comments.get(where.file, ())
            if comment.covers(where.line - 1, diagnostic.rule)
            for code in comment.codes or ("",)
            if diagnostic.rule.startswith(code)
        ]
        used.update(silencing)
        if not silencing:
            yield diagnostic._replace(severity=options.severity(diagnostic.rule, diagnostic.severity))
    if options.wants(UNUSED_SUPPRESSION):
        for source in sources:
            for comment in comments.get(source.name, ()):
                idle = [code for code in comment.codes or ("",) if (source.name, comment, code) not in used]
                judged = sorted(code for code in idle if any(one.startswith(code) for one in ran))
                if judged:
                    yield _unused(source, comment, judged, options)


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
        namespace = diagnostic.object.partition(" -n ")[2] or self._options.namespace
        matching = (
            codes for name, codes in self._options.per_namespace.items() if fnmatchcase(namespace, name)
        )
        return frozenset(code for codes in matching for code in codes)


def _unused(source: Source, comment: Suppression, codes: Sequence[str], options: LintOptions) -> Diagnostic:
    what = f" of {' and '.join(codes)}" if codes != [""] else ""
    return Diagnostic(
        UNUSED_SUPPRESSION,
        f"the suppression{what} matches no finding",
        options.severity(UNUSED_SUPPRESSION, Severity.WARNING),
        location=source.location(comment.span),
        excerpt=source.excerpt(comment.span),
        help="remove it",
    )
