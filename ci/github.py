"""The step of the GitHub action: run kplan, annotate, write the summary, and keep one comment up to date.

It takes its inputs from the environment that action.yml makes, and leaves with kplan's exit code.
"""

import json
import os
import re
import secrets
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERBS = ("lint", "plan", "diff", "upgrade")
COMMANDS = (*VERBS, *(f"fleet {verb}" for verb in VERBS))
LONGEST = 65_536
"""Characters that GitHub takes in one comment."""


def main() -> int:
    """Run the command and tell GitHub of it."""
    command = os.environ["COMMAND"]
    if command not in COMMANDS:
        print(f"::error title=kplan::command is {', '.join(COMMANDS)}, not '{command}'")
        return 2
    try:
        arguments = [*base(command), *shlex.split(os.environ["ARGUMENTS"])]
    except ValueError as error:
        print(f"::error title=kplan::args cannot be read as in a shell: {error}")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        code, text = run(command, arguments, Path(folder))
    title = os.environ["TITLE"] or f"kplan {command}"
    body = within(f"<!-- kplan: {title} -->\n## {title}\n\n{text}")
    append("GITHUB_STEP_SUMMARY", body)
    append("GITHUB_OUTPUT", f"exit-code={code}\n")
    if os.environ["COMMENT"] == "true":
        comment(body)
    return code


def base(command: str) -> list[str]:
    """What plan and diff compare with."""
    given = os.environ["BASE"]
    return ["--base", given] if given and command.rsplit(maxsplit=1)[-1] in {"plan", "diff"} else []


def run(command: str, arguments: list[str], folder: Path) -> tuple[int, str]:
    """The exit code, and what there is to say as Markdown."""
    annotations, summary, difference = folder / "annotations", folder / "summary.md", folder / "changes.diff"
    if command == "diff":
        outputs = ["-o", f"text={difference}"]
    else:
        outputs = ["-o", "text", "-o", f"github={annotations}", "-o", f"markdown={summary}"]
        outputs += ["-o", f"sarif={os.environ['SARIF']}"] if os.environ["SARIF"] else []
    outputs += ["-o", f"html={os.environ['HTML']}"] if os.environ["HTML"] else []
    with unheeded():
        ran = subprocess.run(
            ["kplan", *command.split(), *arguments, *outputs], stderr=subprocess.PIPE, text=True, check=False
        )
        print(ran.stderr, end="")
        print(read(difference), end="")
    print(from_the_root(read(annotations)), end="")
    if summary.exists():
        return ran.returncode, read(summary)
    if difference.exists():
        return ran.returncode, fenced(read(difference), "diff") or "Nothing would change.\n"
    print(f"::error title=kplan {command}::{escaped(ran.stderr.strip().removeprefix('error: '))}")
    return ran.returncode, fenced(ran.stderr)


@contextmanager
def unheeded() -> Iterator[None]:
    """What is printed meanwhile holds no command for GitHub, whatever the manifests say: nobody can guess its end."""
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        yield
    finally:
        print(f"::{token}::", flush=True)


def from_the_root(annotations: str) -> str:
    """Annotations whose files are as they are from the root of the workspace, where GitHub looks for them."""
    root, here = Path(os.environ["GITHUB_WORKSPACE"]).resolve(), Path.cwd()
    if here == root or not here.is_relative_to(root):
        return annotations
    return re.sub(r"(?m)^(::\w+ file=)(?!/)", rf"\g<1>{here.relative_to(root).as_posix()}/", annotations)


def comment(body: str) -> None:
    """Write the comment of this title anew, or make it; that it cannot be written is no failure of the manifests."""
    number = json.loads(read(Path(os.environ["GITHUB_EVENT_PATH"]))).get("pull_request", {}).get("number")
    if number is None:
        print("::notice title=kplan::no comment: this run is not of a pull request")
        return
    repository = os.environ["GITHUB_REPOSITORY"]
    comments = f"repos/{repository}/issues/{number}/comments"
    marker = body.partition("\n")[0]
    try:
        chosen = f".[] | select(.body | startswith({json.dumps(marker)})) | .id"
        known = gh("--paginate", comments, "--jq", chosen).split()
        kept = [f"repos/{repository}/issues/comments/{number}" for number in known]
        gh(*(["-X", "PATCH", kept[0]] if kept else [comments]), "-F", "body=@-", given=body)
    except subprocess.CalledProcessError as error:
        print(f"::warning title=kplan::the comment cannot be written: {escaped(error.stderr.strip())}")


def gh(*arguments: str, given: str = "") -> str:
    """What GitHub answers. Raises CalledProcessError."""
    return subprocess.run(
        ["gh", "api", *arguments], input=given, capture_output=True, text=True, check=True
    ).stdout


def fenced(text: str, language: str = "") -> str:
    """A text as a block, within what GitHub takes; empty where it is empty."""
    shown = text.strip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", shown)), default=0))
    return f"{fence}{language}\n{within(shown, LONGEST - 1000)}\n{fence}\n" if shown else ""


def within(text: str, longest: int = LONGEST) -> str:
    """A text that is cut at the end of a line where it is too long, which is said."""
    end = "\n\n... the rest is in the log of the run\n"
    return text if len(text) <= longest else text[: longest - len(end)].rpartition("\n")[0] + end


def escaped(text: str) -> str:
    """A text as the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def append(variable: str, text: str) -> None:
    """Write to the end of a file that GitHub names."""
    with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
        file.write(text)


def read(path: Path) -> str:
    """What a file holds; empty where there is none."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
