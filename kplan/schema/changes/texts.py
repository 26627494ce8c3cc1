r"""Errors of validation that changed: what 1.36 says, and what older minors said in its place.

A row is read from the left: from ``since`` on, an error of ``type`` at ``where`` (a regular expression over kind and
path) whose text fits ``now`` is what it is; before, it was all of ``before``, or nothing where that is empty. ``None``
in a ``Before`` keeps what there is, ``\1`` stands for a group of ``now``.

Upstream: pkg/apis/*/validation/validation.go, CHANGELOG
"""

import re
from typing import Final

from kplan.namedtuples import NamedTuple


class Before(NamedTuple):
    """What an older minor said in place of an error."""

    detail: str | None = None
    type: str | None = None
    path: tuple[str, str] | None = None
    """A regular expression over the path, and what it became."""
    value: object = None
    rule: str = ""
    """What an error became that depends on its value, by a name that ``older.wording`` knows."""


class TextChange(NamedTuple):
    """One row."""

    since: int
    where: str
    type: str
    now: str
    before: tuple[Before, ...]

    @property
    def text(self) -> str:
        """What changed, as one line."""
        said = " and ".join(one.detail or one.type or "its path" for one in self.before)
        now = readable(self.now) or "any text"
        return (
            f"{readable(self.type) or 'error'} at {self.place}: {now}; before: {readable(said) or 'nothing'}"
        )

    @property
    def place(self) -> str:
        """Where, without the signs of a regular expression."""
        return readable(self.where) or "any field"


def readable(pattern: str) -> str:
    """A regular expression for people: ``...`` for any text, all other characters literally."""
    text = re.sub(r"\\\[\\d\+\\\]", "[]", pattern)
    text = re.sub(r"\(\?![^()]*(?:\([^()]*\))?[^()]*\)", "", text)
    text = re.sub(r"\\\d|\\d\+|-\?|\.\*|\\S\*|\[\^[^\]]*\][+*]", "...", text)
    text = re.sub(r"(?<!\\)(?:\((?:\?:)?|[)?])", "", text)
    text = re.sub(r"\\(.)", r"\1", text)
    return re.sub(r"(?:\.\.\.\s?)+(?=\.\.\.)", "", text).replace("|", " or ").strip()


SAME: Final = Before()
_DNS_1123_LABEL: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
_DNS_1123_SUBDOMAIN: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_USED_FOR: Final = "regex used for validation is"
_BOUND: Final = "less than or equal to|greater than or equal to|a multiple of"
_VALUE_FROM: Final = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`"


def _was(detail: str) -> tuple[Before, ...]:
    return (Before(detail),)


TEXTS: Final = (
    # 1.36
    TextChange(36, r"HorizontalPodAutoscaler spec\.maxReplicas", "Required", "must be set and greater than 0", (Before("must be greater than 0", "Invalid", value=0),)),
    TextChange(36, r"HorizontalPodAutoscaler spec\.maxReplicas", "Invalid", "must be greater than or equal to 1", _was("must be greater than 0")),
    TextChange(36, r"RuntimeClass handler", "Required", "", (Before(_DNS_1123_LABEL, "Invalid", value=""),)),
    TextChange(36, r".*restartPolicyRules\[\d+\]\.action", "NotSupported", 'supported values: "Restart", "RestartAllContainers"', _was('supported values: "Restart"')),
    TextChange(36, r".*resizePolicy", "Invalid", r"must be 'NotRequired' when pod `restartPolicy` is 'Never'", _was("must be 'NotRequired' when `restartPolicy` is 'Never'")),
    TextChange(36, r".*", "Invalid", r"(Minimum boundary|Maximum boundary|MultipleOf|Checked) value must be of type integer \(default format\) in .*", ()),
    TextChange(36, r".*", "Invalid", rf" in body should be ({_BOUND}) -?\d+\.\d+", (Before(rule="truncated-bound"),)),
    # 1.35
    TextChange(35, r".*", "Invalid|Duplicate", ".*", (Before(rule="type-of-omitted"),)),
    TextChange(35, r".*", "Invalid", r"((?:name part |prefix part )?must be no more than \d+ )bytes", _was(r"\1characters")),
    TextChange(35, r".*", "Invalid", r"((?:name part |prefix part )?)a valid label key( must consist of .*)", _was(r"\1a qualified name\2")),
    TextChange(35, r".*(csi\.driver|CSINode spec\.drivers\[\d+\]\.name)", "Required", "", (SAME, Before(_DNS_1123_SUBDOMAIN, "Invalid", value=""))),
    TextChange(35, r".*\.valueFrom", "Invalid", f"{_VALUE_FROM}, `secretKeyRef` or `fileKeyRef`", _was(f"{_VALUE_FROM} or `secretKeyRef`")),
    TextChange(35, r"RuntimeClass scheduling\.tolerations\[\d+\]\..*", "", r"(.*)", (Before(path=(r"tolerations", "tolerations.tolerations")),)),
    # 1.34
    TextChange(34, r"Service spec\.trafficDistribution", "NotSupported", ".*PreferSameZone.*", _was('supported values: "PreferClose"')),
    TextChange(34, r".*clientConfig\.service\.(name|namespace)", "Required", "", _was(r"service {name} is required")),
    TextChange(34, r"CustomResourceDefinition spec\.versions\[\d+\]\.schema\.openAPIV3Schema", "Required", "", _was("schemas are required")),
    TextChange(34, r"(Ingress .*\.?resource|IngressClass spec\.parameters)\.(kind|name)", "Required", "", _was(r"{name} is required")),
    TextChange(34, r"ValidatingAdmissionPolicy spec\.variables\[\d+\]\.name", "Invalid", "must be a valid CEL identifier", _was("name is not a valid CEL identifier")),
    TextChange(34, r"CustomResourceDefinition .*fieldPath", "Invalid", "must be a valid path", _was("fieldPath must be a valid path")),
    TextChange(34, r".* \S*dnsConfig\.searches\[\d+\]", "Invalid", f"(.*{_USED_FOR} ')_.*('\\))", _was(r"\1[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\2")),
    TextChange(34, r"HorizontalPodAutoscaler spec\.scaleTargetRef\.apiVersion", "Invalid", ".*", ()),
    TextChange(34, r"StatefulSet spec\.template\.spec\.(?!restartPolicy$).*", "(?!Forbidden).*", ".*", ()),
    TextChange(34, r"StatefulSet spec\.template\.spec\.(?!activeDeadlineSeconds$|restartPolicy$).*", "Forbidden", ".*", ()),
    TextChange(34, r"StatefulSet spec\.template\.spec\.restartPolicy", "", r'(?!supported values: "Always"$).*', ()),
    TextChange(34, r"StatefulSet spec\.volumeClaimTemplates\[\d+\].*", "", ".*", ()),
)  # fmt: skip
"""The rows of each minor, later minors first: what 1.35 said is looked up before what 1.34 said."""


ONCE: Final = ((34, r"StatefulSet spec\.template\.(labels|annotations)"),)
"""Where from a minor on the same error is found twice, and before once."""


class RuleChange(NamedTuple):
    """A rule that an older minor had in place of all that 1.36 says of a field;
    ``rule`` is named in ``older.rules``.
    """

    since: int
    kinds: frozenset[str]
    path: str
    rule: str

    @property
    def text(self) -> str:
        """What changed, as one line."""
        return f"rule of {' '.join(sorted(self.kinds))} {self.path}; before: {self.rule}"


RULES: Final = (
    RuleChange(36, frozenset({"Service"}), "metadata.name", "dns-1035-label"),
    RuleChange(36, frozenset({"Ingress"}), "spec.defaultBackend.service.name", "dns-1035-label"),
    RuleChange(36, frozenset({"Ingress"}), "spec.rules[*].http.paths[*].backend.service.name", "dns-1035-label"),
    RuleChange(36, frozenset({"pods"}), "initContainers[*].restartPolicyRules[*].action", "one-of Restart"),
    RuleChange(36, frozenset({"pods"}), "containers[*].restartPolicyRules[*].action", "one-of Restart"),
    RuleChange(36, frozenset({"pods"}), "initContainers[*].restartPolicyRules", "forbidden-of restartPolicy=Always restartPolicyRules are not allowed for init containers with restart policy Always"),
    RuleChange(34, frozenset({"pods"}), "containers[*].restartPolicy", "forbidden may not be set for non-init containers"),
    RuleChange(34, frozenset({"pods"}), "initContainers[*].restartPolicy", "one-of Always"),
    RuleChange(34, frozenset({"Service"}), "spec.trafficDistribution", "one-of PreferClose"),
)  # fmt: skip
