"""Corrects what lint finds: fixes are applied to the texts of files until nothing is left to fix, each pass checked.

A pass takes every fix that does not touch what another has touched. Its result is kept where every file can still be
read, the API server still accepts what it accepted before, and no error is new; what breaks that is tried again alone.
Nothing is written here.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial, reduce
from typing import TYPE_CHECKING, Final

from kplan.diagnostics import Diagnostic, Severity
from kplan.fieldpath import Step
from kplan.fixes import Edit, Op
from kplan.lint.selection import LintOptions
from kplan.manifest.editor import Editor
from kplan.manifest.encoding import Text
from kplan.namedtuples import NamedTuple
from kplan.pipeline.checking import lint
from kplan.pipeline.loading import Loaded, reread
from kplan.pipeline.refusing import refusals
from kplan.report import Report, documented
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from kplan.api.object import Json, Object

_MOST_PASSES: Final = 20
_MOST_ALONE: Final = 40
"""Passes in which fixes are tried that did not go together with others."""

_Key = tuple[object, ...]


class Fixed(NamedTuple):
    """The result of fixing."""

    report: Report
    """What lint finds in the fixed files, and what was corrected."""
    files: Mapping[str, tuple[Text, Text]]
    """The changed files, by name: content before and after."""


class _Checks(NamedTuple):
    """What fixes are held against."""

    lint: Callable[[Loaded], Report]
    refused: Callable[[Loaded, Collection[str]], Sequence[Diagnostic]]
    """What the API server refuses of the objects of some files, whether lint was asked for it or not."""
    shown: Callable[[Report], Report]
    """A report without the findings that a run does not show, and so does not fix."""


class _Attempt(NamedTuple):
    """The texts that some fixes make, and the findings whose fixes were applied."""

    files: dict[str, Text]
    applied: list[Diagnostic]


def fix(
    loaded: Loaded,
    options: LintOptions | None = None,
    *,
    read: Callable[[str], bytes | None],
    unsafe: bool = False,
    hidden: Sequence[Callable[[Report], Report]] = (),
    kubernetes: Sequence[str] = (DEFAULT,),
    definitions: "Sequence[Json]" = (),
    cluster: "Sequence[Json]" = (),
    context: Loaded | None = None,
    progress: Callable[[int, int], None] | None = None,
    jobs: int = 1,
) -> Fixed:
    """Fix what lint finds. ``read`` gives the bytes of a file by its name, or None if it has to stay as it is.

    The other arguments are those of ``lint``. ``unsafe`` fixes are those that may change what a manifest means. What
    ``hidden`` leave out of a report, as a baseline does, is not fixed; it stays in the report that is returned.
    """
    chosen = options or LintOptions()
    check = partial(
        lint, options=chosen, kubernetes=kubernetes, definitions=definitions, cluster=cluster, context=context, progress=progress,
        jobs=jobs,
    )  # fmt: skip

    def refused(given: Loaded, names: Collection[str]) -> Sequence[Diagnostic]:
        own = [one for one in given.objects if _is_written_in(one, names)]
        others = [one for one in given.objects if not _is_written_in(one, names)]
        some, around = given._replace(objects=own), Loaded(others)
        answers = (
            refusals(some, around, chosen, minor, definitions, cluster=cluster) for minor in kubernetes
        )
        return [one for found in answers for one in found]

    def shown(report: Report) -> Report:
        return reduce(lambda left, hide: hide(left), hidden, report)

    return _Run(loaded, _Checks(check, refused, shown), read, unsafe=unsafe).run()


class _Run:
    """The state of one run: the texts as they are, and what has been tried."""

    def __init__(
        self, loaded: Loaded, checks: _Checks, read: Callable[[str], bytes | None], *, unsafe: bool
    ) -> None:
        self._loaded = loaded
        self._checks = checks
        self._read = read
        self._unsafe = unsafe
        self._before: dict[str, Text | None] = {}
        self._texts: dict[str, Text] = {}
        self._fixed: list[Diagnostic] = []
        self._together: set[_Key] = set()
        """Fixes that did not go together with others."""
        self._tried: set[_Key] = set()
        """Fixes that were tried alone as well."""
        self._report = checks.lint(loaded)
        self._shown = checks.shown(self._report).findings

    def run(self) -> Fixed:
        """Pass after pass; then what did not go together, one fix a file at a time."""
        passes = alone = 0
        while passes < _MOST_PASSES:
            attempt = self._attempt(self._wanted())
            if not attempt.applied:
                if alone >= _MOST_ALONE or not (single := self._singles()):
                    break
                alone += 1
                attempt = self._attempt(single)
                self._tried.update(map(_key, single))
                self._settle(attempt)
                continue
            passes += 1
            self._settle(attempt)
        files = {
            name: (before, self._texts[name])
            for name, before in self._before.items()
            if before and name in self._texts
        }
        changed = {name: pair for name, pair in files.items() if pair[0] != pair[1]}
        left = [self._unfixed(one) for one in self._report.findings]
        return Fixed(_reported(self._report._replace(findings=left), self._fixed), changed)

    def _unfixed(self, one: Diagnostic) -> Diagnostic:
        """A finding without the fix that was tried and did not do."""
        if not one.fix or _key(one) not in self._together:
            return one
        return one._replace(fix=None, unfixed="it does not help, or is refused, with the rest as it is")

    def _wanted(self) -> list[Diagnostic]:
        """The findings whose fixes may be applied together."""
        return [one for one in self._fixable() if _key(one) not in self._together]

    def _singles(self) -> list[Diagnostic]:
        """For each file the first finding whose fix is still to be tried alone."""
        left = (one for one in self._fixable() if _key(one) in self._together - self._tried)
        first: dict[str, Diagnostic] = {}
        for one in left:
            first.setdefault(_file(one), one)
        return list(first.values())

    def _fixable(self) -> Iterable[Diagnostic]:
        return (one for one in self._shown if one.fix and (self._unsafe or one.fix.is_safe))

    def _attempt(self, chosen: Sequence[Diagnostic]) -> _Attempt:
        """Apply fixes to the texts, as many as do not touch what another has touched."""
        by_file: dict[str, list[Diagnostic]] = {}
        for one in chosen:
            by_file.setdefault(_file(one), []).append(one)
        attempt = _Attempt({}, [])
        for name, findings in by_file.items():
            text = self._text(name)
            if text is None:
                continue
            editor = Editor(text.text)
            applied = list(_applied(editor, findings))
            if applied:
                attempt.files[name] = text._replace(text=editor.text())
                attempt.applied.extend(applied)
        return attempt

    def _text(self, name: str) -> Text | None:
        """A file's current text; None if it is not the text that was linted, or cannot be edited."""
        if name not in self._before:
            data = self._read(name)
            self._before[name] = Text.of(data) if data is not None else None
        return self._texts.get(name, self._before[name])

    def _settle(self, attempt: _Attempt) -> None:
        """Keep an attempt, or the part of it that does no harm."""
        while attempt.applied:
            earlier = {name: text.data for name, text in self._texts.items()}
            after = reread(self._loaded, {name: text.data for name, text in attempt.files.items()}, earlier)
            report, refused = self._checks.lint(after), self._checks.refused
            harmed = _harmed(self._report.findings, report.findings)
            harmed |= _harmed(refused(self._loaded, attempt.files), refused(after, attempt.files))
            idle = _idle(attempt.applied, report.findings)
            if not harmed and not idle:
                self._loaded, self._report = after, report
                self._shown = self._checks.shown(report).findings
                self._texts.update(attempt.files)
                self._fixed += attempt.applied
                return
            self._tried.update(map(_key, idle))
            guilty = [*idle, *(one for one in attempt.applied if _subject(one) in harmed)]
            guilty = guilty or [one for one in attempt.applied if _file(one) in {file for file, _ in harmed}]
            blamed = set(map(_key, guilty or attempt.applied))
            self._together |= blamed  # what is tried alone is among these already
            attempt = self._attempt([one for one in attempt.applied if _key(one) not in blamed])


def _is_written_in(one: "Object", names: Collection[str]) -> bool:
    """Whether one of the files contains an object, or a part that it is built from."""
    return one.origin is not None and any(source.name in names for source in one.origin.sources)


def _idle(applied: Iterable[Diagnostic], found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The fixes of built objects that corrected nothing: something of the build puts it back."""
    left = {_key(one) for one in found if one.location and one.location.built_by}
    return [one for one in applied if _key(one) in left]


def _reported(report: Report, fixed: Sequence[Diagnostic]) -> Report:
    """The report with the findings that were corrected, and their documentation."""
    from kplan.pipeline.documentation import rule_text

    ordered, rules = documented(fixed, rule_text)
    return report._replace(fixed=ordered, rules={**report.rules, **rules})


def _applied(editor: Editor, findings: Sequence[Diagnostic]) -> Iterable[Diagnostic]:
    """Apply the fixes of a file's findings; those that touch what another has touched are left for the next pass."""
    by_document: dict[int, list[Diagnostic]] = {}
    for one in findings:
        if one.fix:
            by_document.setdefault(one.fix.document, []).append(one)
    for document, some in by_document.items():
        chosen, same = _together(some)
        done = editor.apply_each(document, [one.fix.edits for one in chosen if one.fix])
        made = {id(one) for one, was in zip(chosen, done, strict=True) if was}
        yield from (one for one in some if id(one) in made or id(same.get(id(one))) in made)


def _together(findings: Sequence[Diagnostic]) -> tuple[list[Diagnostic], dict[int, Diagnostic]]:
    """The findings whose fixes are about different fields; and by another's identity the one whose fix is the same."""
    chosen: list[Diagnostic] = []
    same: dict[int, Diagnostic] = {}
    touched: dict[tuple[Step, ...], Diagnostic] = {}
    above: set[tuple[Step, ...]] = set()
    for one in findings:
        assert one.fix is not None
        reaches = [_reach(edit) for edit in one.fix.edits]
        twin = touched.get(reaches[0])
        if twin is not None and twin.fix and twin.fix.edits == one.fix.edits:
            same[id(one)] = twin
        elif not any(_is_touched(steps, touched, above) for steps in reaches):
            chosen.append(one)
            for steps in reaches:
                touched[steps] = one
                above.update(steps[:length] for length in range(len(steps)))
    return chosen, same


def _is_touched(
    steps: tuple[Step, ...], touched: Mapping[tuple[Step, ...], object], above: AbstractSet[tuple[Step, ...]]
) -> bool:
    """Whether a field, an ancestor or a descendant of it has been edited;
    items after a removed one have new indexes.
    """
    return steps in above or any(steps[:length] in touched for length in range(len(steps) + 1))


def _reach(edit: Edit) -> tuple[Step, ...]:
    """The field that an edit affects: for an item of a list the list; for a comment none."""
    if edit.op is Op.UNCOMMENT:
        return (edit.text,)
    steps = edit.path.steps
    return steps[:-1] if edit.op is Op.REMOVE and isinstance(steps[-1], int) else steps


def _harmed(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> set[tuple[str, str]]:
    """The objects that have errors they did not have before: a sound object must have none, others must have fewer."""
    old, new = _errors(before), _errors(after)
    return {
        subject
        for subject, found in new.items()
        if found - old[subject] and found.total() >= old[subject].total()
    }


class _Errors(dict[tuple[str, str], Counter[tuple[str, str]]]):
    """The errors of each object, with their numbers."""

    def __missing__(self, subject: tuple[str, str]) -> Counter[tuple[str, str]]:
        return Counter()


def _errors(found: Iterable[Diagnostic]) -> _Errors:
    errors = _Errors()
    for one in found:
        if one.severity is Severity.ERROR:
            counted = errors.setdefault(_subject(one), Counter())
            counted[one.rule, one.message] += 1
    return errors


def _subject(one: Diagnostic) -> tuple[str, str]:
    return _file(one), one.object.partition(" ")[0]


def _file(one: Diagnostic) -> str:
    return one.location.file if one.location else ""


def _key(one: Diagnostic) -> _Key:
    """What makes a fix the same again in a later pass."""
    return _file(one), one.rule, one.object, one.message, one.fix.edits if one.fix else ()
