"""Fix copies of folders of manifests, and hold the result against what fixes promise.

python tools/measure_fixes.py [--all] FOLDER...     --all: with every rule, not only the recommended ones

Nothing is written: files are read, fixed in memory and checked again. For each folder: files and fixes; objects that
the API server accepted before and refuses now; files that another run would change; comments that are gone; files whose
line ends, byte order mark or last line end changed; fixes that lint offers and the editor refuses.
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from kplan import pipeline
from kplan.diagnostics import Diagnostic
from kplan.lint.selection import LintOptions
from kplan.manifest.editor import EditError, Editor
from kplan.manifest.encoding import Text
from kplan.pipeline.checking import refusals
from kplan.pipeline.loading import Loaded, reread
from kplan.schema.releases import DEFAULT

_COMMENT = re.compile(r"(?:^|\s)#[^\n]*")


def refused(loaded: Loaded, options: LintOptions) -> Counter[tuple[str, str]]:
    """By file and object, how much the API server has against it."""
    found = refusals(loaded, Loaded(), options, DEFAULT, ())
    return Counter(
        (one.location.file if one.location else "", one.object.partition(" ")[0])
        for one in found
        if one.severity == "error"
    )


def comments(text: str) -> Counter[str]:
    """What looks like a comment."""
    return Counter(found.strip() for found in _COMMENT.findall(text))


def shape(text: Text) -> tuple[object, ...]:
    """What no fix may change of a file: its mark, its line ends, how it ends."""
    lone = text.text.count("\n") - text.text.count("\r\n")
    return text.mark, text.encoding, lone == 0, "\r\n" in text.text, text.text.endswith("\n")


def refused_by_editor(findings: Iterable[Diagnostic]) -> Counter[str]:
    """Fixes that are offered and cannot be made, each tried alone."""
    wrong: Counter[str] = Counter()
    by_file: dict[str, list[Diagnostic]] = {}
    for one in findings:
        if one.fix and one.location:
            by_file.setdefault(one.location.file, []).append(one)
    for name, some in by_file.items():
        text = Text.of(Path(name).read_bytes())
        if text is None:
            continue
        for one in some:
            assert one.fix is not None
            editor = Editor(text.text)
            try:
                editor.apply(one.fix.document, one.fix.edits)
            except EditError as error:
                wrong[f"{one.rule}: {error}"] += 1
                print("   ", one.location, one.rule, error, one.fix.edits)
    return wrong


def measure(folder: Path, options: LintOptions) -> str:
    """Fix a folder; what is not as it should be is printed, the figures are a row."""
    began = time.monotonic()
    loaded = pipeline.load([str(folder)])
    before = refused(loaded, options)
    report = pipeline.lint(loaded, options)
    linted = time.monotonic() - began
    fixed = pipeline.fix(loaded, options, read=lambda name: Path(name).read_bytes(), unsafe=True)
    took = time.monotonic() - began
    files = {name: after.data for name, (_, after) in fixed.files.items()}
    again = reread(loaded, files)
    after = refused(again, options)
    worse = {key: number for key, number in after.items() if number > before[key]}
    unread = len(again.diagnostics) - len(loaded.diagnostics)
    second = pipeline.fix(
        again, options, read=lambda name: files.get(name) or Path(name).read_bytes(), unsafe=True
    )
    lost = {
        name: gone
        for name, (old, new) in fixed.files.items()
        if (gone := comments(old.text) - comments(new.text))
    }
    bent = [name for name, (old, new) in fixed.files.items() if shape(old) != shape(new)]
    left = Counter(one.rule for one in fixed.report.findings if one.fix)
    wrong = refused_by_editor(report.findings) if "--editor" in sys.argv else Counter()
    for what in (*worse, *second.files, *bent, *lost.items()):
        print("   ", what)
    codes = Counter(one.rule for one in fixed.report.fixed)
    print("    fixed", dict(sorted(codes.items())))
    print("    left", dict(sorted(left.items())))
    return (
        f"| {folder.name.replace('__', '/')} | {loaded.inputs.files} | {len(loaded.objects)} | {len(report.findings)} | "
        f"{sum(1 for one in report.findings if one.fix)} | {len(fixed.report.fixed)} | {len(files)} | {len(worse)} | {unread} | "
        f"{len(second.files)} | {len(lost)} | {len(bent)} | {wrong.total()} | {linted:.1f} | {took:.1f} |"
    )


def main(arguments: Sequence[str]) -> None:
    """Measure every folder."""
    options = LintOptions(select=("ALL",)) if "--all" in arguments else LintOptions()
    for folder in (Path(one) for one in arguments if not one.startswith("--")):
        print(measure(folder, options), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
