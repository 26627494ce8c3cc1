"""Presets: rules that are chosen together, by how much they ask or by the tool whose checks they are."""

from enum import StrEnum
from typing import Final

from kplan.diagnostics import Severity


class Preset(StrEnum):
    """A named choice of rules."""

    MINIMAL = "minimal"
    RECOMMENDED = "recommended"
    STRICT = "strict"
    KUBE_LINTER = "kube-linter"
    KUBE_SCORE = "kube-score"
    POLARIS = "polaris"
    PSS_BASELINE = "pss-baseline"
    PSS_RESTRICTED = "pss-restricted"

    @property
    def text(self) -> str:
        """What it holds."""
        return _TEXTS[self]

    @property
    def at_least(self) -> Severity:
        """The severity that its findings have at least: tools without severities fail on everything."""
        return _LEAST.get(self, Severity.INFO)


_TEXTS: Final = {
    Preset.MINIMAL: "What the API server refuses and what cannot work.",
    Preset.RECOMMENDED: "What a careful team wants to know; the default.",
    Preset.STRICT: "Also what is a matter of opinion, or found in most manifests.",
    Preset.KUBE_LINTER: "What kube-linter checks by default, each at least a warning.",
    Preset.KUBE_SCORE: "What kube-score checks by default, each at least a warning.",
    Preset.POLARIS: "What polaris checks by default, each at least a warning.",
    Preset.PSS_BASELINE: "The Pod Security Standard baseline; every violation is an error.",
    Preset.PSS_RESTRICTED: "The Pod Security Standard restricted; every violation is an error.",
}
_LEAST: Final = {
    Preset.KUBE_LINTER: Severity.WARNING,
    Preset.KUBE_SCORE: Severity.WARNING,
    Preset.POLARIS: Severity.WARNING,
    Preset.PSS_BASELINE: Severity.ERROR,
    Preset.PSS_RESTRICTED: Severity.ERROR,
}
_GROWING: Final = (Preset.MINIMAL, Preset.RECOMMENDED, Preset.STRICT)
"""Each holds what stands before it."""


def presets_of(smallest: Preset | None, aliases: tuple[str, ...]) -> tuple[Preset, ...]:
    """The presets that include a rule, by its smallest preset and by the checks of other tools it covers."""
    from kplan.lint.othertools import CHECKS  # noqa: PLC0415 - only who writes the index asks

    defaults = {check.name for check in CHECKS if check.by_default}
    own = _GROWING[_GROWING.index(smallest) :] if smallest else ()
    tools = {alias.partition(":")[0] for alias in aliases if alias in defaults or alias.startswith("pss-")}
    return (*own, *(preset for preset in Preset if preset in tools))
