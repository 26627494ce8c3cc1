"""``git``: one set of parameters a folder, or a file, of this repository.

Upstream: github.com/argoproj/argo-cd applicationset/generators/git.go
"""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from kplan.gitops.generators.generating import Generating, GenerationError, Parameters, shaped, with_values
from kplan.gitops.globs import matches
from kplan.gitops.looking import listing, mapping, text
from kplan.gitops.names import normalized
from kplan.gitops.tree import Tree
from kplan.manifest.loader import load_bytes


def generate(options: Mapping[str, Any], generating: Generating) -> Iterator[Parameters]:
    """The folders or files that match. Raises GenerationError if the repository is another."""
    address = text(options.get("repoURL"))
    tree = generating.looking.tree_at(address, "", text(options.get("revision")))
    if isinstance(tree, str):
        raise GenerationError(tree, address)
    if options.get("directories") is not None:
        found = _folders(listing(options.get("directories")), tree, options, generating)
    else:
        found = _files(listing(options.get("files")), tree, options, generating)
    for parameters in found:
        yield with_values(parameters, options, generating)


def _chosen(patterns: list[Any], paths: tuple[str, ...]) -> list[str]:
    """The paths that one pattern names and none excludes."""
    wanted = [mapping(one) for one in patterns]
    named = [text(one.get("path")) for one in wanted if not one.get("exclude")]
    excluded = [text(one.get("path")) for one in wanted if one.get("exclude")]
    return [
        path
        for path in paths
        if any(matches(one, path) for one in named) and not any(matches(one, path) for one in excluded)
    ]


def _folders(
    patterns: list[Any], tree: Tree, options: Mapping[str, Any], generating: Generating
) -> Iterator[dict[str, Any]]:
    folders = tuple(path for path in tree.folders if path and not _is_hidden(path))
    for path in _chosen(patterns, folders):
        yield _of_path(path, "", options, generating)


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


def _files(
    patterns: list[Any], tree: Tree, options: Mapping[str, Any], generating: Generating
) -> Iterator[dict[str, Any]]:
    for path in _chosen(patterns, tree.files):
        loaded = load_bytes(tree.read(path), path)
        value = loaded.documents[0].value if loaded.documents else {}
        for one in value if isinstance(value, list) else [value]:
            about = _of_path(posixpath.dirname(path), posixpath.basename(path), options, generating)
            yield {**shaped(mapping(one), generating), **about}


def _of_path(folder: str, file: str, options: Mapping[str, Any], generating: Generating) -> dict[str, Any]:
    """What a template may say of a path."""
    prefix, base = text(options.get("pathParamPrefix")), posixpath.basename(folder)
    about: dict[str, Any] = {"basename": base, "basenameNormalized": normalized(base)}
    if file:
        about |= {"filename": file, "filenameNormalized": normalized(file)}
    if generating.go_template:
        nested = {"path": {"path": folder, "segments": folder.split("/"), **about}}
        return {prefix: nested} if prefix else nested
    head = f"{prefix}.path" if prefix else "path"
    numbered = {f"{head}[{number}]": part for number, part in enumerate(folder.split("/"))}
    return {head: folder, **{f"{head}.{name}": value for name, value in about.items()}, **numbered}
