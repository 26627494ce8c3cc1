"""ConfigMaps and Secrets made of literals, files and env files.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/generators, api/kv/kv.go
"""

import base64
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.files import Loader
from kplan.kustomize.resource import Resource

Pair = tuple[str, bytes]
_WIDTH: Final = 70


def config_map(settings: Mapping[str, Any], loader: Loader) -> Resource:
    """One entry of configMapGenerator."""
    value: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": _metadata(settings, "configmap"),
    }
    for key, data in _pairs(settings, loader):
        try:
            value.setdefault("data", {})[key] = data.decode("utf-8")
        except UnicodeDecodeError:
            value.setdefault("binaryData", {})[key] = _wrapped(data)
    if value.get("data") == {}:
        del value["data"]
    return _finished(value, settings)


def secret(settings: Mapping[str, Any], loader: Loader) -> Resource:
    """One entry of secretGenerator."""
    value: dict[str, Any] = {"apiVersion": "v1", "kind": "Secret", "metadata": _metadata(settings, "secret")}
    value["type"] = settings.get("type") or "Opaque"
    try:
        value["data"] = {key: _wrapped(item) for key, item in _pairs(settings, loader)}
    except KustomizeError as error:
        raise KustomizeError(str(error), secrets=settings.get("literals") or ()) from None
    return _finished(value, settings)


def cloud_account(settings: Mapping[str, Any], _loader: Loader) -> Resource:
    """The ServiceAccount of an IAMPolicyGenerator, which Google's cloud takes for one of its own."""
    if settings.get("cloud") != "gke":
        raise KustomizeError(f"cloud provider {settings.get('cloud') or ''} not supported yet")
    account, service = settings.get("serviceAccount") or {}, settings.get("kubernetesService") or {}
    owner = f"{account.get('name') or ''}@{account.get('projectId') or ''}.iam.gserviceaccount.com"
    metadata = {"annotations": {"iam.gke.io/gcp-service-account": owner}, "name": service.get("name") or ""}
    if service.get("namespace"):
        metadata["namespace"] = service["namespace"]
    return Resource({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})


GENERATORS: Final[Mapping[str, Callable[[Mapping[str, Any], Loader], Resource]]] = {
    "ConfigMapGenerator": config_map, "SecretGenerator": secret, "IAMPolicyGenerator": cloud_account,
}  # fmt: skip


def with_options(settings: Mapping[str, Any], shared: Mapping[str, Any] | None) -> dict[str, Any]:
    """An entry with the kustomization's generatorOptions under its own."""
    shared, own = shared or {}, settings.get("options") or {}
    options = {**shared, **own}
    for name in ("labels", "annotations"):
        both = {**(shared.get(name) or {}), **(own.get(name) or {})}
        if both:
            options[name] = both
    for name in ("disableNameSuffixHash", "immutable"):
        options[name] = bool(shared.get(name)) or bool(own.get(name))
    return {**settings, "options": options}


def _metadata(settings: Mapping[str, Any], noun: str) -> dict[str, Any]:
    if not settings.get("name"):
        raise KustomizeError(f"a {noun} must have a name")
    metadata: dict[str, Any] = {"name": settings["name"]}
    if settings.get("namespace"):
        metadata["namespace"] = settings["namespace"]
    return metadata


def _finished(value: dict[str, Any], settings: Mapping[str, Any]) -> Resource:
    options = settings.get("options") or {}
    for name in ("labels", "annotations"):
        if options.get(name):
            value["metadata"][name] = dict(options[name])
    if options.get("immutable"):
        value["immutable"] = True
    item = Resource(value)
    item.is_generated = True
    item.needs_hash = not options.get("disableNameSuffixHash")
    behavior = settings.get("behavior") or ""
    item.behavior = behavior if behavior in ("create", "merge", "replace") else "unspecified"
    return item


def _pairs(settings: Mapping[str, Any], loader: Loader) -> Iterator[Pair]:
    seen: set[str] = set()
    try:
        pairs = [*_env(settings, loader), *_literals(settings), *_files(settings, loader)]
    except KustomizeError as error:
        raise KustomizeError(f"loading KV pairs: {error}") from None
    for key, data in pairs:
        if key in seen:
            raise KustomizeError(f"configmap {settings['name']} illegally repeats the key `{key}`")
        seen.add(key)
        yield key, data


def _env(settings: Mapping[str, Any], loader: Loader) -> Iterator[Pair]:
    paths = list(settings.get("envs") or [])
    if settings.get("env"):
        paths.append(settings["env"])
    try:
        for path in paths:
            yield from _variables(loader.load(path))
    except KustomizeError as error:
        raise KustomizeError(f"env source files: {_go_list(paths)}: {error}") from None


def _variables(content: bytes) -> Iterator[Pair]:
    """The lines ``KEY=VALUE`` of a file; comments and lines without a key are left out."""
    for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        text = line.removesuffix(b"\r").lstrip()
        if text and not text.startswith(b"#"):
            key, _, value = _decoded(text).partition("=")
            if key:
                yield key, value.encode()


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        shown, numbers = line.decode("utf-8", "replace"), _go_list(list(line))
        raise KustomizeError(
            f"line {numbers} has invalid utf8 bytes : {shown}", secrets=(shown, numbers)
        ) from None


def _literals(settings: Mapping[str, Any]) -> Iterator[Pair]:
    given = settings.get("literals") or []
    for literal in given:
        key, equals, data = literal.partition("=")
        if not key or not equals:
            raise KustomizeError(
                f"literal sources {_go_list(given)}: invalid literal source {literal}, expected key=value"
            )
        if len(data) > 1 and data[0] == data[-1] and data[0] in "\"'":
            data = data[1:-1]
        yield key, data.encode()


def _files(settings: Mapping[str, Any], loader: Loader) -> Iterator[Pair]:
    given = settings.get("files") or []
    try:
        for source in given:
            key, equals, path = source.partition("=")
            if not equals:
                key, path = posixpath.basename(source), source
            if equals and (not key or not path or "=" in path):
                raise KustomizeError(_bad_source(source))
            yield key, loader.load(path)
    except KustomizeError as error:
        raise KustomizeError(f"file sources: {_go_list(given)}: {error}") from None


def _bad_source(source: str) -> str:
    if source.count("=") > 1:
        return f"source \"{source}\" key name or file path contains '='"
    if source.startswith("="):
        return f'missing key name for file path "{source[1:]}" in source "{source}"'
    return f'missing file path for key name "{source[:-1]}" in source "{source}"'


def _go_list(items: Sequence[Any]) -> str:
    return f"[{' '.join(map(str, items))}]"


def _wrapped(data: bytes) -> str:
    """Base64; more than one line ends every line with a line feed."""
    text = base64.b64encode(data).decode()
    if len(text) <= _WIDTH:
        return text
    return "".join(f"{text[start : start + _WIDTH]}\n" for start in range(0, len(text), _WIDTH))
