"""``--record``: the command line is noted in an annotation of what it changes, which a rollout's history shows.

Upstream: staging/src/k8s.io/cli-runtime/pkg/genericclioptions/record_flags.go
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, TypeVar

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json, Object
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.request import Answer
from kplan.apiserver.server import Server
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.recordflag import RECORD
from kplan.kubectl.rollouts import CHANGE_CAUSE
from kplan.kubectl.verb import Context, Verb
from kplan.masking.names import looks_secret
from kplan.masking.shapes import is_secret, masked

DEPRECATED: Final = "Flag --record has been deprecated, --record will be removed in the future"
_LEFT_OUT: Final = "..."
_OBJECTS: Final = ("patch", "overrides")
"""Flags with an object as text, whatever it holds."""
C = TypeVar("C", bound=Context)


def is_recorded(arguments: Arguments) -> bool:
    """Whether the command line is to be noted."""
    return RECORD.name in arguments.flags and arguments.switch(RECORD.name)


def line_of(name: str, verb: Verb, arguments: Arguments) -> str:
    """The verb's own part of a command line, without what may hold what nobody should read."""
    own = {flag.name for flag in verb.flags}
    of_secret = name.startswith("create secret")
    given = [
        f"--{flag}"
        if arguments.flags[flag].kind is Kind.BOOL and text == "true"
        else f"--{flag}={noted(arguments.flags[flag], text, of_secret=of_secret)}"
        for flag, texts in arguments.values.items()
        for text in texts
        if flag in own
    ]
    return " ".join([name, *(noted(None, word) for word in arguments.words), *given])


def noted(flag: Flag | None, text: str, *, of_secret: bool = False) -> str:
    """A word or the value of a flag without patches, values of Secrets and what looks like a credential."""
    key, equals, value = text.partition("=")
    if flag is not None and (flag.name in _OBJECTS or looks_secret(flag.name)):
        return _LEFT_OUT
    of_secret = of_secret and flag is not None and flag.name == "from-literal"
    if equals and (looks_secret(key) or is_secret(value) or of_secret):
        return f"{key}={_LEFT_OUT}"
    return masked(text)


def with_cause(value: Json, cause: str) -> Json:
    """An object, or a patch that is merged, with the annotation."""
    metadata = value.get("metadata") or {}
    annotations = {**(metadata.get("annotations") or {}), CHANGE_CAUSE: cause}
    return {**value, "metadata": {**metadata, "annotations": annotations}}


def recorded(objects: Iterable[Object], cause: str) -> Iterator[Object]:
    """Objects with the annotation, each where it was read."""
    return (Object(with_cause(one.value, cause), one.origin) for one in objects)


def cause_of(note: str) -> str:
    """What is noted of a line of kplan's own."""
    return f"kplan {note} --record=true"


def recording(line: str, arguments: Arguments, context: C) -> C:
    """The context whose server notes the command line in what is written, if that is asked for."""
    context.told.append(DEPRECATED)
    if not is_recorded(arguments):
        return context
    return replace(context, server=RecordingServer(context.server, line))


class RecordingServer(Server):
    """Adds the annotation to what is written; everything is done by the server itself."""

    def __init__(self, server: Server, cause: str) -> None:
        self.__dict__.update(server.__dict__)
        self._server = server
        self._cause = cause

    def create(self, value: Json, **options: Any) -> Answer:
        """Create an object. Raises StatusError."""
        return self._server.create(with_cause(value, self._cause), **options)

    def update(self, value: Json, *, subresource: str = "", **options: Any) -> Answer:
        """Replace an object. Raises StatusError."""
        value = value if subresource else with_cause(value, self._cause)
        return self._server.update(value, subresource=subresource, **options)

    def patch(
        self, key: ObjectKey, patch: Any, patch_type: PatchType, *, subresource: str = "", **options: Any
    ) -> Answer:
        """Patch an object, in one request if the patch is merged. Raises StatusError."""
        if isinstance(patch, dict) and not subresource:
            return self._server.patch(key, with_cause(patch, self._cause), patch_type, **options)
        answer = self._server.patch(key, patch, patch_type, subresource=subresource, **options)
        own = {name: options[name] for name in ("dry_run", "manager", "user") if name in options}
        after = self._server.patch(key, with_cause({}, self._cause), PatchType.MERGE, **own)
        return answer if subresource else after

    def set_scale(self, key: ObjectKey, replicas: int, **options: Any) -> Answer:
        """Ask for another number of replicas. Raises StatusError."""
        answer = self._server.set_scale(key, replicas, **options)
        own = {name: options[name] for name in ("dry_run", "manager", "user") if name in options}
        self._server.patch(key, with_cause({}, self._cause), PatchType.MERGE, **own)
        return answer
