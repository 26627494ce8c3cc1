"""docs/versions.md holds the tables of changes; ``pytest --update`` writes them anew."""

import re
from pathlib import Path

from kplan.schema.changes.behaviours import ROWS
from kplan.schema.changes.gates import gates

PAGE = Path(__file__).parents[1] / "docs" / "versions.md"


def behaviours() -> str:
    """What follows the minor above the API server."""
    rows = [f"| 1.{one.since} | {one.who} | {one.now} | {one.before} |\n" for one in ROWS]
    return "| since | who | what | before |\n|---|---|---|---|\n" + "".join(rows)


def fields() -> str:
    """What is dropped until its gate came on."""
    rows = [
        f"| 1.{one.since} | {one.name} | {', '.join(sorted(one.kinds))} | {', '.join(f'`{path}`' for path in one.written)} |\n"
        for one in sorted(gates(), key=lambda one: (one.since, one.name))
    ]
    return "| since | gate | kinds | fields |\n|---|---|---|---|\n" + "".join(rows)


def test_the_page_lists_every_change(update: bool) -> None:
    text = written = PAGE.read_text()
    for name, table in (("behaviours", behaviours()), ("gates", fields())):
        between = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
        assert re.search(between, written, re.DOTALL), f"the page has no place for {name}"
        written = re.sub(
            between, lambda found, table=table: f"{found[1]}{table}{found[2]}", written, flags=re.DOTALL
        )
    if update:
        PAGE.write_text(written)
    assert update or text == written
