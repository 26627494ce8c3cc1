r"""Warnings that changed: what 1.36 says, and what older minors said in its place.

A row is read from the left: from ``since`` on, a warning about one of ``kinds`` (all of them where there are none)
whose text fits ``now`` is what it is; before, it was ``before``, or nothing where that is empty (``\1`` stands for a
group of ``now``). A ``rule`` is named in ``older.warnings``: how a server before ``since`` looked at the object when
it asked whether to warn.

Upstream: pkg/api/{pod,service,node}/*.go, pkg/registry/*/*/strategy.go
"""

from typing import Final

from kplan.namedtuples import NamedTuple


class WarningChange(NamedTuple):
    """One row."""

    since: int
    kinds: frozenset[str]
    now: str = ""
    before: str = ""
    rule: str = ""
    about: str = ""
    """What a rule comes to, in words."""

    @property
    def text(self) -> str:
        """What changed, as one line."""
        return self.about or f"{self.now}; before: {self.before or 'no warning'}"


def _of(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


_ADDRESSES: Final = (
    r".*(non-standard (IP address|CIDR value)|RFC 5952 canonical format|is ambiguous in this context).*"
)

WARNINGS: Final = (
    WarningChange(36, _of("Service"), r"spec\.externalIPs is deprecated and may no longer be implemented .*"),
    WarningChange(36, _of("CustomResourceDefinition"), rule="formats-of-text", about="unrecognized formats are told for all types; before: of strings alone"),
    WarningChange(35, _of("Service"), r"spec\.trafficDistribution: .* is deprecated; use .*"),
    WarningChange(35, _of("ResourceQuota"), r"ResourceQuota .* should be less than .*"),
    WarningChange(35, _of("CSIDriver"), r"spec\.serviceAccountTokenInSecrets is unset; .*"),
    WarningChange(35, _of(), r"(.*preference\.matchExpressions.* must be no more than \d+ )bytes", r"\1characters"),
    WarningChange(34, _of("CustomResourceDefinition"), "unrecognized format .*"),
    WarningChange(34, _of("Service"), r"spec\.\w+ is ignored for headless services"),
    WarningChange(34, _of(), rule="repeated-projections", about="overlapping paths of projected volumes are told once; before: those of a source again for each source after it that names no items"),
    WarningChange(33, _of(), r"spec\.revisionHistoryLimit: a negative value retains all .*"),
    WarningChange(33, _of(), r"(.*\.gitRepo: deprecated in v1\.11), and disabled by default .*", r"\1"),
    WarningChange(33, _of(), r".*: duplicate port name .*"),
    WarningChange(33, _of(), r".*preference\.matchExpressions\[\d+\]\.values\[\d+\]: .* is invalid, .*"),
    WarningChange(33, _of("Endpoints", "EndpointSlice", "Ingress", "NetworkPolicy", "Node", "Pod"), _ADDRESSES),
)  # fmt: skip
"""The rows of each minor, later minors first."""
