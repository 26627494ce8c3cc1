"""Checks of names, keys, values and numbers that many kinds share; each answers with the server's texts, [] for good.

They stand apart because every group uses them; texts speak of bytes or characters as the server's two copies do.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go,
staging/src/k8s.io/apimachinery/pkg/api/validate/content
"""

import re
from functools import lru_cache
from typing import Final

from kplan.apiserver import field
from kplan.apiserver.field import ErrorList
from kplan.fieldpath import FieldPath

_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = _LABEL + r"(\." + _LABEL + ")*"
_LABEL_UNDERSCORE: Final = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SUBDOMAIN_UNDERSCORE: Final = _LABEL_UNDERSCORE + r"(\." + _LABEL_UNDERSCORE + ")*"
_LABEL_1035: Final = "[a-z]([-a-z0-9]*[a-z0-9])?"
_WILDCARD: Final = r"\*\." + _SUBDOMAIN
_NAME: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE: Final = f"({_NAME})?"
_CONFIG_KEY: Final = "[-._a-zA-Z0-9]+"
_C_IDENTIFIER: Final = "[A-Za-z_][A-Za-z0-9_]*"
_HEADER: Final = "[-A-Za-z0-9]+"
_PERCENT: Final = "[0-9]+%"

LABEL_MATCH: Final = re.compile(_LABEL).fullmatch
SUBDOMAIN_MATCH: Final = re.compile(_SUBDOMAIN).fullmatch
_NAME_MATCH: Final = re.compile(_NAME).fullmatch
_VALUE_MATCH: Final = re.compile(_VALUE).fullmatch
_PLAIN_ENV: Final = "[ -<>-~]+"
_DECIMAL: Final = "0|-?[1-9][0-9]*"

LABEL_MAX_LENGTH: Final = 63
SUBDOMAIN_MAX_LENGTH: Final = 253
NEGATIVE: Final = "must be greater than or equal to 0"
IMMUTABLE: Final = "field is immutable"
_LABEL_TEXT: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character"
)
_SUBDOMAIN_TEXT: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character"
)
_UNDERSCORE_TEXT: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', "
    "and must start and end with an alphanumeric character"
)
_LABEL_1035_TEXT: Final = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
    "start with an alphabetic character, and end with an alphanumeric character"
)
_WILDCARD_TEXT: Final = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
    "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
)
_NAME_TEXT: Final = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
_VALUE_TEXT: Final = "a valid label must be an empty string or consist of" + _NAME_TEXT.removeprefix(
    "must consist of"
)


def size(text: str) -> int:
    """The number of bytes, which is what Go's len counts."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def max_length_text(limit: int, unit: str = "characters") -> str:
    """The text for a value that is too long."""
    return f"must be no more than {limit} {unit}"


def regex_text(message: str, pattern: str, *examples: str) -> str:
    """The text for a value that does not match a pattern."""
    if not examples:
        return f"{message} (regex used for validation is '{pattern}')"
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{message} (e.g. {shown}regex used for validation is '{pattern}')"


def range_text(low: int, high: int) -> str:
    """The text for a number outside a range."""
    return f"must be between {low} and {high}, inclusive"


_NAME_SHAPE: Final = regex_text(_NAME_TEXT, _NAME, "MyName", "my.name", "123-abc")


def is_dns1123_label(value: str, unit: str = "characters") -> list[str]:
    """A DNS label (RFC 1123), lower case."""
    if len(value) <= LABEL_MAX_LENGTH and LABEL_MATCH(value):
        return []
    errors: list[str] = []
    if size(value) > LABEL_MAX_LENGTH:
        errors.append(max_length_text(LABEL_MAX_LENGTH, unit))
    if not LABEL_MATCH(value):
        dotted = SUBDOMAIN_MATCH(value)
        errors.append(
            "must not contain dots" if dotted else regex_text(_LABEL_TEXT, _LABEL, "my-name", "123-abc")
        )
    return errors


def is_dns1123_subdomain(value: str, unit: str = "characters") -> list[str]:
    """A DNS subdomain (RFC 1123), lower case."""
    if len(value) <= SUBDOMAIN_MAX_LENGTH and SUBDOMAIN_MATCH(value):
        return []
    errors: list[str] = []
    if size(value) > SUBDOMAIN_MAX_LENGTH:
        errors.append(max_length_text(SUBDOMAIN_MAX_LENGTH, unit))
    if not SUBDOMAIN_MATCH(value):
        errors.append(regex_text(_SUBDOMAIN_TEXT, _SUBDOMAIN, "example.com"))
    return errors


def is_dns1123_subdomain_with_underscore(value: str) -> list[str]:
    """A DNS subdomain that may hold underscores."""
    errors: list[str] = []
    if size(value) > SUBDOMAIN_MAX_LENGTH:
        errors.append(max_length_text(SUBDOMAIN_MAX_LENGTH))
    if not re.fullmatch(_SUBDOMAIN_UNDERSCORE, value):
        errors.append(regex_text(_UNDERSCORE_TEXT, _SUBDOMAIN_UNDERSCORE, "example.com"))
    return errors


def is_dns1035_label(value: str) -> list[str]:
    """A DNS label (RFC 1035): starts with a letter."""
    errors: list[str] = []
    if size(value) > LABEL_MAX_LENGTH:
        errors.append(max_length_text(LABEL_MAX_LENGTH))
    if not re.fullmatch(_LABEL_1035, value):
        errors.append(regex_text(_LABEL_1035_TEXT, _LABEL_1035, "my-name", "abc-123"))
    return errors


def is_wildcard_dns1123_subdomain(value: str) -> list[str]:
    """``*.`` and a DNS subdomain."""
    errors: list[str] = []
    if size(value) > SUBDOMAIN_MAX_LENGTH:
        errors.append(max_length_text(SUBDOMAIN_MAX_LENGTH))
    if not re.fullmatch(_WILDCARD, value):
        errors.append(regex_text(_WILDCARD_TEXT, _WILDCARD, "*.example.com"))
    return errors


@lru_cache(maxsize=8192)
def _is_plain_key(value: str) -> bool:
    """Whether a label key is fine at first sight; the same few keys come again and again."""
    prefix, slash, name = value.rpartition("/")
    prefixed = not slash or (len(prefix) <= SUBDOMAIN_MAX_LENGTH and SUBDOMAIN_MATCH(prefix))
    return bool(prefixed and len(name) <= LABEL_MAX_LENGTH and _NAME_MATCH(name))


def is_qualified_name(value: str) -> list[str]:
    """A label key: an optional DNS prefix and a slash, then a name."""
    if _is_plain_key(value):
        return []
    errors: list[str] = []
    parts = value.split("/")
    if len(parts) > 2:
        return [
            f"a valid label key {_NAME_SHAPE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        ]
    if len(parts) == 2:
        if not parts[0]:
            errors.append("prefix part must be non-empty")
        else:
            errors += ["prefix part " + text for text in is_dns1123_subdomain(parts[0], "bytes")]
    name = parts[-1]
    if not name:
        errors.append("name part must be non-empty")
    elif size(name) > LABEL_MAX_LENGTH:
        errors.append("name part " + max_length_text(LABEL_MAX_LENGTH, "bytes"))
    if not _NAME_MATCH(name):
        errors.append("name part " + _NAME_SHAPE)
    return errors


def is_valid_label_value(value: str) -> list[str]:
    """A label's value."""
    if len(value) <= LABEL_MAX_LENGTH and _VALUE_MATCH(value):
        return []
    errors: list[str] = []
    if size(value) > LABEL_MAX_LENGTH:
        errors.append(max_length_text(LABEL_MAX_LENGTH, "bytes"))
    if not _VALUE_MATCH(value):
        errors.append(regex_text(_VALUE_TEXT, _VALUE, "MyValue", "my_value", "12345"))
    return errors


def is_c_identifier(value: str) -> list[str]:
    """An identifier as C has it; length is not looked at."""
    if re.fullmatch(_C_IDENTIFIER, value):
        return []
    text = (
        "a valid C identifier must start with alphabetic character or '_', "
        "followed by a string of alphanumeric characters or '_'"
    )
    return [regex_text(text, _C_IDENTIFIER, "my_name", "MY_NAME", "MyName")]


def is_decimal_integer(value: str) -> list[str]:
    """A decimal integer in canonical form."""
    if not value:
        return ["must be non-empty"]
    return [] if re.fullmatch(_DECIMAL, value) else ["must be a valid decimal integer in canonical form"]


def is_path_segment_name(value: str) -> list[str]:
    """A name that may stand in a URL path."""
    if value in {".", ".."}:
        return [f"may not be '{value}'"]
    return is_path_segment_prefix(value)


def is_path_segment_prefix(value: str) -> list[str]:
    """The start of a name that may stand in a URL path."""
    return [f"may not contain '{part}'" for part in ("/", "%") if part in value]


def is_valid_port_num(port: int) -> list[str]:
    """A port number that is not zero."""
    return [] if 1 <= port <= 65535 else [range_text(1, 65535)]


def is_valid_id(value: int) -> list[str]:
    """A Unix user or group id."""
    return [] if 0 <= value <= 2147483647 else [range_text(0, 2147483647)]


def is_valid_port_name(port: str) -> list[str]:
    """A port's name (RFC 6335, lower case)."""
    errors: list[str] = []
    if size(port) > 15:
        errors.append(max_length_text(15))
    if not re.fullmatch("[-a-z0-9]+", port):
        errors.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", port):
        errors.append("must contain at least one letter (a-z)")
    if "--" in port:
        errors.append("must not contain consecutive hyphens")
    if port and (port[0] == "-" or port[-1] == "-"):
        errors.append("must not begin or end with a hyphen")
    return errors


def is_valid_percent(value: str) -> list[str]:
    """Digits and a percent sign."""
    text = "a valid percent string must be a numeric string followed by an ending '%'"
    return [] if re.fullmatch(_PERCENT, value) else [regex_text(text, _PERCENT, "1%", "93%")]


def is_http_header_name(value: str) -> list[str]:
    """The name of an HTTP header."""
    text = "a valid HTTP header must consist of alphanumeric characters or '-'"
    return [] if re.fullmatch(_HEADER, value) else [regex_text(text, _HEADER, "X-Header-Name")]


def is_relaxed_env_var_name(value: str) -> list[str]:
    """The name of an environment variable: printable ASCII without an equals sign."""
    if not value:
        return ["environment variable name must be non-empty"]
    text = "a valid environment variable name must consist only of printable ASCII characters other than '='"
    return [] if re.fullmatch(_PLAIN_ENV, value) else [text]


def is_config_map_key(value: str) -> list[str]:
    """A key of a ConfigMap or Secret."""
    errors: list[str] = []
    if size(value) > SUBDOMAIN_MAX_LENGTH:
        errors.append(max_length_text(SUBDOMAIN_MAX_LENGTH))
    if not re.fullmatch(_CONFIG_KEY, value):
        text = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        errors.append(regex_text(text, _CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    return errors + _change_directory(value)


def _change_directory(value: str) -> list[str]:
    if value in {".", ".."}:
        return [f"must not be '{value}'"]
    return ["must not start with '..'"] if value.startswith("..") else []


def mask_trailing_dash(name: str) -> str:
    """Make a prefix look like a whole name, since a suffix will follow it."""
    return name[:-2] + "a" if len(name) > 1 and name.endswith("-") else name


def name_is_dns_subdomain(name: str, prefix: bool = False) -> list[str]:
    """A name rule: DNS subdomain."""
    return is_dns1123_subdomain(mask_trailing_dash(name) if prefix else name)


def name_is_dns_label(name: str, prefix: bool = False) -> list[str]:
    """A name rule: DNS label (RFC 1123)."""
    return is_dns1123_label(mask_trailing_dash(name) if prefix else name)


def name_is_dns1035_label(name: str, prefix: bool = False) -> list[str]:
    """A name rule: DNS label (RFC 1035)."""
    return is_dns1035_label(mask_trailing_dash(name) if prefix else name)


def name_is_path_segment(name: str, prefix: bool = False) -> list[str]:
    """A name rule: anything that may stand in a URL path."""
    return is_path_segment_prefix(name) if prefix else is_path_segment_name(name)


def is_fully_qualified_name(path: FieldPath | None, name: str) -> ErrorList:
    """A DNS subdomain of at least three segments."""
    if not name:
        return [field.required(path, "")]
    errors = is_dns1123_subdomain(name)
    if errors:
        return [field.invalid(path, name, ",".join(errors))]
    if len(name.split(".")) < 3:
        return [
            field.invalid(path, name, "should be a domain with at least three segments separated by dots")
        ]
    return []


def validate_dns1123_label(value: str, path: FieldPath | None) -> ErrorList:
    """Field errors for a DNS label."""
    if LABEL_MATCH(value) and len(value) <= LABEL_MAX_LENGTH:
        return []
    return [field.invalid(path, value, text) for text in is_dns1123_label(value)]


def validate_dns1123_subdomain(value: str, path: FieldPath | None) -> ErrorList:
    """Field errors for a DNS subdomain."""
    return [field.invalid(path, value, text) for text in is_dns1123_subdomain(value)]


def validate_qualified_name(value: str, path: FieldPath | None) -> ErrorList:
    """Field errors for a label key."""
    return [field.invalid(path, value, text) for text in is_qualified_name(value)]


def validate_nonnegative_field(value: int, path: FieldPath | None) -> ErrorList:
    """Field errors for a number that must not be negative."""
    return [] if value >= 0 else [field.invalid(path, value, NEGATIVE)]


def validate_positive_field(value: int, path: FieldPath | None) -> ErrorList:
    """Field errors for a number that must be positive."""
    return [] if value > 0 else [field.invalid(path, value, "must be greater than zero")]
