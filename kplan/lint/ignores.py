"""Which findings are ignored in place: by comments, by annotations, and by suppressions written for other tools."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from kplan.api.object import Object
from kplan.api.walk import mapping
from kplan.api.workloads import group_kind, pod_template
from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.fieldpath import FieldPath, Key
from kplan.fixes import Fix, safe, uncomment
from kplan.lint.codes import ANNOTATION, UNKNOWN_SUPPRESSION, UNUSED_SUPPRESSION
from kplan.manifest.comments import Lines, Suppression, suppressions
from kplan.manifest.document import Document
from kplan.manifest.source import Source
from kplan.namedtuples import NamedTuple

_EVERYTHING: Final = "ALL"
_BLOCK: Final = 64
"""So many lines of a file are looked through together, for what is about one of them."""
_ANNOTATED: Final = r"(?s:\s*\[?(?P<codes>[\w*-]+(?:\s*,\s*[\w*-]+)*)\]?:?\s*(?P<reason>.*))"
_CODE: Final = r"[\[({;|/&\s]*(?P<code>[A-Z]{2,5}\d{0,3})(?=[\s,;:\])}|/&]|$)"
_EMPTY: Final = r"^#\s*kplan:\s*[\w-]+\[[\s,]*\]"
_NOT_READ: Final = "the comment is not written as kplan reads it, so it ignores nothing"
_AS_COMMENT: Final = "write '# kplan: ignore[CODE] reason'"
_AS_ANNOTATION: Final = "write codes with commas between them, or ALL"
_OTHERS: Final = r"(?i)kplan(?:\.\w+)*/(?:\w+-)?(?:ignore\w*|skip\w*|disable\w*|suppress\w*)"


class Ignore(NamedTuple):
    """Something in the input that silences findings of some lines."""

    codes: frozenset[str]
    """Codes or prefixes; empty for all."""
    lines: Lines
    """The first and the last line it is about, from 0."""
    file: str
    place: Location | None = None
    excerpt: str = ""
    about: str = ""
    """The object it is about, for findings that have no place."""
    only: str = ""
    """A pattern that the field and the message of a finding have to match."""
    said: str = "ignore"
    """What a comment says; only ``ignore`` and ``ignore-file`` are understood."""
    reason: str = ""
    comment: str = ""
    """The whole comment, if it is one."""
    document: Document | None = None
    """The document that a comment stands in."""
    fault: tuple[str, str] = ("", "")
    """Why it ignores nothing, and what to do, if that is known."""
    own: bool = True
    """Whether it is written for kplan, so that it is reported if it suppresses nothing."""

    def silenced_by(self, found: Diagnostic) -> Collection[str]:
        """The codes of it that a finding is silenced by; the empty one if it silences everything."""
        if not self._is_about(found):
            return ()
        return [code for code in self.codes or ("",) if found.rule.startswith(code)]

    def _is_about(self, found: Diagnostic) -> bool:
        if self.only and not re.search(self.only, f"{found.path} {found.message}"):
            return False
        where = found.location
        if where is None or not where.line:
            return bool(self.about) and self.about == found.object
        return where.file == self.file and self.lines[0] <= where.line - 1 <= self.lines[1]


def ignores(objects: Iterable[Object]) -> list[Ignore]:
    """Everything in the input that silences findings of kplan's own accord."""
    given = list(objects)
    by_source: dict[str, tuple[Source, list[Document]]] = {}
    for one in given:
        if one.origin is not None:
            for source in one.origin.sources:
                by_source.setdefault(source.name, (source, []))[1].append(one.origin)
    found = [one for source, documents in by_source.values() for one in _comments(source, documents)]
    return [*found, *(ignore for one in given for ignore in _annotations(one))]


class Silencers:
    """Ignores, with a quick way to those that may silence a finding."""

    def __init__(self, given: Sequence[Ignore]) -> None:
        self.given = given
        self.used: set[tuple[int, str]] = set()
        """By number, the codes of each that silenced something."""
        self._by_file: dict[str, list[int]] = {}
        self._by_block: dict[tuple[str, int], list[int]] = {}
        for number, one in enumerate(given):
            first, last = (line // _BLOCK for line in one.lines)
            if last - first > _BLOCK:
                self._by_file.setdefault(one.file, []).append(number)
            else:
                for block in range(first, last + 1):
                    self._by_block.setdefault((one.file, block), []).append(number)

    def silence(self, found: Diagnostic) -> bool:
        """Whether a finding is silenced; who silences it is used from now on."""
        where = found.location
        near = self._near(where) if where and where.line else range(len(self.given))
        silencing = {(number, code) for number in near for code in self.given[number].silenced_by(found)}
        self.used |= silencing
        return bool(silencing)

    def _near(self, where: Location) -> Iterator[int]:
        """Those that may be about a place: the ones of its file that reach far, and the ones of its part of it."""
        yield from self._by_file.get(where.file, ())
        yield from self._by_block.get((where.file, (where.line - 1) // _BLOCK), ())


def place_of(one: Object) -> tuple[str, Lines]:
    """The file of an object and its lines; nowhere for one that was read from no file."""
    return (one.origin.sources[0].name, one.origin.lines()) if one.origin else ("", (-1, -1))


def title_of(one: Object) -> str:
    """The object as findings name it."""
    metadata = mapping(one.value, "metadata")
    where = f" -n {metadata['namespace']}" if metadata.get("namespace") else ""
    return f"{group_kind(one.value).lower()}/{metadata.get('name')}{where}"


def remarks(silencers: Silencers, ran: Collection[str], known: Collection[str]) -> Iterator[Diagnostic]:
    """What is wrong with what users wrote for kplan:
    codes that no rule has, and those that silence nothing of what ``ran``.
    """
    for number, one in enumerate(silencers.given):
        if not one.own:
            continue
        yield from (_remark(UNKNOWN_SUPPRESSION, one, *text) for text in _misspelt(one, known))
        if one.fault[0]:
            continue
        idle = [code for code in one.codes or ("",) if (number, code) not in silencers.used]
        judged = sorted(code for code in idle if _is_known(code, ran))
        if judged and one.said in ("ignore", "ignore-file"):
            what = f" of {' and '.join(judged)}" if judged != [""] else ""
            said = _remark(UNUSED_SUPPRESSION, one, f"the suppression{what} matches no finding", "remove it")
            whole = judged == sorted(one.codes) and one.codes <= frozenset(known)
            yield said._replace(fix=_removed(one)) if whole else said


def _removed(one: Ignore) -> Fix | None:
    """Take out a comment all of whose codes are idle."""
    if one.document is None:
        return None
    from kplan.manifest.replacing import placed  # noqa: PLC0415 - few comments are idle

    return placed(one.document, safe("remove the comment", uncomment(one.comment)))


def _misspelt(one: Ignore, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each thing in it that is not understood, and what to write instead."""
    if one.fault[0]:
        yield one.fault
        return
    if one.said not in ("ignore", "ignore-file"):
        yield f"there is no comment '# kplan: {one.said}'", "write '# kplan: ignore[CODE] reason'"
    elif not one.codes and (meant := re.match(_CODE, one.reason)) and _is_known(meant["code"], known):
        yield (
            f"without brackets everything is suppressed, not only {meant['code']}",
            f"write {one.said}[{meant['code']}]",
        )
    elif not one.codes and re.search(_EMPTY, one.comment):
        yield "empty brackets suppress everything", f"write {one.said}[CODE], or {one.said} without brackets"
    elif not one.comment and (more := re.match(_CODE, one.reason)) and _is_known(more["code"], known):
        yield f"{more['code']} is taken for a part of the reason", "write commas between codes"
    for code in sorted(one.codes):
        if not _is_known(code, known):
            from kplan.naming import nearest  # noqa: PLC0415 - most codes are known

            near = nearest(code, known)
            hint = f"did you mean '{near}'?" if near else "see 'kplan rules' for all of them"
            hint = "write commas between codes" if len(code.split()) > 1 else hint
            yield f"no rule has a code that begins with '{code}'", hint


def _is_known(code: str, known: Iterable[str]) -> bool:
    return any(each.startswith(code) for each in known)


def _remark(code: str, one: Ignore, message: str, advice: str) -> Diagnostic:
    return Diagnostic(
        code, message, Severity.WARNING, one.about, location=one.place, excerpt=one.excerpt, help=advice
    )


def _comments(source: Source, documents: Sequence[Document]) -> Iterator[Ignore]:
    if not source.speaks_to_kplan:
        return
    whole = [(one.line, one.whole_lines()[1], one) for one in documents]
    lines = [lines for one in documents for lines in (one.lines(), one.whole_lines())]
    yield from (_of_comment(source, one, whole) for one in suppressions(source, lines))


def _of_comment(source: Source, one: Suppression, documents: Sequence[tuple[int, int, Document]]) -> Ignore:
    place, excerpt = source.location(one.span), source.excerpt(one.span)
    lines = (one.first_line, one.last_line) if one.is_known else (-1, -1)
    line, column = one.span.start
    around = (each for first, last, each in documents if first <= line <= last)
    fault = ("", "") if one.word else (_NOT_READ, _AS_COMMENT)
    return Ignore(
        one.codes, lines, source.name, place, excerpt, said=one.word, reason=one.reason, fault=fault,
        comment=source.lines[line][column : one.span.end.column].rstrip(), document=next(around, None),
    )  # fmt: skip


def _annotations(one: Object) -> Iterator[Ignore]:
    """What an object's annotations silence, and those that are meant to and do not."""
    for name in mapping(one.value, "metadata", "annotations"):
        if name == ANNOTATION:
            yield _annotated(one)
        elif isinstance(name, str) and re.fullmatch(_OTHERS, name):
            place = FieldPath.of("metadata", "annotations", Key(name))
            yield _idle(one, place, f"there is no annotation {name!r}", f"write {ANNOTATION}")
    template = pod_template(one.value, group_kind(one.value))
    inner = mapping(template.value, "metadata", "annotations") if template and template.path.steps else {}
    if template is not None and ANNOTATION in inner:
        place = template.path / "metadata" / "annotations" / Key(ANNOTATION)
        text = f"{ANNOTATION} is about the object that has it, and ignores nothing in a pod template"
        yield _idle(one, place, text, "write it into the object's own annotations")


def _annotated(one: Object) -> Ignore:
    """What an object's own annotation silences; a text of codes with commas between, and a reason behind them."""
    text = mapping(one.value, "metadata", "annotations")[ANNOTATION]
    path = FieldPath.of("metadata", "annotations", Key(ANNOTATION))
    read = re.fullmatch(_ANNOTATED, text) if isinstance(text, str) else None
    if read is None:
        return _idle(one, path, f"{ANNOTATION} holds no codes, so it ignores nothing", _AS_ANNOTATION)
    codes = frozenset(code.strip().upper() for code in read["codes"].split(","))
    found = _idle(one, path, "", "")
    codes = codes - {_EVERYTHING} if _EVERYTHING in codes else codes
    return found._replace(codes=codes, lines=place_of(one)[1], reason=read["reason"])


def _idle(one: Object, path: FieldPath, fault: str, advice: str) -> Ignore:
    """An annotation that ignores nothing, and why."""
    origin = one.origin
    place, excerpt = (origin.location(path), origin.excerpt(path)) if origin else (None, "")
    return Ignore(
        frozenset(), (-1, -1), place_of(one)[0], place, excerpt, title_of(one), fault=(fault, advice)
    )
