"""Recognises secrets in plain text, by the name of a value and by its own shape."""

import re
from typing import Final

from kplan.masking.names import names_file, opens_nothing
from kplan.masking.shapes import (
    has_connection_password,
    has_header_login,
    has_url_password,
    is_credential,
    may_hold_login,
)

_BETWEEN: Final = r"[_.:-]|(?-i:(?<=[a-z0-9])(?=[A-Z]))"
"""What stands between two words of a name: a sign, or a capital letter behind a small one."""
_NAME: Final = (
    rf"(?i:(?:(?:^|{_BETWEEN})"
    r"(?:PASS|SECRET|TOKEN|API[_.-]?KEY|(?:ACCESS|PRIVATE|SIGNING|ENCRYPTION)[_.-]?KEY|SECRET_KEY(?:_BASE)?"
    r"|CREDENTIALS?|PASSCODE|PW|ERLANG_COOKIE)"  # a word of its own
    r"|PASSWORD|PASSWD|PASSPHRASE)"  # in whatever word
    r"(?P<file>_FILE)?(?:_VALUE|_?\d{1,2})?$"
    rf"|(?:{_BETWEEN})PWD$"  # alone, it is a folder
    r"|^SSHPASS$|^REDIS(?:CLI)?_AUTH$)"
)
_HARMLESS: Final = (
    r"(?i:^(?:|true|false|yes|no|none|null|\d+"
    r"|~?/.*|\./.*"  # files
    r"|\$\(.*\)|\$\{.*\}|\{\{.*\}\}|<.*>"  # what something else fills in
    r"|[a-z0-9+.-]+://[^:@]*"
    r"|(?:>>)?vault:.*|ref\+.*|arn:aws[\w-]*:.*"  # references to stores of secrets
    r"|(?:awssm|awsps|gcpsm|gcp:secretmanager|azurekeyvault|bao|secretref|env|file)[:@].*)$)"
)
_PLACEHOLDER: Final = (
    r"(?i:^(?:INSERT|REPLACE|PUT|ENTER|YOUR)[-_](?:[A-Z0-9]+[-_])*"
    r"(?:ME|HERE|PASSWORD|PASSPHRASE|SECRET|TOKEN|KEY|CREDENTIALS?)$"
    r"|^REPLACE-?ME$|^(@|%|__|\$\$)[A-Z0-9_-]+\1$|^(?:x{3,}|\*{3,}|\.{3,}|-{3,})$)"
)
"""A placeholder for a secret that is filled in later."""
_MEANS_ONE: Final = r"(?i:(?:SECRET|CREDENTIALS?)$)"
_NAME_OF_ONE: Final = (
    r"^[a-z0-9]+(?:[.-][a-z0-9]+)*-(?:secrets?|credentials?|creds|certs?|certificates?|tls|keys?|tokens?)$"
)
"""A value under a name that ends in SECRET may be the name of a Secret, and is where it looks like one."""
_CODE: Final = r"(?i:[\w.:>-]*(?:env|vault|config|secret|argument|param)\w*)[(\[].*[)\]];?"
"""An expression that reads a secret from elsewhere: ``os.environ["PASSWORD"]``."""
_EXTENSION: Final = (
    r"(?i:(?:pem|key|pub|crt|cert|cer|json|ya?ml|txt|token|jwt|env|ini|conf|toml|xml|properties))"
)
_FILE: Final = rf"(?:[\w.-]+/)*[\w.-]+\.{_EXTENSION}"
_NO_SECRET: Final = (
    "INITIAL_CLUSTER_TOKEN", "CANCELLATION_TOKEN", "PAGE_TOKEN", "MINIO_ACCESS_KEY", "AWS_ACCESS_KEY", "S3_ACCESS_KEY",
)  # fmt: skip
"""Tokens that grant nothing, and keys that are user names."""
_PUBLIC: Final = (
    r"(?i:PUB(?:LIC|LISHABLE)?[_.-]?KEY|SITE[_.-]?KEY"
    r"|(?:CACHE|ROUTING|PARTITION|SORT|PRIMARY|INDEX|OBJECT)[_.-]?KEY)$"
)
"""Names of keys that are public."""
_KEY: Final = r"(?i:(?:KEY|SALT|PEPPER)$)"
_RANDOM: Final = r"(?:base64:|key-)?(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9+/_-]*[A-Za-z0-9+]{20}[A-Za-z0-9+/_-]*={0,2}"
"""A random value: digits and letters without a gap, as nobody would write by hand."""
_LONGEST_KEY: Final = 256
_LOGIN_NAME: Final = r"(?i:(?:BASIC[_.-]?AUTH|CREDS|CREDENTIALS?|USER[_.-]?PASS)$)"
_LOGIN: Final = r"[\w.@-]+:(?!\d{1,5}$)[^\s:/${<][^\s:/]{3,}"
_WORDS: Final = ("pass", "secret", "token", "key", "cred", "pw", "auth", "cookie", "salt", "pepper")
_NAMES_ONE: Final = ("SECRET", "CREDENTIAL", "CREDENTIALS")
"""Options that take the name of a Secret instead of its value."""
_SETTING: Final = (
    r"""(?m)^[ \t]*(?:- +|export +|set +)?["']?(?P<name>[A-Za-z][\w.-]{0,99})["']?[ \t]*[=:][ \t]*"""
    r"""(?P<quote>["']?)(?P<value>[^\s"'$(){}\[\]<>|;,`]{6,200})(?P=quote),?[ \t]*$"""
)
"""A line of a configuration file: ``spring.datasource.password=hunter2``, ``"password": "hunter2",``."""
_CHOSEN: Final = r"(?!v\d)(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z]).*"
"""A value that somebody made up; one of letters alone may be a word:
the type of a field, the name of another setting.
"""
_NAMES_OF_SECRETS: Final = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"


def _may_name(name: str) -> bool:
    """Whether a name has one of the words; nearly none has, and then no pattern is compiled."""
    folded = name.casefold()
    return any(word in folded for word in _WORDS)


def secret_in(name: str, value: str) -> str:
    """What is secret about a value with a name, as ``a password in its URL``; empty if nothing is."""
    if has_url_password(value):
        return "a password in its URL"
    if has_connection_password(value):
        return "a password in its connection string"
    if has_header_login(value):
        return "a secret in plain text"
    if is_literal(name, value) or is_credential(value):
        return "a secret in plain text"
    if not may_hold_login(value):
        return ""
    from kplan.masking.logins import login_in  # noqa: PLC0415 - few values hold any

    return login_in(value)


def is_literal(name: str, value: str) -> bool:
    """Whether a value is a secret, given its name."""
    if not _may_name(name) or not _tells(name, value):
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


def _tells(name: str, value: str) -> bool:
    """Whether a value is a secret: by its name alone, or because it also looks like a key or a login."""
    named = re.search(_NAME, name)
    if named is not None:
        return named["file"] is None or not names_file(value)
    if re.search(_LOGIN_NAME, name):
        return re.fullmatch(_LOGIN, value) is not None
    is_key = re.search(_KEY, name) is not None and re.search(_PUBLIC, name) is None
    return is_key and len(value) <= _LONGEST_KEY and re.fullmatch(_RANDOM, value) is not None


def is_placeholder(value: str) -> bool:
    """Whether a value is a placeholder for a secret: REPLACE_ME."""
    return re.match(_PLACEHOLDER, value) is not None


def is_read(value: str) -> bool:
    """Whether a value is an expression that reads a secret from elsewhere."""
    return re.fullmatch(_CODE, value) is not None


def names_a_secret(name: str, value: str) -> bool:
    """Whether a value only names where the secret is: a Secret, or the variable itself."""
    return value == name or (
        re.search(_MEANS_ONE, name) is not None and re.match(_NAME_OF_ONE, value) is not None
    )


def is_file(value: str) -> bool:
    """Whether a value is a file name, such as that of a key or a token."""
    return re.fullmatch(_FILE, value) is not None


def secret_in_option(option: str, value: str) -> str:
    """What is secret about the value of a program's option;
    empty if nothing is, for example if it names a file or a Secret.
    """
    name = option.lstrip("-").replace("-", "_").replace(".", "_").upper()
    if name in _NAMES_ONE or is_file(value):
        name = ""
    return secret_in({"REQUIREPASS": "PASS", "MASTERAUTH": "PASS"}.get(name, name), value)


def is_chosen(value: str) -> bool:
    """Whether somebody made a value up: it has letters and digits, where one of letters alone may be a word."""
    return re.fullmatch(_CHOSEN, value) is not None


def setting_in(text: str) -> str:
    """The name of the setting that is secret in the text of a configuration file; empty if none is."""
    if not _may_name(text):
        return ""
    for line in re.finditer(_SETTING, text):
        name, value = line["name"], line["value"]
        if not _may_name(name) or not is_chosen(value) or re.search(rf"\.{_EXTENSION}$", value):
            continue
        if re.search(_MEANS_ONE, name) and re.fullmatch(_NAMES_OF_SECRETS, value):
            continue
        if secret_in(name.replace("-", "_"), value):
            return name
    return ""
