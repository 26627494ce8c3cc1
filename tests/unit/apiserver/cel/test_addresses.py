"""What is said of texts that are no IP addresses; the words are those of Go's net/netip."""

import pytest

from kplan.apiserver.goaddress import address_problem


@pytest.mark.parametrize(
    "text",
    ["1.2.3.4", "0.0.0.0", "::", "::1", "fd00::1:2", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "fe80::1%eth0"],
)
def test_addresses_have_no_problem(text: str) -> None:
    assert address_problem(text) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("abc", "unable to parse IP"),
        ("%x", "missing IPv6 address"),
        ("a.b", 'unexpected character (at "a.b")'),
        ("1.2.3.4/8", 'unexpected character (at "/8")'),
        ("010.0.0.1", "IPv4 field has octet with leading zero"),
        ("1.2.3.256", "IPv4 field has value >255"),
        ("1..2.3", 'IPv4 field must have at least one digit (at ".2.3")'),
        ("1.2.3.", 'IPv4 field must have at least one digit (at ".")'),
        ("1.2.3", "IPv4 address too short"),
        ("1.2.3.4.5", "IPv4 address too long"),
        ("fe80::1%", "zone must be a non-empty string"),
        ("1:2:3", "address string too short"),
        ("12345::", 'each group must have 4 or less digits (at "12345::")'),
        ("x::", 'each colon-separated field must have at least one digit (at "x::")'),
        ("1:2x", 'unexpected character, want colon (at "x")'),
        ("1:", 'colon must be followed by more characters (at ":")'),
        ("1::2::3", 'multiple :: in address (at ":3")'),
        ("1:2:3:4:5:6:7:8:9", 'trailing garbage after address (at "9")'),
        ("1:2:3:4:5:6:7::8", "the :: must expand to at least one field of zeros"),
        ("1:2:1.2.3.4", 'embedded IPv4 address must replace the final 2 fields of the address (at "1.2.3.4")'),
        ("::1:2:3:4:5:6:7:1.2.3.4", 'too many hex fields to fit an embedded IPv4 at the end of the address (at "1.2.3.4")'),
        ("::1.2.3", "IPv4 address too short"),
    ],
)  # fmt: skip
def test_the_first_problem_is_told_with_its_place(text: str, problem: str) -> None:
    assert address_problem(text) == f'ParseAddr("{text}"): {problem}'
