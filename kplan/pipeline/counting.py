"""How many findings each rule has: a report as a table, most first."""

from collections import Counter

from kplan.report import Report
from kplan.report_parts import Table

_HEADINGS = ("COUNT", "CODE", "NAME", "FIXABLE")


def statistics(report: Report) -> Report:
    """The report with a row a code beside its findings."""
    counts = Counter(one.rule for one in report.findings)
    fixable = Counter(one.rule for one in report.findings if one.fix)
    rows = [
        (count, code, report.rules[code].name if code in report.rules else "", fixable[code])
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    return report._replace(table=Table(_HEADINGS, rows))
