"""Which values look like credentials by their own shape, whatever they are called."""

import re
from typing import Final

from kplan.masking.names import STARRED

_IN_URL: Final = r"(?i:[a-z][a-z0-9+.-]*://[^/\s:@]*:(?![$<{])[^@\s/]+@)"
_IN_QUERY: Final = (
    r"(?i:(?P<before>[?&](?:password|passwd|pwd|api_?key|access_token|auth_token|client_secret|sig)=)"
    r"(?P<password>(?![$<{%&*/]|\.\.\.|(?:true|false|\d+)(?:[&\s]|$))[^&\s\"']+))"
)
"""A password among the parameters of a URL."""
_PARAMETERS: Final = (
    "password=", "passwd=", "pwd=", "apikey=", "api_key=", "access_token=", "auth_token=", "client_secret=", "sig=",
)  # fmt: skip
_ORACLE: Final = r"(?i:(?P<before>jdbc:oracle:\w+:[^/@\s:]+/)(?P<password>(?![$<{])[^@\s/]+)(?=@))"
_HEADER: Final = r"(?i:(?:authorization:\s*)?(?:basic|bearer)\s+(?![$<{])[a-z0-9+/=._~-]{8,})"
_SHOWN: Final = (
    r"(?P<before>://[^/\s:@]*:)(?![$<{])(?P<password>[^@\s/]+)(?=@)",
    (
        r"""(?i:(?P<before>(?:^|[;"']|:\s)\s*(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*)"""
        r"""(?![$<{*;\s]|%\w|\.\.\.)(?P<password>[^;\s"']+)(?=[;"']|$))"""
    ),
)
"""Passwords in URLs and connection strings within a line.

They begin with fixed letters: each end of a long line is looked at once.
"""
_NAMED: Final = (r"p(?:assword|wd)\s*=", r"acc(?:ount|ess)key\s*=")
"""Each begins with fixed letters, which are found in a tenth of the time."""
_KEY_BLOCK: Final = r"-----BEGIN [A-Z ]*PRIVATE KEY"
_KEY_LINE: Final = (
    r"(?P<before>-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----)"
    r"""(?P<password>[^"'\n]+?)(?=-----END|["'\n]|$)"""
)
"""A private key on one line, as a text in quotes holds it."""
_KINDS: Final = (
    r"(?:gh[pousr]_\w{36}|github_pat_\w{22,}|glpat-[\w-]{20,}"  # GitHub, GitLab
    r"|xox[abprs]-[\w-]{10,}|https://hooks\.slack\.com/services/T\w+/B\w+/\w{20,}"  # Slack
    r"|AKIA[0-9A-Z]{16}|AIza[\w-]{35}|[sr]k_live_\w{16,}"  # AWS, Google, Stripe
    r"|npm_\w{36}|dckr_pat_[\w-]{20,}|pypi-[\w-]{50,}"  # registries of packages and images
    r"|hvs\.[\w-]{20,}|SG\.[\w-]{22}\.[\w-]{43}"  # Vault, SendGrid
    r"|https://discord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}"
    r"|eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{20,})"  # a JSON Web Token
)
_BEGINNINGS: Final = (
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "AKIA", "sk_live_", "rk_live_", "AIza", "npm_", "dckr_pat_",
    "pypi-", "hvs.", "SG.", "https://hooks.slack.com/", "https://discord", "eyJ",
)  # fmt: skip
_UNDERSCORED: Final = tuple(one for one in _BEGINNINGS if "_" in one)
_OTHERS: Final = tuple(one for one in _BEGINNINGS if "_" not in one)
_OPTIONS: Final = tuple(f"{before}-{letter}" for before in " \"'" for letter in "upaw")
"""Short options that may take a password, behind what an option can stand behind."""
_HASHES: Final = r"\$(?:2[abxy]|apr1|[1567y]|argon2[id]{1,2})\$"
_BEHIND_KEYS: Final = ('"', "'", "\\", ":", "=", "-", "T")
_WITH_PASS: Final = (
    ("pgpass",),
    ("requirepass",),
    ("password", "login"),
    ("insecure-password",),
    ("_password",),
)
_BEFORE_AUTH: Final = ("stats", "master")
"""What stands around the word auth in files with logins."""
_IN_PARTS: Final = (
    r"(?i:(?:^|;)\s*(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*(?![$<{*;\s]|%\w|\.\.\.)[^;\s])"
)
"""A password among the parts of a connection string."""
_PAIR: Final = r"[a-z_]+\s*=\s*(?:'[^']*'|[^\s';]+)"
_IN_WORDS: Final = (
    rf"\s*(?:{_PAIR}\s+)*"
    r"password\s*=\s*(?![$<{*]|%\w|\.\.\.)(?:'[^']+'|[^\s';]+)"
    rf"(?:\s+{_PAIR})*\s*"
)
"""The same as PostgreSQL's clients write it: nothing but names and values, with blanks between them."""


def has_url_password(value: str) -> bool:
    """Whether a value is a URL with a password, which is no reference to a variable: ``postgres://app:s3cr3t@db``."""
    if _may_pass(value) and ("://" in value or value.startswith("jdbc:")) and re.search(_IN_QUERY, value):
        return True
    if "@" not in value:
        return False
    if value.startswith("jdbc:oracle:"):
        return re.match(_ORACLE, value) is not None
    return "://" in value and re.match(_IN_URL, value) is not None


def _may_pass(text: str) -> bool:
    """Whether a URL in a text can have such a parameter:
    fixed letters are found in a tenth of the time of a pattern.
    """
    if "=" not in text or not ("?" in text or "&" in text):
        return False
    folded = text.casefold()
    return any(one in folded for one in _PARAMETERS)


def has_header_login(value: str) -> bool:
    """Whether a value is what a client logs in with over HTTP: ``Bearer c2VjcmV0``."""
    return " " in value and len(value) < 4096 and re.fullmatch(_HEADER, value) is not None


def has_connection_password(value: str) -> bool:
    """Whether a value is a connection string with a password:
    ``Server=db;Password=s3cr3t``, ``host=db password=s3cr3t``.
    """
    if "=" not in value or "\n" in value:
        return False
    if ";" in value and re.search(_IN_PARTS, value):
        return True
    return " " in value and "password" in value and re.fullmatch(_IN_WORDS, value) is not None


def is_secret(value: str) -> bool:
    """Whether a value is, or holds, a credential by its shape."""
    return has_url_password(value) or has_connection_password(value) or is_credential(value)


def is_credential(value: str) -> bool:
    """Whether a value is a token of a known kind, or holds a private key."""
    if value.startswith(_BEGINNINGS):
        return re.fullmatch(_KINDS, value) is not None
    return "-----BEGIN" in value and re.search(_KEY_BLOCK, value) is not None


def may_hold_login(text: str) -> bool:
    """Whether a text can hold a login as files have it that programs log in with: nearly none can, and then no
    other pattern is compiled.

    Texts may be long. A single sign is found in a tenth of the time of a few letters, so signs are asked for first.
    """
    return (
        ("$" in text and re.search(_HASHES, text) is not None)
        or ("*" in text and ":*:" in text)
        or (">" in text and (" on >" in text or "SETUSER " in text))
        or ("{" in text and "SHA" in text and ("{SHA" in text or "{SSHA" in text))
        or _gives_auth(text)
        or ("pass" in text and any(all(one in text for one in words) for words in _WITH_PASS))
        or ("pw" in text and ("bindpw" in text or "rootpw" in text))
        or '"md5' in text
        or ":5432:" in text
    )


def _gives_auth(text: str) -> bool:
    """Whether something stands behind the word auth as behind a key or a setting; it is a part of many other words."""
    at = text.find("auth")
    while at >= 0:
        behind = text[at + 4 : at + 6]
        if (
            behind[:1] in _BEHIND_KEYS
            or behind == " ="
            or text[max(0, at - 16) : at].rstrip(" \t").endswith(_BEFORE_AUTH)
        ):
            return True
        at = text.find("auth", at + 4)
    return False


def may_show(text: str) -> bool:
    """Whether a text can hold what :func:`masked` leaves out."""
    return (
        ("://" in text and ("@" in text or _may_pass(text)))
        or "jdbc:" in text
        or (";" in text and "=" in text)
        or "-----BEGIN" in text
        or may_hold_token(text)
    )


def may_hold_token(text: str) -> bool:
    """Whether a token of a known kind can be in a text."""
    return ("_" in text and any(one in text for one in _UNDERSCORED)) or any(one in text for one in _OTHERS)


def may_log_in(line: str) -> bool:
    """Whether a line, or a text, can have an option with which a program is given a password."""
    if not ("-u" in line or "-p" in line or "-a" in line or "-w" in line):  # as of most lines
        return False
    return "--user" in line or any(one in line for one in _OPTIONS)


def masked(text: str) -> str:
    """A text without passwords in URLs and connection strings and without tokens of known kinds, as wide as before."""
    return _shown(marked(text), text)


def masked_names(text: str) -> str:
    """The same but for logins as files hold them: of a long text in which whatever stands in
    files is masked already.
    """
    return _shown(_marked_shapes(text), text)


def _shown(marked: str, text: str) -> str:
    if marked == text:
        return text
    from kplan.masking.signs import shown  # noqa: PLC0415 - few texts have any

    return shown(marked)


def marked(text: str) -> str:
    """The same with every hidden sign marked."""
    if may_hold_login(text):
        from kplan.masking.logins import marked_logins  # noqa: PLC0415 - few texts have any

        text = marked_logins(text)
    return _marked_shapes(text)


def _marked_shapes(text: str) -> str:
    if not may_show(text):
        return text
    url, connection = _SHOWN
    if "://" in text:
        if "@" in text:
            text = re.sub(url, _starred, text)
        if _may_pass(text):
            text = re.sub(_IN_QUERY, _starred, text)
    if "jdbc:oracle:" in text:
        text = re.sub(_ORACLE, _starred, text)
    # Neither of the others begins with fixed letters: whether it can be there at all is found in a
    # hundredth of the time.
    folded = text.casefold()
    if any(re.search(name, folded) for name in _NAMED):
        text = re.sub(connection, _starred, text)
    if "-----BEGIN" in text:
        text = re.sub(_KEY_LINE, _starred, text)
    if may_hold_token(text):
        text = re.sub(rf"(?<![\w-]){_KINDS}(?!\w)", lambda found: STARRED * len(found[0]), text)
    return text


def _starred(found: re.Match[str]) -> str:
    return found["before"] + STARRED * len(found["password"])
