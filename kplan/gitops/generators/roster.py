"""The roster of generators, and how one is run with what it has in common with all others."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.gitops.generators import clusters, git, listed, matrix, merge
from kplan.gitops.generators.generating import Generating, GenerationError, Generator, Parameters, flat
from kplan.gitops.looking import mapping
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError

GENERATORS: Final[Mapping[str, Generator]] = {
    "list": listed.generate,
    "clusters": clusters.generate,
    "git": git.generate,
    "matrix": matrix.generate,
    "merge": merge.generate,
}
_AROUND = frozenset({"selector"})


def generated(
    entry: Mapping[str, Any], generating: Generating
) -> Iterator[tuple[Parameters, Mapping[str, Any]]]:
    """Each set of parameters of an entry, with the template that the generator lays over that of the set.

    Raises GenerationError.
    """
    for name, given in entry.items():
        if name in _AROUND:
            continue
        generator = GENERATORS.get(name)
        if generator is None:
            raise GenerationError(f"the generator {name} asks what is not in this repository")
        options = mapping(given)
        selector = _selector(entry.get("selector"))
        for parameters in generator(options, generating._replace(within=generated)):
            labels = {key: str(value) for key, value in flat(parameters)}
            if selector.matches(labels):
                yield parameters, mapping(options.get("template"))


def _selector(given: Any) -> Selector:
    if given is None:
        return Selector.everything()
    try:
        return Selector.from_label_selector(given)
    except SelectorError as error:
        raise GenerationError(f"its selector cannot be read: {error}") from error
