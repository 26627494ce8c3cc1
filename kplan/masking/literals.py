"""What looks like a secret in plain text, by the name it goes under and by its own shape."""

import re
from typing import Final

from kplan.masking.names import opens_nothing
from kplan.masking.shapes import has_connection_password, has_url_password, is_credential

_NAME: Final = (
    r"(?i:(?:(?:^|[_.:-]|(?-i:(?<=[a-z0-9])(?=[A-Z])))(?:PASS|SECRET|TOKEN|API[_.-]?KEY|(?:ACCESS|PRIVATE|SIGNING|ENCRYPTION)[_.-]?KEY"
    r"|SECRET_KEY(?:_BASE)?|CREDENTIALS?)|PASSWORD|PASSWD|PASSPHRASE)(?P<file>_FILE)?(?:_VALUE)?$|(?:[_.:-]|(?-i:(?<=[a-z0-9])(?=[A-Z])))PWD$|^SSHPASS$)"
)
_HARMLESS: Final = r"(?i:^(?:|true|false|yes|no|none|null|\d+|~?/.*|\./.*|\$\(.*\)|\$\{.*\}|\{\{.*\}\}|<.*>|[a-z0-9+.-]+://[^:@]*)$)"
_PLACEHOLDER: Final = (
    r"(?i:^(?:INSERT|REPLACE|PUT|ENTER|YOUR)[-_](?:[A-Z0-9]+[-_])*(?:ME|HERE|PASSWORD|PASSPHRASE|SECRET|TOKEN|KEY|CREDENTIALS?)$"
    r"|^REPLACE-?ME$|^(@|%|__|\$\$)[A-Z0-9_-]+\1$)"
)
"""What stands for a secret that is put there later."""
_MEANS_ONE: Final = r"(?i:(?:SECRET|CREDENTIALS?)$)"
_NAME_OF_ONE: Final = (
    r"^[a-z0-9]+(?:[.-][a-z0-9]+)*-(?:secrets?|credentials?|creds|certs?|tls|keys?|tokens?)$"
)
"""A value under a name that ends in SECRET may be the name of a Secret, and is where it looks like one."""
_CODE: Final = r"(?i:[\w.:>-]*(?:env|vault|config|secret|argument|param)\w*)[(\[].*[)\]];?"
"""An expression that reads a secret from where it is: ``os.environ["PASSWORD"]``."""
_FILE: Final = r"(?i:(?:[\w.-]+/)*[\w.-]+\.(?:pem|key|pub|crt|cert|cer|json|ya?ml|txt|token|jwt|env|ini|conf|toml|xml|properties))"
_NO_SECRET: Final = (
    "INITIAL_CLUSTER_TOKEN", "CANCELLATION_TOKEN", "PAGE_TOKEN", "MINIO_ACCESS_KEY", "AWS_ACCESS_KEY", "S3_ACCESS_KEY",
)  # fmt: skip
"""Tokens that open nothing, and keys that are names of users."""
_WORDS: Final = ("pass", "secret", "token", "key", "credent", "pwd")


def _may_name(name: str) -> bool:
    """Whether a name has one of the words; nearly none has, and then no pattern is compiled."""
    folded = name.casefold()
    return any(word in folded for word in _WORDS)


def secret_in(name: str, value: str) -> str:
    """What is secret about a value that goes under a name; empty where nothing is."""
    if has_url_password(value):
        return "a password in its URL"
    if has_connection_password(value):
        return "a password in its connection string"
    return "a secret in plain text" if is_literal(name, value) or is_credential(value) else ""


def is_literal(name: str, value: str) -> bool:
    """Whether a value is secret by the name that it goes under."""
    if not _may_name(name) or re.search(_NAME, name) is None:
        return False
    from kplan.masking.values import is_harmless  # noqa: PLC0415 - few names are of secrets

    return (
        not name.endswith(_NO_SECRET)
        and not opens_nothing(name)
        and re.match(_HARMLESS, value) is None
        and not is_harmless(value)
        and not is_placeholder(value)
        and not is_read(value)
        and not ("/" in value and is_file(value))
        and not names_a_secret(name, value)
    )


def is_placeholder(value: str) -> bool:
    """Whether a value stands for a secret that is put there later: REPLACE_ME."""
    return re.match(_PLACEHOLDER, value) is not None


def is_read(value: str) -> bool:
    """Whether a value is an expression that reads a secret from where it is."""
    return re.fullmatch(_CODE, value) is not None


def names_a_secret(name: str, value: str) -> bool:
    """Whether a value only names what holds the secret: a Secret, or itself."""
    return value == name or (
        re.search(_MEANS_ONE, name) is not None and re.match(_NAME_OF_ONE, value) is not None
    )


def is_file(value: str) -> bool:
    """Whether a value is the name of a file, as of a key or a token."""
    return re.fullmatch(_FILE, value) is not None


_NAMES_ONE: Final = ("SECRET", "CREDENTIAL", "CREDENTIALS")
"""Options that take the name of a Secret rather than its value."""


def secret_in_option(option: str, value: str) -> str:
    """What is secret about the value of an option of a program; empty where nothing is, as where it names a file or a Secret."""
    name = option.lstrip("-").replace("-", "_").replace(".", "_").upper()
    if name in _NAMES_ONE or is_file(value):
        name = ""
    return secret_in({"REQUIREPASS": "PASS", "MASTERAUTH": "PASS"}.get(name, name), value)
