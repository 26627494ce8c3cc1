"""``kplan lint``: parse, call the pipeline, print, and leave with what was found."""

import os
from collections.abc import Sequence

import click

from kplan.cli import inputs, options
from kplan.diagnostics import Diagnostic, Severity
from kplan.errors import UsageError

_UNREADABLE = ("YAML001", "YAML003", "YAML005", "YAML006", "OBJ")
_NEVER = "never"

_EXAMPLES = (
    "\b\nExamples:"
    "\n  kplan lint configs/"
    "\n  kplan lint -o json --select API,REF web.yaml"
    "\n  kustomize build overlays/prod | kplan lint -"
)


@click.command("lint", epilog=_EXAMPLES)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "-R/-D",
    "--recursive/--direct",
    default=True,
    help="Read directories with all below them (default), or their own files only.",
)
@click.option(
    "--select", multiple=True, metavar="CODE", help="Only rules with these codes or prefixes; repeatable."
)
@click.option(
    "--ignore", multiple=True, metavar="CODE", help="Not the rules with these codes or prefixes; repeatable."
)
@click.option(
    "--fail-on", type=click.Choice((*map(str, Severity), _NEVER)), default=str(Severity.WARNING), show_default=True,
    help="Least severity that makes the exit code 1.",
)  # fmt: skip
@click.option("--no-suppress", is_flag=True, help="Ignore '# kplan: ignore[...]' comments.")
@options.limiting
@click.option("-q", "--quiet", is_flag=True, help="Leave out notes.")
@click.option(
    "--state",
    metavar="STATE",
    help="Whose CustomResourceDefinitions count as well, as in 'kplan diff'; default: .kplan/state.db here or above.",
)
@options.namespace
@options.kubernetes_version
@options.output("text", "concise", "json")
@options.color
def command(
    paths: Sequence[str],
    *,
    recursive: bool,
    select: Sequence[str],
    ignore: Sequence[str],
    fail_on: str,
    no_suppress: bool,
    quiet: bool,
    state: str | None,
    namespace: str | None,
    kubernetes_version: str,
    output: str,
    color: str,
) -> int:
    """Find mistakes in manifests: files, directories, globs or '-'.

    All paths are checked as one whole, so a Service finds its pods in any of them. 'kplan rules CODE' explains a rule.
    """
    from kplan import pipeline
    from kplan.lint.selection import ALL, LintOptions

    chosen = LintOptions(
        select=_codes(select) or (ALL,),
        ignore=_codes(ignore),
        namespace=namespace or "default",
        suppress=not no_suppress,
    )
    _check_codes([*chosen.select, *chosen.ignore])
    loaded = inputs.load_all(paths or (".",), recursive=recursive)
    served = chosen.wants("API400") or chosen.wants("API422")
    here = os.getcwd()  # noqa: PTH109 - pathlib takes 4 ms of every start
    known = pipeline.definitions(state, here, kubernetes=kubernetes_version)
    refused = None
    if served:
        refused = pipeline.check(
            loaded, kubernetes=kubernetes_version, namespace=namespace, definitions=known
        )
    linted = pipeline.lint(loaded, chosen, kubernetes=kubernetes_version, more=refused, definitions=known)
    shown = [one for one in linted.diagnostics if not (quiet and one.severity is Severity.INFO)]
    click.echo(_render(shown, linted.checked, output, color), nl=False, color=True)
    return _exit_code(linted.diagnostics, fail_on)


def _check_codes(given: Sequence[str]) -> None:
    from kplan.lint.linter import known_codes
    from kplan.lint.selection import ALL

    for one in given:
        if one != ALL and not any(code.startswith(one) for code in known_codes()):
            raise UsageError(
                f"no rule has a code that begins with '{one}'", hint="see 'kplan rules' for all of them"
            )


def _codes(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(code.strip().upper() for one in given for code in one.split(",") if code.strip())


def _render(diagnostics: Sequence[Diagnostic], checked: int, output: str, color: str) -> str:
    from kplan.render import findings
    from kplan.render.style import Style

    if output == "json":
        return findings.as_json(diagnostics, checked=checked)
    style = Style(colour=options.wants_colour(color))
    return (findings.concise if output == "concise" else findings.text)(diagnostics, style, checked=checked)


def _exit_code(diagnostics: Sequence[Diagnostic], fail_on: str) -> int:
    errors = [one for one in diagnostics if one.severity is Severity.ERROR]
    if any(one.rule.startswith(_UNREADABLE) for one in errors):
        return 2
    if fail_on == _NEVER:
        return 0
    worst = Severity(fail_on).rank
    return int(any(one.severity.rank <= worst for one in diagnostics))
