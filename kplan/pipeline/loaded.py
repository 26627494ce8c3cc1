"""What was loaded: the objects a run is about, and what could not be read."""

from collections.abc import Callable, Iterable, Sequence

from kplan.api.object import Object
from kplan.diagnostics import Diagnostic
from kplan.namedtuples import NamedTuple
from kplan.report import InputSummary


class Loaded(NamedTuple):
    """The objects of the user's files in reading order, and what could not be read."""

    objects: Sequence[Object] = ()
    diagnostics: Sequence[Diagnostic] = ()
    inputs: InputSummary = InputSummary()
    surroundings: "Callable[[], Loaded] | None" = None
    """Reads the other files in the folders of files that were named themselves; None if there are none."""
    unsent: frozenset[int] = frozenset()
    """The objects in or after a broken document, which kubectl would not send."""
    parts: frozenset[str] = frozenset()
    """The files among those that were read by themselves which a kustomization takes as resources, and may complete."""
    unbuilt: Sequence[Object] = ()
    """Kustomizations that could not be built: other objects may still refer to what their generators make."""

    @property
    def sent(self) -> Sequence[Object]:
        """The objects that kubectl would send: it stops reading a file at the first document that it cannot read."""
        if not self.unsent:
            return self.objects
        return tuple(one for index, one in enumerate(self.objects) if index not in self.unsent)


def joined(parts: Iterable[Loaded]) -> Loaded:
    """Several loads as one, in order."""
    result = Loaded()
    for part in parts:
        result = _both(result, part) if result.inputs.files or result.diagnostics else part
    return result


def _both(one: Loaded, other: Loaded) -> Loaded:
    before = len(one.objects)
    first, second = one.inputs, other.inputs
    summary = InputSummary(
        first.files + second.files, first.objects + second.objects, (*first.skipped, *second.skipped),
        (*first.excluded, *second.excluded), {**first.below, **second.below},
        tuple(dict.fromkeys((*first.manifests, *second.manifests))), (*first.built, *second.built),
        (*first.deliveries, *second.deliveries),
    )  # fmt: skip
    unsent = one.unsent | {before + index for index in other.unsent}
    return Loaded(
        (*one.objects, *other.objects), (*one.diagnostics, *other.diagnostics), summary,
        one.surroundings or other.surroundings, frozenset(unsent), one.parts | other.parts, (*one.unbuilt, *other.unbuilt),
    )  # fmt: skip
