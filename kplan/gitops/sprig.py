"""The functions that Argo CD's Go templates have beside Go's own: those of sprig that make
names and paths, and its own.

What reads the clock, the environment, the network or chance is left out, as Argo CD leaves it out.

Upstream: github.com/Masterminds/sprig functions.go, github.com/argoproj/argo-cd
    applicationset/utils/template_functions.go
"""

import base64
import hashlib
import json
import math
import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from kplan.gitops.names import normalized, slug
from kplan.kubectl.printers.gotemplate.functions import FUNCTIONS
from kplan.kubectl.printers.gotemplate.nodes import MISSING, TemplateError
from kplan.manifest.loader import load_text
from kplan.manifest.writer import to_yaml


def text(value: Any) -> str:
    """A value as a text."""
    if value is None or value is MISSING:
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _is_empty(value: Any) -> bool:
    return value is MISSING or not value


def _default(other: Any, value: Any = None) -> Any:
    return other if _is_empty(value) else value


def _number(value: Any) -> int:
    try:
        return int(float(text(value) or 0))
    except ValueError:
        return 0


def _dict(*pairs: Any) -> dict[str, Any]:
    return {text(key): value for key, value in zip(pairs[::2], (*pairs[1::2], ""), strict=False)}


def _from_yaml(written: Any) -> Any:
    loaded = load_text(text(written), "template")
    return loaded.documents[0].value if loaded.documents else None


def _fail(message: Any) -> Any:
    raise TemplateError(text(message))


def _required(message: Any, value: Any) -> Any:
    return _fail(message) if _is_empty(value) else value


def _element(items: Any, place: int) -> Any:
    return items[place] if isinstance(items, list) and items else None


def _slugify(*given: Any) -> str:
    *options, name = given
    return slug(text(name), _number(options[0]) if options else 50)


def _indent(width: Any, value: Any) -> str:
    margin = " " * _number(width)
    return margin + text(value).replace("\n", f"\n{margin}")


_STRINGS: Final[Mapping[str, Callable[..., Any]]] = {
    "upper": lambda value: text(value).upper(),
    "lower": lambda value: text(value).lower(),
    "title": lambda value: text(value).title(),
    "trim": lambda value: text(value).strip(),
    "trimAll": lambda cut, value: text(value).strip(text(cut)),
    "trimPrefix": lambda prefix, value: text(value).removeprefix(text(prefix)),
    "trimSuffix": lambda suffix, value: text(value).removesuffix(text(suffix)),
    "trunc": lambda size, value: (
        text(value)[: _number(size)] if _number(size) >= 0 else text(value)[_number(size) :]
    ),
    "substr": lambda start, end, value: text(value)[_number(start) : _number(end)],
    "replace": lambda old, new, value: text(value).replace(text(old), text(new)),
    "contains": lambda part, value: text(part) in text(value),
    "hasPrefix": lambda prefix, value: text(value).startswith(text(prefix)),
    "hasSuffix": lambda suffix, value: text(value).endswith(text(suffix)),
    "repeat": lambda count, value: text(value) * min(_number(count), 10_000),
    "quote": lambda *values: " ".join(json.dumps(text(one), ensure_ascii=False) for one in values),
    "squote": lambda *values: " ".join(f"'{text(one)}'" for one in values),
    "cat": lambda *values: " ".join(text(one) for one in values),
    "indent": _indent,
    "nindent": lambda width, value: "\n" + _indent(width, value),
    "kebabcase": lambda value: re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\s]+", "-", text(value)).lower(),
    "snakecase": lambda value: re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-\s]+", "_", text(value)).lower(),
    "camelcase": lambda value: "".join(part.title() for part in re.split(r"[-_\s]+", text(value))),
    "toString": text,
    "b64enc": lambda value: base64.b64encode(text(value).encode()).decode(),
    "sha256sum": lambda value: hashlib.sha256(text(value).encode()).hexdigest(),
    "base": lambda value: posixpath.basename(text(value)),
    "dir": lambda value: posixpath.dirname(text(value)) or ".",
    "ext": lambda value: posixpath.splitext(text(value))[1],
    "clean": lambda value: posixpath.normpath(text(value)),
}
_LISTS: Final[Mapping[str, Callable[..., Any]]] = {
    "list": lambda *values: list(values),
    "dict": _dict,
    "splitList": lambda separator, value: text(value).split(text(separator)),
    "split": lambda separator, value: {
        f"_{number}": part for number, part in enumerate(text(value).split(text(separator)))
    },
    "join": lambda separator, values: text(separator).join(text(one) for one in values or ()),
    "first": lambda values: _element(values, 0),
    "last": lambda values: _element(values, -1),
    "rest": lambda values: list(values)[1:],
    "initial": lambda values: list(values)[:-1],
    "append": lambda values, one: [*values, one],
    "prepend": lambda values, one: [one, *values],
    "concat": lambda *lists: [one for values in lists for one in values],
    "uniq": lambda values: [one for place, one in enumerate(values) if one not in values[:place]],
    "compact": lambda values: [one for one in values if not _is_empty(one)],
    "reverse": lambda values: list(values)[::-1],
    "sortAlpha": lambda values: sorted(text(one) for one in values),
    "has": lambda one, values: one in (values or ()),
    "without": lambda values, *others: [one for one in values if one not in others],
    "keys": lambda *maps: [key for one in maps for key in one],
    "values": lambda value: list(value.values()),
    "get": lambda value, key: value.get(text(key), "") if isinstance(value, dict) else "",
    "hasKey": lambda value, key: isinstance(value, dict) and text(key) in value,
    "pick": lambda value, *keys: {key: value[key] for key in keys if key in value},
    "omit": lambda value, *keys: {key: one for key, one in value.items() if key not in keys},
    "merge": lambda *maps: {key: one for value in reversed(maps) for key, one in value.items()},
}
_OTHERS: Final[Mapping[str, Callable[..., Any]]] = {
    "default": _default,
    "empty": _is_empty,
    "coalesce": lambda *values: next((one for one in values if not _is_empty(one)), None),
    "ternary": lambda yes, no, which: yes if which is True else no,
    "required": _required,
    "fail": _fail,
    "int": _number,
    "int64": _number,
    "atoi": _number,
    "add": lambda *values: sum(map(_number, values)),
    "add1": lambda value: _number(value) + 1,
    "sub": lambda left, right: _number(left) - _number(right),
    "mul": lambda *values: math.prod(map(_number, values)),
    "max": lambda *values: max(map(_number, values)),
    "min": lambda *values: min(map(_number, values)),
    "toJson": lambda value: json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False),
    "fromJson": _from_yaml,
    "toYaml": lambda value: to_yaml(value).removesuffix("\n"),
    "fromYaml": _from_yaml,
    "fromYamlArray": _from_yaml,
    "normalize": lambda value: normalized(text(value)),
    "slugify": _slugify,
    "kindOf": lambda value: {str: "string", bool: "bool", dict: "map", list: "slice"}.get(
        type(value), "float64"
    ),
}

SPRIG: Final[Mapping[str, Callable[..., Any]]] = {**FUNCTIONS, **_STRINGS, **_LISTS, **_OTHERS}
"""Every function that a template of an ApplicationSet may call, by name."""
