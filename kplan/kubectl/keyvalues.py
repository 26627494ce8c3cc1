"""The keys and values of ``--from-literal``, ``--from-file`` and ``--from-env-file``.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_configmap.go, staging/src/k8s.io/kubectl/pkg/util/env_file.go
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.veil import hides
from kplan.manifest import files
from kplan.masking.names import MASK

SOURCES: Final = (
    Flag("from-literal", "Key and value: KEY=VALUE; repeatable.", Kind.STRING_ARRAY, metavar="KEY=VALUE"),
    Flag(
        "from-file",
        "File or directory whose content is a value: [KEY=]PATH; repeatable.",
        Kind.STRINGS,
        metavar="PATH",
    ),
    Flag("from-env-file", "File of lines KEY=VALUE; repeatable.", Kind.STRINGS, metavar="PATH"),
)
_KEY: Final = re.compile(r"[-._a-zA-Z0-9]+\Z")
_KEY_TEXT: Final = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  "
    "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
_LONGEST_KEY: Final = 253
_ENV_NAME: Final = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*\Z")
_ENV_TEXT: Final = (
    "is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', "
    "'-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', "
    "regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"
)


def key_problem(key: str) -> str:
    """What is wrong with a key of a ConfigMap or a Secret (IsConfigMapKey); empty if nothing is."""
    problems = []
    if len(key) > _LONGEST_KEY:
        problems.append(f"must be no more than {_LONGEST_KEY} characters")
    if not _KEY.match(key):
        problems.append(_KEY_TEXT)
    if key in (".", ".."):
        problems.append(f"must not be '{key}'")
    elif key.startswith(".."):
        problems.append("must not start with '..'")
    return ",".join(problems)


def is_env_name(name: str) -> bool:
    """Whether it is a name of a variable (IsEnvVarName)."""
    return bool(_ENV_NAME.match(name)) and name not in (".", "..") and not name.startswith("..")


def check_env_name(name: str) -> None:
    """Refuse what is no name of a variable. Raises UsageError."""
    if not _ENV_NAME.match(name):
        raise UsageError(f'"{name}" {_ENV_TEXT}')


def sources_of(arguments: Arguments, *, secret: bool = False) -> Iterator[tuple[str, bytes]]:
    """Every key with its value, in kubectl's order; what is to be in a Secret is not repeated. Raises UsageError."""
    literals, files = arguments.texts("from-literal"), arguments.texts("from-file")
    if arguments.texts("from-env-file") and (literals or files):
        raise UsageError("from-env-file cannot be combined with from-file or from-literal")
    for one in files:
        yield from _file(one)
    for one in literals:
        key, equals, text = one.partition("=")
        if not equals or not key:
            told = MASK if secret and hides(arguments) else one
            raise UsageError(f"invalid literal source {told}, expected key=value")
        yield key, text.encode()
    for path in arguments.texts("from-env-file"):
        if Path(path).is_dir():
            raise UsageError("env config file cannot be a directory")
        yield from ((key, text.encode()) for key, text in env_lines(_read(path).decode(errors="replace")))


def env_lines(text: str) -> Iterator[tuple[str, str]]:
    """The variables of lines KEY=VALUE; a bare KEY has no value here. Raises UsageError."""
    for line in text.removeprefix("\ufeff").splitlines():
        stripped = line.lstrip(" \t")
        if not stripped or stripped.startswith("#"):
            continue
        key, _, value = stripped.partition("=")
        check_env_name(key)
        yield key, value


def read_bytes(path: str) -> bytes:
    """The content of a file that may be read; no name stands for standard input.

    Raises UsageError with the reason alone.
    """
    try:
        return files.read_bytes(f"./{path}" if path == files.STDIN else path)
    except files.UnreadableError as error:
        reason = error.diagnostic.message.removeprefix("cannot be read: ").removeprefix("it ")
        raise UsageError(reason) from error


def _read(path: str) -> bytes:
    try:
        return read_bytes(path)
    except UsageError as error:
        raise UsageError(f"error reading {path}: {error.message}") from error


def _file(source: str) -> Iterator[tuple[str, bytes]]:
    key, path = _file_source(source)
    place = Path(path)
    if not place.is_dir():
        yield key, _read(path)
        return
    if "=" in source:
        raise UsageError("cannot give a key name for a directory path")
    for entry in sorted(place.iterdir()):
        if entry.is_file() and not entry.is_symlink():
            yield entry.name, _read(str(entry))


def _file_source(source: str) -> tuple[str, str]:
    key, equals, path = source.partition("=")
    if not equals:
        return Path(source).name, source
    if not key:
        raise UsageError(f"key name for file path {path} missing")
    if not path:
        raise UsageError(f"file path for key name {key} missing")
    if "=" in path:
        raise UsageError("key names or file paths cannot contain '='")
    return key, path
