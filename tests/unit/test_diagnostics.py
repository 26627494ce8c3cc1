"""The order in which findings are printed."""

from kplan.diagnostics import Diagnostic, Location, Severity, in_order
from kplan.fieldpath import FieldPath


def _found(message: str, *, line: int = 1, rule: str = "A001", path: str = "spec", severity: Severity = Severity.ERROR) -> Diagnostic:  # fmt: skip
    return Diagnostic(
        rule, message, severity, path=FieldPath.parse(path), location=Location("a.yaml", line, 1)
    )


def test_place_then_severity_rule_path_and_message_decide() -> None:
    ordered = [
        Diagnostic("Z999", "without a place"),
        _found("z", rule="B001"),
        _found("a", path="a.b"),
        _found("a", path="a.c"),
        _found("b", path="a.c"),
        _found("a", severity=Severity.WARNING),
        _found("a", line=2),
    ]
    expected = [ordered[0], *ordered[2:5], ordered[1], *ordered[5:]]
    assert in_order(reversed(ordered)) == expected
    assert in_order(ordered) == sorted(ordered, key=lambda one: one.sort_key)


def test_repeats_are_left_out_and_what_differs_in_more_than_the_key_is_not() -> None:
    one = _found("a")
    helped = one._replace(help="do this")
    assert in_order([one, _found("b"), helped, one]) == [one, helped, _found("b")]
