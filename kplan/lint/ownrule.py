"""A team's own rule, as its configuration says it: plain data, which is compiled before it runs."""

from kplan.diagnostics import Severity
from kplan.namedtuples import NamedTuple


class OwnRule(NamedTuple):
    """A condition in CEL that objects have to fulfil."""

    code: str
    expression: str
    """Over ``object``, ``objects``, ``admitted`` and ``pod``; a finding if it is not true."""
    name: str = ""
    kinds: tuple[str, ...] = ()
    """Group kinds it looks at, as ``Deployment.apps``; none means all."""
    message: str = ""
    """What is said if it does not hold; else the expression itself."""
    message_expression: str = ""
    """The same as an expression over the same variables."""
    severity: Severity = Severity.WARNING
    path: str = ""
    """The field that a finding points at."""
    why: str = ""
    help: str = ""
    """What to do about it."""
    source: str = ""
    """The file that says it, with the line."""
