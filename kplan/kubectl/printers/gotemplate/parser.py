"""Tokens as a tree.

Upstream: Go's text/template/parse/parse.go
"""

import ast
from collections.abc import Container, Sequence
from typing import Final

from kplan.apiserver.field import go_quote
from kplan.kubectl.printers.gotemplate.lexer import Token, tokens
from kplan.kubectl.printers.gotemplate.nodes import (
    Action,
    Branch,
    Call,
    Chain,
    Command,
    Constant,
    Dot,
    FieldPath,
    Function,
    GoInt,
    Jump,
    Node,
    Operand,
    Pipe,
    Template,
    TemplateError,
    Text,
    Variable,
)  # fmt: skip

_STARTS: Final = ("string", "raw", "char", "number", "bool", "dot", "field", "word", "variable", "left")
"""What a command may begin with, ``nil`` aside."""
_CONSTANTS: Final = ("string", "raw", "char", "number", "bool")


def parse(source: str, functions: Container[str]) -> Template:
    """Read a template. Raises TemplateError."""
    return _Parser(source, functions).template()


class _Parser:
    def __init__(self, source: str, functions: Container[str]) -> None:
        self.source = source
        self.functions = functions
        self.defined: dict[str, Sequence[Node]] = {}
        self.variables = ["$"]
        self.loops = 0
        self.action_line = 0
        self._tokens = list(tokens(source))
        self._at = 0

    # -- tokens

    def peek(self, *, blanks: bool = False) -> Token:
        """The next token, without the blanks before it unless they matter."""
        while not blanks and self._tokens[self._at].kind == "space":
            self._at += 1
        return self._tokens[self._at]

    def take(self, *, blanks: bool = False) -> Token:
        """Take the next token; the last one stays."""
        token = self.peek(blanks=blanks)
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def fail(self, text: str) -> TemplateError:
        """A mistake at the line that was reached."""
        return TemplateError(f"template: output:{self.line(self._tokens[self._at].pos)}: {text}")

    def unexpected(self, token: Token, context: str) -> TemplateError:
        """A token that does not belong there."""
        if token.kind != "error":
            return self.fail(f"unexpected {token} in {context}")
        other = self.action_line not in (0, self.line(token.pos))
        started = f" started at output:{self.action_line}" if other else ""
        inside = "" if token.value.endswith(" action") else " in action"
        return self.fail(f"{token}{inside if started else ''}{started}")

    def line(self, pos: int) -> int:
        """The line of a place."""
        return self.source.count("\n", 0, pos) + 1

    # -- the tree

    def template(self) -> Template:
        """The whole template."""
        body, end = self.nodes(outermost=True)
        if end.kind != "EOF":
            raise self.fail(f"unexpected {{{{{end.value}}}}}")
        return Template(self.source, body, self.defined)

    def nodes(self, *, outermost: bool = False) -> tuple[Sequence[Node], Token]:
        """Nodes up to the end, or to the ``end`` or ``else`` of the branch;
        other templates are defined by the outermost alone.
        """
        found: list[Node] = []
        while True:
            token = self.take(blanks=True)
            if token.kind == "EOF":
                return found, token
            if token.kind == "text":
                found.append(Text(token.value))
                continue
            if token.kind == "error":
                raise self.unexpected(token, "input")
            self.action_line = self.line(token.pos)
            word = self.peek()
            if word.kind == "keyword" and word.value in ("end", "else"):
                return found, self.take()
            if word.kind == "keyword" and word.value == "define" and not outermost:
                raise self.unexpected(word, "command")
            if (node := self.action()) is not None:
                found.append(node)

    def action(self) -> Node | None:
        """What stands between braces."""
        word = self.peek()
        if word.kind != "keyword" or word.value == "nil":
            return Action(self.pipeline("command"))
        self.take()
        if word.value in ("if", "with", "range"):
            return self.branch(word.value)
        if word.value in ("break", "continue"):
            self.expect("close", f"{{{{{word.value}}}}}")
            if not self.loops:
                raise self.fail(f"{{{{{word.value}}}}} outside {{{{range}}}}")
            return Jump(word.value)
        return self.named(word)

    def named(self, word: Token) -> Node | None:
        """``define``, ``block`` or ``template``."""
        context = f"{word.value} clause"
        name = self.take()
        if name.kind not in ("string", "raw"):
            raise self.unexpected(name, context)
        text = str(_value(name))
        if word.value == "define":
            self.expect("close", context)
        elif self.peek().kind == "close" and word.value == "template":
            self.take()
            return Call(name.pos, text)
        pipe = None if word.value == "define" else self.pipeline(context)
        if word.value != "template":
            outer, self.variables = self.variables, ["$"]
            self.defined[text], end = self.nodes()
            self.variables = outer
            if end.kind == "EOF":
                raise self.fail("unexpected EOF")
            if end.value != "end":
                raise self.fail(f"unexpected {end} in {context}")
            self.expect("close", "{{end}}")
        return None if word.value == "define" else Call(name.pos, text, pipe)

    def branch(self, keyword: str) -> Branch:
        """``if``, ``with`` or ``range`` up to its end."""
        known = len(self.variables)
        pipe = self.pipeline(keyword)
        self.loops += keyword == "range"
        body, end = self.nodes()
        self.loops -= keyword == "range"
        otherwise: Sequence[Node] = ()
        if end.kind != "EOF" and end.value == "else":
            again = self.peek()
            if again.kind == "keyword" and again.value == keyword and keyword != "range":
                self.take()
                otherwise = [self.branch(keyword)]
                del self.variables[known:]
                return Branch(keyword, pipe, body, otherwise)
            self.expect("close", "{{else}}")
            otherwise, end = self.nodes()
        if end.kind == "EOF":
            raise self.fail("unexpected EOF")
        if end.value != "end":
            raise self.fail(f"expected end; found {{{{{end.value}}}}}")
        self.expect("close", "{{end}}")
        del self.variables[known:]
        return Branch(keyword, pipe, body, otherwise)

    def expect(self, kind: str, context: str) -> Token:
        """Take a token of a kind."""
        token = self.take()
        if token.kind != kind:
            raise self.unexpected(token, context)
        return token

    # -- pipelines

    def pipeline(self, context: str, end: str = "close") -> Pipe:
        """Declarations and commands up to the end."""
        pos = self.peek().pos
        variables, assigns = self.declarations(context)
        commands: list[Command] = []
        while True:
            token = self.peek()
            if token.kind == end:
                self.take()
                break
            if token.kind not in _STARTS and token.value != "nil":
                raise self.unexpected(token, context)
            commands.append(self.command())
        if not commands:
            raise self.fail(f"missing value for {context}")
        for number, command in enumerate(commands[1:], 2):
            if isinstance(command.operands[0], (Constant, Dot)):
                raise self.fail(f"non executable command in pipeline stage {number}")
        self.variables += [] if assigns else variables
        return Pipe(pos, commands, variables, assigns)

    def declarations(self, context: str) -> tuple[Sequence[str], bool]:
        """``$x :=``, ``$x =`` or ``$i, $x :=`` at the beginning."""
        begin, names = self._at, []
        while self.peek().kind == "variable":
            names.append(self.take().value)
            token = self.take()
            if token.kind in ("declare", "assign"):
                if len(names) > 1 and context != "range":
                    raise self.fail(f"too many declarations in {context}")
                return names, token.kind == "assign"
            if token.kind == "comma" and (context != "range" or len(names) > 1):
                raise self.fail(f"too many declarations in {context}")
            if token.kind != "comma":
                break
        self._at = begin
        return (), False

    def command(self) -> Command:
        """Operands up to the next ``|`` or the end."""
        pos, found = self.peek().pos, []
        while True:
            self.peek()
            if (operand := self.operand()) is not None:
                found.append(operand)
            token = self.peek(blanks=True)
            if token.kind in ("space", "pipe"):
                self.take(blanks=True)
            elif token.kind not in ("close", "right"):
                raise self.unexpected(token, "operand")
            if token.kind != "space":
                break
        if not found:
            raise self.fail("empty command")
        return Command(pos, found)

    def operand(self) -> Operand | None:
        """A term and the fields that are taken of it."""
        term = self.term()
        if term is None or self.peek(blanks=True).kind != "field":
            return term
        pos, names = self.peek(blanks=True).pos, []
        while self.peek(blanks=True).kind == "field":
            names.append(self.take(blanks=True).value[1:])
        if isinstance(term, FieldPath):
            return FieldPath(pos, [*term.names, *names])
        if isinstance(term, Variable):
            return Variable(pos, term.name, names)
        if isinstance(term, (Constant, Dot)):
            raise self.fail(f"unexpected . after term {go_quote(str(term))}")
        return Chain(pos, term, names)

    def term(self) -> Operand | None:
        """One value."""
        token = self.peek()
        if token.kind == "left":
            self.take()
            return self.pipeline("parenthesized pipeline", "right")
        if token.kind in _CONSTANTS:
            return Constant(token.pos, token.value, _value(self.take()))
        if token.kind == "keyword" and token.value == "nil":
            self.take()
            return Constant(token.pos, "nil", None)
        if token.kind == "word":
            self.take()
            if token.value not in self.functions:
                raise self.fail(f"function {go_quote(token.value)} not defined")
            return Function(token.pos, token.value)
        if token.kind == "variable":
            self.take()
            if token.value not in self.variables:
                raise self.fail(f"undefined variable {go_quote(token.value)}")
            return Variable(token.pos, token.value)
        if token.kind in ("dot", "field"):
            self.take()
            return Dot(token.pos) if token.kind == "dot" else FieldPath(token.pos, [token.value[1:]])
        return None


def _value(token: Token) -> object:
    """The value of a constant."""
    if token.kind == "raw":
        return token.value[1:-1]
    if token.kind == "bool":
        return token.value == "true"
    if token.kind == "char":
        return GoInt(ord(ast.literal_eval(token.value)))
    if token.kind == "string":
        return ast.literal_eval(token.value)
    text = token.value.replace("_", "").lstrip("+")
    try:
        return GoInt(text, 0)
    except ValueError:
        return float(text)
