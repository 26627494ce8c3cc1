"""What looks like a secret in plain text, by the name it goes under and by its own shape."""

import re
from typing import Final

_NAME: Final = (
    r"(?i:(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PASS|SECRET|TOKEN|API_?KEY|(?:ACCESS|PRIVATE|SIGNING|ENCRYPTION)_KEY"
    r"|SECRET_KEY(?:_BASE)?|CREDENTIALS?)(?P<file>_FILE)?(?:_VALUE)?$|_PWD$)"
)
_HARMLESS: Final = r"(?i:^(?:|true|false|yes|no|none|null|\d+|~?/.*|\./.*|\$\(.*\)|\$\{.*\}|\{\{.*\}\}|<.*>|[a-z0-9+.-]+://[^:@]*)$)"
_PLACEHOLDER: Final = (
    r"(?i:^(?:INSERT|REPLACE|PUT|ENTER|YOUR)[-_](?:[A-Z0-9]+[-_])*(?:ME|HERE|PASSWORD|PASSPHRASE|SECRET|TOKEN|KEY|CREDENTIALS?)$"
    r"|^REPLACE-?ME$|^(@|%|__|\$\$)[A-Z0-9_-]+\1$)"
)
"""What stands for a secret that is put there later."""
_NO_SECRET: Final = (
    "INITIAL_CLUSTER_TOKEN", "CANCELLATION_TOKEN", "PAGE_TOKEN", "MINIO_ACCESS_KEY", "AWS_ACCESS_KEY", "S3_ACCESS_KEY",
)  # fmt: skip
"""Tokens that open nothing, and keys that are names of users."""
_KEY_BLOCK: Final = r"-----BEGIN [A-Z ]*PRIVATE KEY"
_IN_URL: Final = r"(?i:^[a-z][a-z0-9+.-]*://[^/\s:@]*:(?![$<{])[^@\s/]+@)"
_VALUES: Final = (
    r"^(?:gh[pousr]_\w{36}|github_pat_\w{22,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|[sr]k_live_\w{16,}"
    r"|AIza[\w-]{35}|npm_\w{36}|dckr_pat_[\w-]{20,}|pypi-[\w-]{50,}|hvs\.[\w-]{20,}|SG\.[\w-]{22}\.[\w-]{43}"
    r"|https://hooks\.slack\.com/services/T\w+/B\w+/\w{20,}|eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{20,})$"
)
_BEGIN: Final = (
    "gh", "glpat-", "xox", "AKIA", "sk_live_", "rk_live_", "AIza", "npm_", "dckr_pat_", "pypi-", "hvs.", "SG.", "https://hooks.slack.com/",
    "eyJ",
)  # fmt: skip
_IN_PARTS: Final = r"(?i:(?:^|;)\s*(?:password|pwd)\s*=\s*(?![$<{*;\s]|%\w|\.\.\.)[^;\s])"
"""A password among the parts of a connection string."""
_WORDS: Final = ("pass", "secret", "token", "key", "credent", "pwd")


def _may_name(name: str) -> bool:
    """Whether a name has one of the words; nearly none has, and then no pattern is compiled."""
    folded = name.casefold()
    return any(word in folded for word in _WORDS)


def secret_in(name: str, value: str) -> str:
    """What is secret about a value that goes under a name; empty where nothing is."""
    if "@" in value and re.match(_IN_URL, value):
        return "a password in its URL"
    if ";" in value and "=" in value and "\n" not in value and re.search(_IN_PARTS, value):
        return "a password in its connection string"
    by_value = ("-----" in value and re.search(_KEY_BLOCK, value)) or (
        value.startswith(_BEGIN) and re.match(_VALUES, value)
    )
    named = _may_name(name) and not name.endswith(_NO_SECRET) and re.search(_NAME, name)
    by_name = named and not re.match(_HARMLESS, value) and not re.match(_PLACEHOLDER, value)
    return "a secret in plain text" if by_value or by_name else ""
