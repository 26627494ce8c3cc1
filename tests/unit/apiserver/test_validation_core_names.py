"""Names, addresses, metadata and JSON texts that every kind is held to."""

import ipaddress
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kplan.apiserver import dns, meta
from kplan.apiserver.validation import domains, gojson, ip, signers
from kplan.apiserver.validation.equality import semantically_equal
from kplan.fieldpath import FieldPath

LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
GOOD: list[tuple[Callable[[str], list[str]], str]] = [
    (dns.is_dns1123_label, "a-1"),
    (dns.is_dns1123_subdomain, "a.b-1"),
    (dns.is_dns1123_subdomain_with_underscore, "_a.b_c"),
    (dns.is_dns1035_label, "a1"),
    (dns.is_wildcard_dns1123_subdomain, "*.example.com"),
    (dns.is_qualified_name, "example.com/My_name.1"),
    (dns.is_valid_label_value, ""),
    (dns.is_c_identifier, "_a1"),
    (dns.is_decimal_integer, "-12"),
    (dns.is_path_segment_name, "A b"),
    (dns.is_valid_port_name, "http-2"),
    (dns.is_valid_percent, "5%"),
    (dns.is_http_header_name, "X-A"),
    (dns.is_relaxed_env_var_name, "a b!"),
    (dns.is_config_map_key, "..a"[2:]),
]
BAD: list[tuple[Callable[[str], list[str]], str, list[str]]] = [
    (dns.is_dns1123_label, "A", [LABEL]),
    (dns.is_dns1123_label, "a.b", ["must not contain dots"]),
    (dns.is_dns1123_label, "a" * 64, ["must be no more than 63 characters"]),
    (dns.is_qualified_name, "/", ["prefix part must be non-empty", "name part must be non-empty"]),
    (dns.is_qualified_name, "a" * 64, ["name part must be no more than 63 bytes"]),
    (dns.is_valid_label_value, "a" * 64, ["must be no more than 63 bytes"]),
    (dns.is_decimal_integer, "007", ["must be a valid decimal integer in canonical form"]),
    (dns.is_decimal_integer, "", ["must be non-empty"]),
    (dns.is_path_segment_name, "..", ["may not be '..'"]),
    (dns.is_path_segment_name, "a/%", ["may not contain '/'", "may not contain '%'"]),
    (
        dns.is_valid_port_name,
        "-1--2",
        [
            "must contain at least one letter (a-z)",
            "must not contain consecutive hyphens",
            "must not begin or end with a hyphen",
        ],
    ),
    (dns.is_relaxed_env_var_name, "", ["environment variable name must be non-empty"]),
    (dns.is_config_map_key, "..x", ["must not start with '..'"]),
    (dns.is_config_map_key, "..", ["must not be '..'"]),
]


@pytest.mark.parametrize(("rule", "value"), GOOD)
def test_good_names(rule: Callable[[str], list[str]], value: str) -> None:
    assert rule(value) == []


@pytest.mark.parametrize(("rule", "value", "texts"), BAD)
def test_bad_names(rule: Callable[[str], list[str]], value: str, texts: list[str]) -> None:
    found = rule(value)
    assert [text for text in found if "regex" not in text or text in texts] == texts


def test_a_newline_at_the_end_is_part_of_the_name() -> None:
    assert dns.is_dns1123_label("a\n") == [LABEL]


def test_length_counts_bytes() -> None:
    assert dns.max_length_text(63, "bytes") in dns.is_valid_label_value("é" * 32)


def test_a_prefix_may_end_in_a_dash() -> None:
    assert dns.name_is_dns_label("web-", prefix=True) == []
    assert dns.name_is_dns_label("web-") == [LABEL]


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("", ["Required value"]),
        ("a.b", ['Invalid value: "a.b": should be a domain with at least three segments separated by dots']),
        ("a.b.c", []),
    ],
)
def test_fully_qualified_names(value: str, texts: list[str]) -> None:
    assert [error.body() for error in dns.is_fully_qualified_name(FieldPath("x"), value)] == texts


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("acme.io/foo", []),
        ("acme", ['Invalid value: "acme": must be a domain-prefixed path (such as "acme.io/foo")']),
        ("", ["Required value"]),
    ],
)
def test_domain_prefixed_paths(value: str, texts: list[str]) -> None:
    assert [error.body() for error in domains.is_domain_prefixed_path(FieldPath("x"), value)] == texts


@given(st.ip_addresses())
def test_every_address_is_read_and_printed_canonically(address: Any) -> None:
    parsed = ip.parse_ip(str(address))
    assert parsed is not None
    mapped = address.version == 6 and address.ipv4_mapped is not None
    assert str(parsed) == str(address.ipv4_mapped if mapped else address)
    assert parsed.mapped == mapped


@given(st.ip_addresses(v=6))
def test_the_long_spelling_is_the_same_address(address: ipaddress.IPv6Address) -> None:
    assert ip.parse_ip(address.exploded) == ip.parse_ip(str(address))


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("10.0.0.1", []),
        ("010.0.0.1", ["must not have leading 0s"]),
        ("::ffff:10.0.0.1", ["must not be an IPv4-mapped IPv6 address"]),
        ("FE80::1", ['must be in canonical form ("fe80::1")']),
        ("10.0.0", ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]),
        ("1::2::3", ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]),
    ],
)
def test_strict_addresses(value: str, texts: list[str]) -> None:
    assert [error.detail for error in ip.is_valid_ip(None, value)] == texts


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("10.0.0.0/8", []),
        ("10.0.0.1/8", ["must not have bits set beyond the prefix length"]),
        ("10.0.0.0/08", ["must not have leading 0s in IP or prefix length"]),
        ("2001:DB8::/64", ['must be in canonical form ("2001:db8::/64")']),
        ("10.0.0.0/33", ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"]),
    ],
)
def test_strict_networks(value: str, texts: list[str]) -> None:
    assert [error.detail for error in ip.is_valid_cidr(None, value)] == texts


def test_what_was_stored_stays_valid() -> None:
    assert ip.is_valid_ip_for_legacy_field(None, "010.0.0.1", valid_old=["010.0.0.1"]) == []


def test_a_deleted_object_gets_no_new_finalizers() -> None:
    old = {
        "name": "a",
        "resourceVersion": "1",
        "deletionTimestamp": "2026-01-01T00:00:00Z",
        "finalizers": ["a/b"],
    }
    new = {**old, "finalizers": ["a/b", "c/d"]}
    text = (
        "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, "
        'found new finalizers []string{"c/d"}'
    )
    assert [str(error) for error in meta.validate_object_meta_update(new, old)] == [text]


def test_one_owner_controls() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "a", "uid": "1", "controller": True}
    found = meta.validate_owner_references([owner, {**owner, "name": "b"}], FieldPath("o"))
    assert [error.detail for error in found] == [
        'Only one reference can have Controller set to true. Found "true" in references for ReplicaSet/a and ReplicaSet/b'
    ]


def test_annotations_have_a_size() -> None:
    found = meta.validate_annotations({"a": "x" * (256 * 1024)}, FieldPath("metadata") / "annotations")
    assert [str(error) for error in found] == [
        "metadata.annotations: Too long: may not be more than 262144 bytes"
    ]


def test_signers_have_a_domain() -> None:
    found = signers.validate_signer_name(FieldPath("s"), "example/x")
    assert [error.detail for error in found] == [
        "should be a domain with at least two segments separated by dots"
    ]
    assert signers.validate_signer_name(FieldPath("s"), "example.com/x") == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", ""),
        ("null", ""),
        ("[]", "json: cannot unmarshal array into Go value of type map[string]interface {}"),
        ('"x"', "json: cannot unmarshal string into Go value of type map[string]interface {}"),
        ("", "unexpected end of JSON input"),
        ("{", "unexpected end of JSON input"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("{x}", "invalid character 'x' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 2}', "invalid character '2' after object key:value pair"),
        ("[1 2]", "invalid character '2' after array element"),
        ("tru", "unexpected end of JSON input"),
        ("trux", "invalid character 'x' in literal true (expecting 'e')"),
        ("{} x", "invalid character 'x' after top-level value"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ('"\\x"', "invalid character 'x' in string escape code"),
        ("é", "invalid character 'Ã' looking for beginning of value"),
    ],
)
def test_what_go_says_of_a_text(text: str, problem: str) -> None:
    assert gojson.decode_error(text, "map[string]interface {}") == problem


@given(
    st.dictionaries(
        st.text(),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(max_size=3), max_size=3),
    )
)
def test_what_json_writes_go_reads(value: dict[str, Any]) -> None:
    assert gojson.decode_error(json.dumps(value), "map[string]interface {}") == ""
    assert gojson.decode_error(json.dumps(value, ensure_ascii=False), "map[string]interface {}") == ""


def test_quantities_are_equal_by_amount() -> None:
    assert semantically_equal({"limits": {"cpu": "1"}}, {"limits": {"cpu": "1000m"}})
    assert not semantically_equal({"name": "1"}, {"name": "1000m"})
    assert semantically_equal({"args": []}, {})
    assert not semantically_equal({"emptyDir": {}}, {})
