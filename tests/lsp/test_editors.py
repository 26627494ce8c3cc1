"""What docs/editors.md has people copy is whole, and begins a language server."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).parents[2] / "docs/editors.md").read_text()


def _shown(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def _commands() -> list[list[str]]:
    """The command of each recipe: VS Code's, Zed's, Neovim's."""
    vscode, zed = map(json.loads, _shown("json"))
    (neovim,) = _shown("lua")
    binary: Any = next(iter(zed["lsp"].values()))["binary"]
    words = re.search(r"cmd = \{(.*?)\}", neovim)
    assert words
    return [
        [vscode["glspc.server.command"], *vscode["glspc.server.commandArguments"]],
        [binary["path"], *binary["arguments"]],
        re.findall(r'"([^"]*)"', words[1]),
    ]


def test_recipes_name_one_command() -> None:
    assert _commands() == [["kplan", "lsp"]] * 3


@pytest.mark.parametrize("number", range(3))
def test_the_command_of_a_recipe_answers_an_editor(number: int, tmp_path: Path) -> None:
    pytest.importorskip("pygls")
    words = [sys.executable, "-m", *_commands()[number]]
    asked = [
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    ]
    sent = b"".join(_message({"jsonrpc": "2.0", **one}) for one in asked)
    done = subprocess.run(words, input=sent, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    first = done.stdout.partition(b"\r\n\r\n")[2]
    capabilities = json.JSONDecoder().raw_decode(first.decode())[0]["result"]["capabilities"]
    assert {"hoverProvider", "completionProvider", "definitionProvider"} <= capabilities.keys()
    assert done.returncode == 0


def _message(value: dict[str, Any]) -> bytes:
    body = json.dumps(value).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def test_lua_is_whole(tmp_path: Path) -> None:
    """By a compiler of Lua where there is one; brackets and quotes everywhere."""
    (text,) = _shown("lua")
    bare = re.sub(r'"[^"\n]*"', "", text)
    assert '"' not in bare
    for opening, closing in ("{}", "()"):
        assert bare.count(opening) == bare.count(closing)
    if compiler := shutil.which("luac") or shutil.which("luac5.4"):
        (tmp_path / "init.lua").write_text(text)
        subprocess.run([compiler, "-p", "init.lua"], cwd=tmp_path, check=True)
