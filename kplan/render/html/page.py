"""One self-contained file: styles, scripts and data inlined, and a policy that lets the browser load nothing else."""

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from re import MULTILINE, sub
from string import Template
from typing import Any, Final

STYLES: Final = ("colours.css", "page.css", "tree.css", "cluster.css", "graph.css", "fleet.css", "print.css")
SCRIPTS: Final = (
    "dom.js", "words.js", "theme.js", "details.js", "search.js", "tree.js", "changes.js", "risks.js", "findings.js", "fleet.js",
    "course.js", "nodebox.js", "cluster.js", "timeline.js", "layout.js", "graph.js", "main.js",
)  # fmt: skip
"""Modules in import order."""
_UNSAFE: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def page(title: str, data: Any, text: str) -> str:
    """The file; ``text`` is what a reader without scripts sees."""
    style = "".join(map(asset, STYLES))
    script = bundle()
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return Template(asset("page.html")).substitute(
        policy=policy, title=escape(title), style=style, script=script, data=embedded(data), text=escape(text)
    )


def bundle() -> str:
    """All modules as one script: exports of one are visible to those after it."""
    return "".join(sub(r"^import .*\n|^export ", "", asset(name), flags=MULTILINE) for name in SCRIPTS)


def embedded(data: Any) -> str:
    """JSON that cannot end the element it is embedded in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign, code in _UNSAFE.items():
        text = text.replace(sign, code)
    return text


def asset(name: str) -> str:
    """The text of a file beside this module."""
    return files(__package__).joinpath("assets", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """What the policy knows an inline element by."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
