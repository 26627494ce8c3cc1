"""Which loops go on for ever, as far as their text says it.

Upstream: none; this is what a POSIX shell would find out by running them.
"""

from collections.abc import Mapping
from typing import Final

from kplan.kubelet.shell import grammar

_LEAVING: Final = frozenset({"exit", "break", "return", "exec", "set", "kill"})


def is_endless(loop: grammar.Loop) -> bool:
    """Whether the condition of a loop says itself that it goes on."""
    match loop.condition.statements:
        case (grammar.Simple(words=words, assigned=(), redirected=()),):
            said = [part.text for word in words for part in word]
            return said in (
                (["false"],) if loop.until else (["true"], [":"], ["[", "1", "]"], ["[", "true", "]"])
            )
        case (grammar.Arithmetic(text),):
            return text.strip() == "1" and not loop.until
        case _:
            return False


def may_leave(
    statement: grammar.Statement,
    functions: Mapping[str, grammar.Listed],
    leaving: frozenset[str] = _LEAVING,
) -> bool:
    """Whether something in a loop's body may end the loop, also in a function that it calls."""

    def any_of(*statements: grammar.Statement) -> bool:
        return any(may_leave(one, functions, leaving) for one in statements)

    match statement:
        case grammar.Simple(words):
            return any(
                part.text in leaving or _function_leaves(part.text, functions)
                for word in words[:1]
                for part in word
            )
        case grammar.Not(command):
            return any_of(command)
        case grammar.Either(left, _, right):
            return any_of(left, right)
        case grammar.Listed(statements):
            return any_of(*statements)
        case grammar.If(branches):
            return any_of(*(one for branch in branches for one in branch))
        case grammar.Loop(_, body) | grammar.For(_, _, body):
            return any_of(body)
        case grammar.Case(_, cases):
            return any_of(*(body for _, body in cases))
        case grammar.Function():
            return True
        case _:
            return False


def _function_leaves(name: str, functions: Mapping[str, grammar.Listed]) -> bool:
    """Whether a function that a loop calls may end the loop; ``return`` only leads back to it."""
    if name not in functions:
        return False
    others = {other: body for other, body in functions.items() if other != name}
    return may_leave(functions[name], others, _LEAVING - {"return"})
