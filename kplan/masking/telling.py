"""Whether a value can hold anything that nobody should read: most cannot, which one look at their text tells."""

import json
import re
from typing import Any, Final

from kplan.masking.shapes import may_hold_login, may_hold_token

_WORDS: Final = (
    "pass",
    "pw",
    "token",
    "cred",
    "basic",
    "redis",
    "cookie",
    "authorization",
    "secret",
    "key",
    "masterauth",
    "identified by",
)
_NAME: Final = (
    r"(?:pass(?:words?|wd|phrase|code)|(?<!proxy_)pass|pwd?|masterauth|(?<!serviceaccount)tokens?|credentials?|creds"
    r"|authorization|secret|basic[_.-]?auth|redis(?:cli)?[_.-]?auth|cookie"
    # the words before a key, which look-behinds hold apart by their lengths
    r"|(?<=(?:hmac|auth)[_.-])key|(?<=(?:storage|license)[_.-])key|(?<=(?:master|fernet)[_.-])key"
    r"|(?<=account[_.-])key|(?<=account)key"
    r"|(?:(?<=api)|(?<=access)|(?<=private)|(?<=secret)|(?<=signing)|(?<=encryption)"
    r"|(?<=api[_.-])|(?<=access[_.-])|(?<=private[_.-])|(?<=secret[_.-])|(?<=signing[_.-])|(?<=encryption[_.-]))key"
    r"|identified by)"
    r"(?:[_.-]key[_.-]base)?(?:[_.-]?\d+|[_.-](?:value|file))*"
)
"""The end of a name of a credential, in small letters."""
_TOLD: Final = rf"{_NAME}(?![\w.-])(?:(?P<quote>\\*\")(?: ?(?P<sign>[:,}}\]]))?)?"
_NOTHING: Final = (
    r""" ?(?:\{(?=[^{}]*\{|\\*"(?:secretname|name|key|type|description|optional|defaultmode|items)\\*")"""
    r"""(?![^{}]*"value\\*" ?:)"""
    r"""|\[[{\]]|true|false|null|(?P<quote>\\*")(?:(?P=quote)|\$\())"""
)
"""What a key says that no credential is given to it: an object, a switch, nothing, a reference."""
_FIELD: Final = r'(?P<name>[\w-]*)\\*" ?:(?: ?\\*)?\Z'
_REACH: Final = 40
_FAR: Final = 2_000
"""Signs within which a name and its value are looked for."""
_LITERAL: Final = r'(?:value|default)\\*" ?:'
_OBJECT: Final = r"kind\W{1,40}secret"
_URL: Final = r"://[^/\s:@\"]*:(?![$<{])[^@\s/\"]+@"
_PARAMETER: Final = r"[?&](?:pass|pwd|api_?key|access_token|auth_token|client_secret|sig)"
"""A login among the parameters of a URL."""
_LOGINS: Final = ("jdbc:oracle:", "accountkey=", "accesskey=", "basic ", "bearer ", "basic\\t", "bearer\\t")
"""How a login in a connection string and in a header begin, in JSON."""
_LOGIN: Final = r"""(?:["' ]|\\n)(?:-[upaw]|--user)(?=[\w"'=:\\ ])"""
_BEFORE_LOGIN: Final = ('"-', " -", "'-", "\\n-")
"""What each match of it begins with: four searches for so few signs take a tenth of the time of the pattern's."""
_encoded: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def may_hold(value: Any) -> bool:
    """Whether anything in a value looks like what a veil hides."""
    try:
        text = _encoded(value)
    except (TypeError, ValueError, RecursionError):
        return True
    return may_hold_text(text)


def may_hold_text(text: str) -> bool:
    """The same of the JSON of a value."""
    if ("@" in text and re.search(_URL, text)) or "-----BEGIN" in text or may_hold_token(text):
        return True
    if may_hold_login(text):
        from kplan.masking.logins import login_in  # noqa: PLC0415 - few objects hold any

        if login_in(text):
            return True
    lowered = text.lower()
    if (
        r"\\u" in lowered
        or '"binarydata"' in lowered
        or ("secret" in lowered and re.search(_OBJECT, lowered))
    ):
        return True  # an escape may spell any word
    if any(one in lowered for one in _LOGINS) or ("?" in lowered and re.search(_PARAMETER, lowered)):
        return True
    for word in _WORDS:
        if word in lowered and _tells(lowered, word):
            return True
    return any(one in text for one in _BEFORE_LOGIN) and re.search(_LOGIN, text) is not None


def _tells(text: str, word: str) -> bool:
    """Whether a name that has this word in it may be given something."""
    pattern = re.compile(_TOLD)
    at = text.find(word)
    while at >= 0:
        if (found := pattern.match(text, at)) is not None and _is_given(text, found):
            return True
        at = text.find(word, at + len(word))
    return False


def _is_given(text: str, found: re.Match[str]) -> bool:
    sign = found["sign"]
    if sign is None:
        return True
    if sign == ":":
        return re.compile(_NOTHING).match(text, found.end()) is None
    begun = text.rfind('"', 0, found.start())
    field = re.search(_FIELD, text[max(0, begun - _REACH) : begun])
    if field is None:  # an item of a list, which may be an option before its value
        return sign == "," and text.startswith("-", begun + 1)
    brace = '{"' if found["quote"] == '"' else "{\\"  # other braces are part of a text
    first, last = (
        text.rfind(brace, max(0, begun - _FAR), begun),
        text.find("}", found.end() - 1, found.end() + _FAR),
    )
    beside = text[max(0, first, begun - _FAR) : last if last >= 0 else found.end() + _FAR]
    return field["name"] in ("name", "key") and re.search(_LITERAL, beside) is not None
