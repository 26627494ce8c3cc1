"""Objects that come before what they need: a namespace, a definition, a service account later in the same files.

kubectl refuses them and is run again; kplan comes back to them itself, so that one run is enough to know everything.
"""

from collections.abc import Callable, Iterable, MutableSequence, Sequence
from typing import Final

from kplan.api.object import Object
from kplan.apiserver.errors import StatusError
from kplan.kubectl.reading import Failure

_MAY_CHANGE: Final = (403, 404)
"""Refusals for the lack of something else: a namespace, a service account, a priority class."""


def in_rounds(
    objects: Iterable[Object],
    once: Callable[[Sequence[Object]], None],
    failures: MutableSequence[Failure],
    *,
    patient: bool,
) -> int:
    """Handle objects ``once``, then again those that came too early, as long as that helps; say how many it helped.

    ``once`` adds to ``failures`` what is refused; what is accepted in a later round is taken out of it. Where one of
    several documents of the same object came too early, all have another turn, so that the last of them stays the last.
    """
    given, helped = list(objects), 0
    once(given)
    while patient:
        early = {failure.origin.key for failure in failures if _too_early(failure)}
        if not early:
            break
        before = len(failures)
        failures[:] = [failure for failure in failures if failure.origin.key not in early]
        once([one for one in given if one.key in early])
        helped += before - len(failures)
        if len(failures) >= before:
            break
    return helped


def _too_early(failure: Failure) -> bool:
    if isinstance(failure.error, StatusError):
        return failure.error.code in _MAY_CHANGE
    return isinstance(failure.error.__cause__, StatusError)
