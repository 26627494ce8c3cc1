"""Codes that are no rules: what reading, decoding and lint itself report, documented in the same way."""

from typing import Final

from kplan.diagnostics import Diagnostic, Severity
from kplan.fixes import Safety
from kplan.namedtuples import NamedTuple


class Code(NamedTuple):
    """A code, its name and what it means."""

    code: str
    name: str
    text: str
    fixes: tuple[Safety, ...] = ()
    """What fixes of its findings are, if some have one."""


_UNREADABLE: Final = ("YAML001", "YAML003", "YAML005", "YAML006", "OBJ", "KUS001", "HELM001")
"""Codes of what hides documents from every check."""


def is_unreadable(found: Diagnostic) -> bool:
    """Whether a finding hides documents from every check, so that the run cannot vouch for the input."""
    return found.severity is Severity.ERROR and found.rule.startswith(_UNREADABLE)


ANNOTATION: Final = "kplan.dev/ignore"
"""What suppresses findings of the object that has it."""
UNUSED_SUPPRESSION: Final = "SUP001"
UNKNOWN_SUPPRESSION: Final = "SUP002"

CODES: Final = (
    Code("YAML001", "syntax", "The text is not valid YAML or JSON; the document is skipped."),
    Code(
        "YAML002",
        "repeated-key",
        "A key appears twice in one mapping. kubectl keeps the last and drops the others.",
        (Safety.UNSAFE,),
    ),
    Code(
        "YAML003", "template", "The text holds template actions; render it first and give kplan the output."
    ),
    Code("YAML004", "not-utf8", "The file is not UTF-8. kubectl reads U+FFFD in place of every wrong byte."),
    Code("YAML005", "too-large", "The file is larger than the limit; it was not read."),
    Code("YAML006", "unreadable", "The path does not exist or cannot be read."),
    Code(
        "YAML007",
        "behind-end-mark",
        "Text stands behind ``...``, the end of a document. kubectl cuts files at --- only, and drops it.",
    ),
    Code(
        "OBJ001",
        "not-an-object",
        "The document is a string, number or list; a Kubernetes object is a mapping.",
    ),
    Code(
        "OBJ002",
        "no-type",
        "apiVersion or kind is missing or not a string, so the type of the object is unknown.",
    ),
    Code("OBJ003", "bad-list", "A List has no list of objects, or an object that is not a List has items."),
    Code("OBJ004", "bad-metadata", "metadata, or a name in it, has a type that kubectl cannot read."),
    Code("HELM001", "not-rendered", "helm is not there, or refuses the chart; the text is helm's."),
    Code(
        "KUS001",
        "not-built",
        "kustomize refuses the folder, so none of its objects is checked; the text is kustomize's.",
    ),
    Code(
        "KUS002", "deprecated-field", "kustomize builds the folder with a warning; the text is kustomize's."
    ),
    Code(
        "APP001",
        "not-followed",
        "A source of an Argo CD or Flux object is not in the repository, or is built by what kplan does not run; "
        "what it deploys is not looked at.",
    ),
    Code(
        "APP002",
        "not-permitted",
        "An Argo CD Application, or an object of it, is not what its AppProject permits, so that it is not deployed; "
        "the text is Argo CD's.",
    ),
    Code(
        "APP003",
        "application-gone",
        "An application of the base is no longer deployed: what it deployed is deleted, or stays and belongs to nobody.",
    ),
    Code(
        UNUSED_SUPPRESSION,
        "unused-suppression",
        "A suppression, comment or annotation, matches no finding; remove it.",
        (Safety.SAFE,),
    ),
    Code(
        UNKNOWN_SUPPRESSION,
        "unknown-suppression",
        "A suppression names a code that no rule has, or is not written as kplan reads it.",
    ),
)

SERVER_CODES: Final = (
    Code(
        "API400",
        "not-decodable",
        "The API server cannot read the object as its kind; the text is the server's.",
    ),
    Code(
        "API299",
        "server-warning",
        "The API server accepts the object with a warning; the text is the server's.",
        (Safety.SAFE, Safety.UNSAFE),
    ),
    Code(
        "API422",
        "not-valid",
        "The API server's validation refuses the object; the text is the server's.",
        (Safety.SAFE, Safety.UNSAFE),
    ),
)
"""What the API server answers; lint reports it if the server was asked."""

REFUSAL_CODES: Final = (
    Code(
        "API403",
        "forbidden",
        "The API server forbids the request: a quota, a limit, Pod Security, a policy, a missing permission; the text is the server's.",
    ),
    Code(
        "API404",
        "not-found",
        "The API server does not find the namespace or the object that the request is about; the text is the server's.",
    ),
    Code(
        "API409",
        "conflict",
        "The request meets another one: the object is there already, or another manager owns a field; the text is the server's.",
    ),
    Code(
        "KCTL001",
        "not-sent",
        "kubectl would give up before it asks the API server, or does not know the kind; the text is kubectl's.",
    ),
)
"""Other ways in which an object is refused that is applied; lint asks for none of them."""

STATE_CODES: Final = (
    Code(
        "STA001",
        "partial-state",
        "The state has no object of a kind that pods which run in it need: it was dumped without that kind, so that a plan takes for "
        "missing what is there.",
    ),
)
"""What a plan says of the state that it begins with."""
