"""Credentials that the script of a shell gives to programs:
``PGPASSWORD=s3cr3t psql``, ``curl -u me:s3cr3t``, an address with a password.
"""

import re
from collections.abc import Iterator
from typing import Final

from kplan.masking.literals import is_chosen, secret_in, secret_in_option
from kplan.masking.names import may_tell
from kplan.masking.shapes import has_url_password, may_log_in

_BETWEEN: Final = r"[\s;&|()\"']+"
_ASSIGNED: Final = r"(?P<name>[A-Za-z_]\w*)=(?P<value>[^$`]+)"
_OPTION: Final = r"(?P<option>--?[A-Za-z][\w.-]*)(?:=(?P<value>[^$`]+))?"


def secrets_in_script(text: str) -> Iterator[str]:
    """What is secret in a script, in words; of values of letters alone nothing is said, for they may be words.

    What a script reads from elsewhere, as ``TOKEN=$(cat token)``, is no secret of its own.
    """
    if not (may_tell(text) or "@" in text or may_log_in(text)):
        return
    for line in text.splitlines():
        yield from _in_line(line)


def _in_line(line: str) -> Iterator[str]:
    if line.lstrip().startswith("#"):
        return
    before = ""
    for word in re.split(_BETWEEN, line):
        if found := _in_word(word, before):
            yield found
        option = re.fullmatch(_OPTION, word)
        before = word if option and option["value"] is None else ""
    if may_log_in(line):
        from kplan.masking.commands import without_logins  # noqa: PLC0415 - few lines can hold one

        if without_logins(line) != line:
            yield "an option of a program holds a password"


def _in_word(word: str, before: str) -> str:
    """What is secret in a word, given the option before it; empty if nothing is."""
    if "@" in word and has_url_password(word[_address(word) :]):
        return "an address holds a password in its URL"
    if assigned := re.fullmatch(_ASSIGNED, word):
        name, value = assigned["name"], assigned["value"]
        what = secret_in(name, value) if may_tell(name) and is_chosen(value) else ""
        return f"variable {name!r} holds {what}" if what else ""
    option = re.fullmatch(_OPTION, word)
    name, value = (option["option"], option["value"] or "") if option else (before, word)
    if not (name and may_tell(name) and is_chosen(value)) or "$" in value or "`" in value:
        return ""
    what = secret_in_option(name, value)
    return f"option {name!r} holds {what}" if what else ""


def _address(word: str) -> int:
    """Where an address begins in a word that may be an option with it."""
    sign = word.find("://")
    return max(word.rfind("=", 0, sign), -1) + 1 if sign > 0 else 0
