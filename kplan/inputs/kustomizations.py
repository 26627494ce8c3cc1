"""What a kustomization says of the files around it: which are resources, and which are patches or settings of its own.

Upstream: sigs.k8s.io/kustomize/api/types/kustomization.go
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from os.path import basename, dirname, join, normpath
from typing import Any, Final

from kplan.inputs.clustertests import ASSERTION, applied, compared

FILES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
GROUP: Final = "kustomize.config.k8s.io/"
_FIELDS: Final = frozenset(
    {
        "resources", "bases", "components", "patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "vars",
        "namePrefix", "nameSuffix", "commonLabels", "commonAnnotations", "labels", "images", "replicas", "namespace",
        "configMapGenerator", "secretGenerator", "generatorOptions", "generators", "transformers", "validators", "crds",
        "configurations", "helmCharts", "helmGlobals", "openapi", "buildMetadata", "sortOptions",
    }
)  # fmt: skip
_PATCH: Final = r"(?:^|[-_./])patch(?:es)?(?:[-_./]|$)"
"""The word in the name of a file or of its folder; a dispatcher is no patch."""
_TELLING: Final = frozenset(
    {
        "resources", "bases", "components", "patches", "patchesStrategicMerge", "patchesJson6902", "configMapGenerator",
        "secretGenerator", "namePrefix", "nameSuffix", "commonLabels", "commonAnnotations",
    }
)  # fmt: skip
"""Fields that values files and the like do not have."""


def is_kustomization(path: str, value: Any) -> bool:
    """Whether a document is a kustomization: by its type, its file's name, or its fields alone."""
    if not isinstance(value, dict):
        return False
    version = value.get("apiVersion")
    if isinstance(version, str) and version.startswith(GROUP):
        return True
    if "metadata" in value and "kind" in value:
        return False
    return basename(path) in FILES or (  # noqa: PTH119 - asked of every file
        value.keys() <= _FIELDS and bool(value.keys() & _TELLING)
    )


def bases_of(value: Mapping[str, Any]) -> list[str]:
    """What a kustomization names as parts of it: files, bases and components."""
    return [name for field in ("resources", "bases", "components") for name in _texts(value.get(field))]


class Roles:
    """The role of each file by the kustomizations of a run and its tests on clusters; paths are normalised."""

    def __init__(self, folders: Iterable[str] = ()) -> None:
        """The ``folders`` have kustomizations that are not added, for they have been built."""
        self._resources: set[str] = set()
        self._others: dict[str, str] = {}
        self._applied: set[str] = set()
        self._folders: set[str] = set(folders)

    def add(self, path: str, value: Mapping[str, Any]) -> None:
        """Note what one kustomization names."""
        folder = dirname(path)  # noqa: PTH120 - likewise
        self._folders.add(normpath(folder or "."))
        for name in (*_texts(value.get("resources")), *_texts(value.get("bases"))):
            self._resources.add(_place(folder, name))
        for name, what in _named(value):
            self._others.setdefault(_place(folder, name), what)

    def add_test(self, path: str, test: Mapping[str, Any]) -> None:
        """Note what a test compares with the cluster, and what it applies."""
        folder = dirname(path)  # noqa: PTH120 - likewise
        self._applied.update(_place(folder, name) for name in applied(test))
        for name in compared(test):
            self._others.setdefault(_place(folder, name), ASSERTION)

    def names(self, path: str) -> bool:
        """Whether a kustomization takes a file as one of its resources."""
        return normpath(path) in self._resources

    def leaves_out(self, path: str) -> bool:
        """Whether a file stands beside a kustomization or below it, and none takes it as a resource."""
        place = normpath(path)
        return place not in self._resources and self._is_near(place)

    def of(self, path: str) -> str:
        """What a file is to a kustomization: a patch, a generator's file, ...; empty for a resource and all others."""
        place = normpath(path)
        if place in self._resources or place in self._applied:
            return ""
        if place in self._others:
            return self._others[place]
        return "patch" if self._looks_like_a_patch(place) else ""

    def _looks_like_a_patch(self, place: str) -> bool:
        """Whether the name of a file beside or below a kustomization says so; it may belong to an overlay elsewhere."""
        folder = dirname(place) or "."  # noqa: PTH120 - likewise
        words = basename(place).lower() + "/" + basename(folder).lower()  # noqa: PTH119 - likewise
        return self._is_near(place) and re.search(_PATCH, words) is not None

    def _is_near(self, place: str) -> bool:
        folder = dirname(place) or "."  # noqa: PTH120 - likewise
        return folder in self._folders or dirname(folder) in self._folders  # noqa: PTH120 - likewise


def _place(folder: str, name: str) -> str:
    return normpath(join(folder, name))  # noqa: PTH118 - likewise


def _named(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Files that a kustomization names, and what they are to it."""
    for field in ("patches", "patchesJson6902"):
        yield from ((str(one["path"]), "patch") for one in _mappings(value.get(field)) if "path" in one)
    for field in ("patches", "patchesStrategicMerge"):
        yield from ((name, "patch") for name in _texts(value.get(field)))
    yield from (
        (str(one["path"]), "kustomize setting")
        for one in _mappings(value.get("replacements"))
        if "path" in one
    )
    for field in ("configurations", "crds", "transformers", "generators", "validators"):
        yield from ((name, "kustomize setting") for name in _texts(value.get(field)))
    openapi = value.get("openapi")
    if isinstance(openapi, dict) and "path" in openapi:
        yield str(openapi["path"]), "kustomize setting"
    for field in ("configMapGenerator", "secretGenerator"):
        for one in _mappings(value.get(field)):
            for name in (*_texts(one.get("files")), *_texts(one.get("envs")), *_texts([one.get("env")])):
                yield name.rpartition("=")[2], "generator file"
    for chart in _mappings(value.get("helmCharts")):
        for name in (*_texts([chart.get("valuesFile")]), *_texts(chart.get("additionalValuesFiles"))):
            yield name, "values file"


def _texts(value: Any) -> list[str]:
    """The file names of a list; what has several lines is written out, not named."""
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str) and "\n" not in item and item]


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
