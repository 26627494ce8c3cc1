"""``--add-ignores``: writes comments that silence what was found,
and leaves in the report what cannot be silenced so.
"""

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kplan.lint.codes import UNKNOWN_SUPPRESSION, UNUSED_SUPPRESSION
from kplan.sentences import counted

if TYPE_CHECKING:
    from kplan.diagnostics import Diagnostic
    from kplan.report import Report

_NEVER: Final = (UNKNOWN_SUPPRESSION, UNUSED_SUPPRESSION, "YAML", "OBJ")
"""What is not silenced: suppressions that are wrong themselves, and what cannot be read."""


def written(report: "Report") -> "Report":
    """Write a comment for every finding; the report without those that are silenced now. Raises OSError."""
    by_file: dict[str, list[Diagnostic]] = defaultdict(list)
    for one in report.findings:
        if one.location and one.location.line and not one.rule.startswith(_NEVER):
            by_file[one.location.file].append(one)
    silenced: set[Diagnostic] = set()
    files = 0
    for file, found in by_file.items():
        done = _silenced(file, found)
        silenced.update(done)
        files += bool(done)
    click.echo(f"ignored {counted(len(silenced), 'finding')} in {counted(files, 'file')}", err=True)
    return report._replace(findings=[one for one in report.findings if one not in silenced])


def _silenced(file: str, found: "list[Diagnostic]") -> "list[Diagnostic]":
    """The findings that comments in a file silence now; JSON has no comments."""
    from kplan.cli.files import write_text
    from kplan.manifest.commenting import with_ignores

    path = Path(file)
    if path.suffix == ".json" or not path.is_file():
        return []
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return []
    wanted: dict[int, set[str]] = defaultdict(set)
    for one in found:
        wanted[one.location.line - 1 if one.location else 0].add(one.rule)
    new, left = with_ignores(text, wanted)
    if new != text:
        write_text(file, new)
    return [one for one in found if one.location and one.location.line - 1 not in left]
