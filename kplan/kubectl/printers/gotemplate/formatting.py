"""Values as Go's fmt prints them.

Upstream: Go's fmt/{print,format}.go, strconv/ftoa.go
"""

import itertools
import json
import re
from collections.abc import Sequence
from typing import Any, Final

from kplan.apiserver.field import go_quote
from kplan.apiserver.patch.go_values import float_text
from kplan.kubectl.printers.gotemplate.nodes import MISSING, GoInt

_VERB: Final = re.compile(
    r"%(?P<flags>[-+# 0]*)(?P<width>\d*)(?:\.(?P<precision>\d*))?(?P<verb>.)?", re.DOTALL
)


def type_of(value: Any) -> str:
    """The name of a value's Go type."""
    if isinstance(value, bool):
        return "bool"
    names = {
        dict: "map[string]interface {}",
        list: "[]interface {}",
        str: "string",
        int: "int64",
        GoInt: "int",
        float: "float64",
    }
    return names.get(type(value), "<nil>")


def plain(value: Any) -> str:
    """The text that ``%v`` prints."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or value is MISSING:
        return "<nil>"
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{plain(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(plain, value)) + "]"
    return str(value)


def joined(values: Sequence[Any]) -> str:
    """``print``: a blank between two neighbours neither of which is a string."""
    parts = [plain(one) for one in values[:1]]
    for left, right in itertools.pairwise(values):
        blank = "" if isinstance(left, str) or isinstance(right, str) else " "
        parts.append(blank + plain(right))
    return "".join(parts)


def formatted(pattern: str, values: Sequence[Any]) -> str:
    """``printf``."""
    left = list(values)

    def one(match: re.Match[str]) -> str:
        verb = match["verb"]
        if verb == "%":
            return "%"
        if verb is None:
            return "%!(NOVERB)"
        if not left:
            return f"%!{verb}(MISSING)"
        return _whole(verb, match, left.pop(0))

    text = _VERB.sub(one, pattern)
    if left:
        extra = ", ".join("<nil>" if one is None else f"{type_of(one)}={plain(one)}" for one in left)
        text += f"%!(EXTRA {extra})"
    return text


def _whole(verb: str, match: re.Match[str], value: Any) -> str:
    """A value as wide as it has to be; of a map or a list each part is."""
    if isinstance(value, (list, dict)) and verb in "vsdq":
        return _each(verb, match, value)
    return _padded(_formatted(verb, match, value), match)


def _formatted(verb: str, match: re.Match[str], value: Any) -> str:
    precision = match["precision"]
    if verb == "v" and isinstance(value, str):
        return value if precision is None else value[: int(precision or 0)]
    if verb == "v":
        return plain(value)
    if verb == "T":
        return type_of(value)
    if isinstance(value, str) and verb in "sqxX":
        cut = value if precision is None else value[: int(precision or 0)]
        return cut if verb == "s" else go_quote(cut) if verb == "q" else _cased(verb, cut.encode().hex())
    if isinstance(value, bool):
        return plain(value) if verb == "t" else _bad(verb, value)
    if isinstance(value, int) and verb in "dbcoqxXU":
        sign = "+" if "+" in match["flags"] and value >= 0 else ""
        letters = {"c": chr(max(value, 0)), "q": f"'{chr(max(value, 0))}'", "U": f"U+{value:04X}"}
        return letters.get(verb) or sign + format(value, verb)
    if isinstance(value, float) and verb in "eEfFgG":
        return (
            float_text(value)
            if verb in "gG" and precision is None
            else format(value, f".{precision or 6}{verb}")
        )
    return _bad(verb, value)


def _each(verb: str, match: re.Match[str], value: Any) -> str:
    if isinstance(value, list):
        return "[" + " ".join(_whole(verb, match, one) for one in value) + "]"
    pairs = (f"{_whole(verb, match, key)}:{_whole(verb, match, value[key])}" for key in sorted(value))
    return "map[" + " ".join(pairs) + "]"


def _bad(verb: str, value: Any) -> str:
    return f"%!{verb}(<nil>)" if value is None else f"%!{verb}({type_of(value)}={plain(value)})"


def _cased(verb: str, text: str) -> str:
    return text.upper() if verb == "X" else text


def _padded(text: str, match: re.Match[str]) -> str:
    width = int(match["width"] or 0)
    if "-" in match["flags"]:
        return text.ljust(width)
    return text.zfill(width) if "0" in match["flags"] else text.rjust(width)


def escaped_json(text: str) -> str:
    """``js``, as far as JSON's escapes go."""
    inside = json.dumps(text)[1:-1].replace("'", "\\'").replace("=", "\\u003D")
    return inside.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
