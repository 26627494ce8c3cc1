"""``$((...))``: sums of whole numbers and variables.

Upstream: none; this is the arithmetic of a POSIX shell, and the steps (``i++``, ``i+=2``) of bash.
"""

import ast
import re
from collections.abc import Callable, MutableMapping
from typing import Final

from kplan.kubelet.shell.words import UnknownError

_STEP: Final = re.compile(r"\s*([A-Za-z_]\w*)\s*(\+\+|--|(?:[-+*/%]?=)(?!=))\s*(.*)", re.DOTALL)
_BEFORE: Final = re.compile(r"\s*(\+\+|--)\s*([A-Za-z_]\w*)\s*")
_LONGEST: Final = 200
_GREATEST: Final = 1 << 63


def evaluate(text: str, variables: MutableMapping[str, str], look: Callable[[str], str]) -> int:
    """The value of an expression; assignments change the variables. Raises UnknownError for what is not taken."""
    if len(text) > _LONGEST:
        raise UnknownError(text)
    text = re.sub(r"\$\{?([A-Za-z_]\w*)\}?", r"\1", text)
    if found := _BEFORE.fullmatch(text):
        variables[found[2]] = str(_value(look(found[2])) + (1 if found[1] == "++" else -1))
        return int(variables[found[2]])
    if (found := _STEP.fullmatch(text)) is None:
        return _computed(text, look)
    name, sign, rest = found.groups()
    if sign in ("++", "--"):
        if rest:
            raise UnknownError(text)
        before = _value(look(name))
        variables[name] = str(before + (1 if sign == "++" else -1))
        return before
    value = _computed(rest if sign == "=" else f"{name} {sign[0]} ({rest})", look)
    variables[name] = str(value)
    return value


def _value(text: str) -> int:
    if not text.strip():
        return 0
    if not re.fullmatch(r"\s*-?(0|[1-9]\d{0,18})\s*", text):
        raise UnknownError(text)
    return int(text)


def _computed(text: str, look: Callable[[str], str]) -> int:
    try:
        tree = ast.parse(text.strip().replace("&&", " and ").replace("||", " or "), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise UnknownError(text) from None
    return _of(tree, look)


def _of(node: ast.expr, look: Callable[[str], str]) -> int:
    match node:
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            return value
        case ast.Name(id=name):
            return _value(look(name))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_of(inner, look)
        case ast.BoolOp(op=operator, values=values):
            every = [bool(_of(one, look)) for one in values]
            return int(all(every) if isinstance(operator, ast.And) else any(every))
        case ast.BinOp(left=left, op=operator, right=right):
            return _sum(operator, _of(left, look), _of(right, look))
        case ast.Compare(left=left, ops=[compared], comparators=[right]):
            return int(_holds(compared, _of(left, look), _of(right, look)))
        case _:
            raise UnknownError(ast.dump(node))


def _sum(operator: ast.operator, left: int, right: int) -> int:
    match operator:
        case ast.Add():
            value = left + right
        case ast.Sub():
            value = left - right
        case ast.Mult():
            value = left * right
        case ast.Div() | ast.Mod() if right:
            share = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
            value = share if isinstance(operator, ast.Div) else left - share * right
        case _:
            raise UnknownError("an operator")
    if abs(value) >= _GREATEST:
        raise UnknownError("a number that is too great")
    return value


def _holds(compared: ast.cmpop, left: int, right: int) -> bool:
    match compared:
        case ast.Eq():
            return left == right
        case ast.NotEq():
            return left != right
        case ast.Lt():
            return left < right
        case ast.LtE():
            return left <= right
        case ast.Gt():
            return left > right
        case ast.GtE():
            return left >= right
        case _:
            raise UnknownError("a comparison")
