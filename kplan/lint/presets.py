"""Presets: rules that are chosen together, by how much they ask or by the tool whose checks they are."""

from typing import Final, NamedTuple

from kplan.diagnostics import Severity
from kplan.lint.rule import MINIMAL, RECOMMENDED, STRICT


class Preset(NamedTuple):
    """A named choice of rules."""

    name: str
    text: str
    at_least: Severity | None = None
    """The severity its findings have at least: tools without severities fail on everything."""


PRESETS: Final = (
    Preset(MINIMAL, "What the API server refuses and what cannot work."),
    Preset(RECOMMENDED, "What a careful team wants to know; the default."),
    Preset(STRICT, "All rules but those for conventions of a team."),
    Preset("kube-linter", "What kube-linter checks by default.", Severity.WARNING),
    Preset("kube-score", "What kube-score checks by default.", Severity.WARNING),
    Preset("polaris", "What polaris checks by default.", Severity.WARNING),
    Preset("pss-baseline", "The Pod Security Standard baseline.", Severity.ERROR),
    Preset("pss-restricted", "The Pod Security Standard restricted.", Severity.ERROR),
)
_GROWING: Final = (MINIMAL, RECOMMENDED, STRICT)
"""Each holds what stands before it."""
_BY_NAME: Final = {preset.name: preset for preset in PRESETS}


def at_least(preset: str, own: Severity) -> Severity:
    """A severity, raised to the least that a preset has."""
    least = _BY_NAME[preset].at_least
    return least if least is not None and own.rank > least.rank else own


def presets_of(smallest: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """The presets that hold a rule: by the smallest, and by the checks it stands for."""
    from kplan.lint.tools import CHECKS  # noqa: PLC0415 - only who writes the index asks

    defaults = {check.name for check in CHECKS if check.by_default}
    own = _GROWING[_GROWING.index(smallest) :] if smallest else ()
    tools = {alias.partition(":")[0] for alias in aliases if alias in defaults or alias.startswith("pss-")}
    return (*own, *(preset.name for preset in PRESETS if preset.name in tools))
