"""docs/configuration.md holds every key of the model; ``pytest --update`` writes the table anew."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import commandlines
from kplan.cli.group import cli
from kplan.cli.roster import COMMANDS
from kplan.cli.settings import Option
from kplan.config.model import Config, keys
from kplan.config.reading import read
from kplan.lint.known import known_codes

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"
TABLE = re.compile(r"(<!-- keys: [^\n]*-->\n).*?(<!-- end of keys -->)", re.DOTALL)
SCHEMA = Config.model_json_schema(by_alias=True)


def described(node: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every key with its meaning, in order: ``namespace``, ``inputs[].path``, ``lint.select``."""
    for name, info in node["properties"].items():
        key = f"{prefix}{name}"
        inner = [section for section in sections(info) if section.get("properties")]
        if "description" in info:
            yield key, info["description"]
        for section in inner:
            yield from described(section, f"{key}[]." if info.get("type") == "array" else f"{key}.")


def sections(info: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The sections that a value may be made of."""
    if "$ref" in info:
        yield SCHEMA["$defs"][info["$ref"].rpartition("/")[2]]
    for name in ("anyOf", "oneOf", "allOf"):
        for part in info.get(name, ()):
            yield from sections(part)
    if "items" in info:
        yield from sections(info["items"])


def options() -> dict[str, str]:
    """By key, the option and the variable that outweigh it."""
    found = {}
    for entry in COMMANDS:
        command = cli.get_command(click.Context(cli), entry.name)
        for one in command.params if command is not None else ():
            if isinstance(one, Option) and one.setting:
                names = [max(one.opts, key=len), *([one.envvar] if isinstance(one.envvar, str) else [])]
                found.setdefault(one.setting, ", ".join(f"`{name}`" for name in names))
    found |= {f"limits.{name}": "`--limit`" for name in ("depth", "values", "files")}
    return {**found, "simulate.images": "`--assume`", "inputs": "`-f`, or the paths of `kplan lint`"}


def table() -> str:
    outweighed = options()
    rows = [
        f"| `{key}` | {meaning.replace(chr(124), '&#124;')} | {outweighed.get(key, '')} |\n"
        for key, meaning in described(SCHEMA)
    ]
    return "".join(["| key | meaning | overridden by |\n", "|---|---|---|\n", *rows])


def test_the_page_lists_every_key(update: bool) -> None:
    text = PAGE.read_text()
    written = TABLE.sub(lambda found: f"{found[1]}{table()}{found[2]}", text)
    if update:
        PAGE.write_text(written)
    assert update or text == written
    assert {key for key, _ in described(SCHEMA) if "[]" not in key} == set(keys())


def test_every_option_of_the_table_sets_a_key() -> None:
    assert set(options()) <= set(keys())


def test_the_example_has_every_key_and_is_valid(tmp_path: Path) -> None:
    whole = list(commandlines.blocks(PAGE.read_text(), "yaml"))[-1]
    (tmp_path / ".kplan.yaml").write_text(whole)
    found = read(str(tmp_path / ".kplan.yaml"))
    assert set(found.values) == set(keys())
    assert missing(yaml.safe_load(whole)) == []


def test_the_examples_name_codes_that_exist() -> None:
    for block in commandlines.blocks(PAGE.read_text(), "yaml"):
        for code in set(re.findall(r"\b[A-Z]{3}(?:\d{3})?\b", block)) - {"ALL", "ORG001"}:
            assert any(known.startswith(code) for known in known_codes()), code


def missing(value: dict[str, Any]) -> list[str]:
    """The keys that an example lacks."""
    return [key for key, _ in described(SCHEMA) if not has(value, key.split("."))]


def has(value: Any, steps: list[str]) -> bool:
    if not steps:
        return True
    name = steps[0].removesuffix("[]")
    items = (
        value[name]
        if steps[0].endswith("[]") and name in value
        else [value.get(name)]
        if name in value
        else []
    )
    return any(has(item, steps[1:]) for item in items)


@pytest.mark.parametrize("name", [".kplan.yaml", "pyproject.toml"])
def test_the_first_example_is_valid_in_either_file(name: str, tmp_path: Path) -> None:
    language = "yaml" if name.endswith("yaml") else "toml"
    (tmp_path / name).write_text(next(commandlines.blocks(PAGE.read_text(), language)))
    assert read(str(tmp_path / name)).values["lint.ignore"] == ["NAM"]
