"""What a change introduces: the findings of a run that the same run over a revision of git does not have."""

from typing import TYPE_CHECKING

from kplan import baseline
from kplan.report import Report

if TYPE_CHECKING:
    from kplan.state.sources.revision import Revision


def only_new(report: Report, earlier: Report, revision: "Revision") -> Report:
    """The report without what was found in the revision too, also in files that have another name now."""
    root, there = str(revision.root), str(revision.folder)
    now, then = _files(report, root), _files(earlier, there)
    found = (one._replace(message=one.message.replace(f"{there}/", "")) for one in earlier.findings)
    known = baseline.of(found, there, then - now)
    return baseline.without(report, known, root, f"in {revision.name}", now - then)


def _files(report: Report, root: str) -> set[str]:
    places = (one.location.file for one in report.findings if one.location)
    return {baseline.relative(file, root) for file in (*report.inputs.manifests, *places)}
