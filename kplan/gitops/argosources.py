"""The sources of an Argo CD Application: folders of this repository, built as Argo CD builds them.

Upstream: github.com/argoproj/argo-cd reposerver/repository/repository.go, util/kustomize/kustomize.go
"""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kplan.api.object import Object
from kplan.gitops.globs import in_braces, matches
from kplan.gitops.looking import Looking, folder_in, listing, mapping, text
from kplan.gitops.model import Source, Tool
from kplan.gitops.setvalues import from_parameters, from_text
from kplan.gitops.tree import Tree

_MANIFESTS = (".yaml", ".yml", ".json")
_PLAIN = ("namePrefix", "nameSuffix", "namespace", "commonAnnotations")


def source_of(
    given: Mapping[str, Any], one: Object, looking: Looking, references: Mapping[str, Mapping[str, Any]]
) -> Source | str | None:
    """A source, why it is not followed, or None for one that only lends its files to others."""
    address, path = text(given.get("repoURL")), text(given.get("path"))
    if given.get("chart"):
        return f"the chart {given['chart']} comes from {address or 'a registry'}"
    if given.get("ref") and not path:
        return None
    if given.get("plugin") is not None:
        return "it is built by a plug-in of Argo CD"
    tree = looking.tree_at(address, path or ".", text(given.get("targetRevision")))
    if isinstance(tree, str):
        return tree
    found = folder_in(tree, path or ".")
    if found is None:
        return f"there is no folder {path}"
    return _as_asked(found, given, tree, one, looking, references)


def _as_asked(
    found: Source, given: Mapping[str, Any], tree: Tree, one: Object, looking: Looking,
    references: Mapping[str, Mapping[str, Any]],
) -> Source | str:  # fmt: skip
    if found.tool is Tool.KUSTOMIZE:
        return replace(found, edits=dict(_edits(mapping(given.get("kustomize")))))
    if found.tool is Tool.HELM:
        return _chart(
            found, mapping(given.get("helm")), text(given.get("path")), tree, one, looking, references
        )
    return _directory(found, mapping(given.get("directory")), text(given.get("path")) or ".", tree)


def _edits(options: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What ``kustomize edit`` adds for the options."""
    for name in _PLAIN:
        if options.get(name):
            yield name, options[name]
    if labels := options.get("commonLabels"):
        entry = {"pairs": labels, "includeSelectors": not options.get("labelWithoutSelector")}
        if options.get("labelIncludeTemplates"):
            entry["includeTemplates"] = True
        yield "labels", [entry]
    if images := options.get("images"):
        yield "images", [image for one in images if (image := _image(str(one)))]
    for name in ("replicas", "patches", "components"):
        if options.get(name):
            yield name, listing(options[name])


def _image(written: str) -> dict[str, str]:
    """``name=new:tag``, ``name:tag`` or ``name@digest``, as the entry of a kustomization."""
    name, given, new = written.partition("=")
    rest, at, digest = (new if given else name).partition("@")
    head, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        head, tag = rest, ""
    entry = {"name": name if given else head}
    if given:
        entry["newName"] = head
    if at:
        entry["digest"] = digest
    if tag:
        entry["newTag"] = tag
    return entry


def _chart(
    found: Source, options: Mapping[str, Any], path: str, tree: Tree, one: Object, looking: Looking,
    references: Mapping[str, Mapping[str, Any]],
) -> Source | str:  # fmt: skip
    files = []
    for each in listing(options.get("valueFiles")):
        at = _values_file(str(each), path, tree, looking, references)
        if at is not None:
            files.append(at)
        elif not options.get("ignoreMissingValueFiles"):
            return f"there is no file of values {each}"
    inline = [from_text(text(options.get("values"))), mapping(options.get("valuesObject"))]
    inline.append(from_parameters(listing(options.get("parameters"))))
    return replace(
        found, values=tuple(files), inline_values=tuple(values for values in inline if values),
        release=text(options.get("releaseName")) or one.name,
    )  # fmt: skip


def _values_file(
    name: str, path: str, tree: Tree, looking: Looking, references: Mapping[str, Mapping[str, Any]]
) -> str | None:
    """A file of values: beside the chart, from the root, or in the repository of a ``$ref``."""
    if name.startswith("$"):
        ref, _, inside = name[1:].partition("/")
        other = references.get(ref, {})
        where = looking.tree_at(text(other.get("repoURL")), inside, text(other.get("targetRevision")))
        return None if isinstance(where, str) else where.file(inside)
    return tree.file(name if name.startswith("/") else posixpath.normpath(posixpath.join(path, name)))


def _directory(found: Source, options: Mapping[str, Any], path: str, tree: Tree) -> Source:
    """The files of a plain folder that count."""
    inside = "" if posixpath.normpath(path) == "." else f"{posixpath.normpath(path).strip('/')}/"
    below = [file for file in tree.files if file.startswith(inside) and file.endswith(_MANIFESTS)]
    named = [file[len(inside) :] for file in below]
    if not options.get("recurse"):
        named = [file for file in named if "/" not in file]
    for wanted, key in ((True, "include"), (False, "exclude")):
        if pattern := text(options.get(key)):
            named = [file for file in named if _is_named(file, in_braces(pattern)) is wanted]
    return replace(found, files=tuple(posixpath.join(found.path, file) for file in named))


def _is_named(file: str, patterns: Iterable[str]) -> bool:
    return any(matches(pattern, file, across=True) for pattern in patterns)
