"""Apply the user's objects to a simulated cluster, as kubectl apply would, and note what became of each.

What the API server refuses stays as it is. Only where the user asks for it, an object with a change of an immutable
field is deleted and created anew, as ``kubectl replace --force`` does.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/replace/replace.go
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json, Object
from kplan.apiserver.conversion import to_version
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patching import apply_patch
from kplan.apiserver.server import Server
from kplan.fieldpath import ROOT, FieldPath
from kplan.kubectl import last_applied
from kplan.kubectl.apply import ApplyOptions, ApplyResult, apply_one
from kplan.kubectl.diagnose import code_of, diagnose
from kplan.kubectl.patcher import three_way
from kplan.kubectl.reading import Failure, Info, read, source_of
from kplan.kubectl.rounds import in_rounds
from kplan.kubectl.wording import ClientError, error_text
from kplan.masking.objects import values_of
from kplan.masking.texts import without
from kplan.plan.applied import Applied
from kplan.plan.change import FieldEdit, Identity
from kplan.plan.conflicts import forced
from kplan.plan.diff import edits
from kplan.plan.held import way_out_of_deletion
from kplan.plan.immutable import immutable_paths, narrowed
from kplan.plan.second_run import with_runs_told
from kplan.plan.ways_out import POLICIES, replacement, way_of_policy, way_out
from kplan.state.store import Store

Wait = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Applies objects to a simulated cluster, one after the other."""

    server: Server
    options: ApplyOptions
    pause: Wait
    """The time that kubectl takes between two objects."""
    wait: Wait
    """What a deletion takes to end."""
    replace: bool = False
    """Delete and create anew what has a change of an immutable field."""
    said: ApplyResult = field(default_factory=ApplyResult)
    visited: list[Info] = field(default_factory=list)
    sources: Counter[str] = field(default_factory=Counter)
    """How many objects come from each file, or are built from each folder."""
    policies: set[str] = field(default_factory=set)
    """The names of admission policies and bindings that are created or changed."""

    def run(self, objects: Iterable[Object]) -> Sequence[Applied]:
        """Apply the objects, and return the outcome for each, in their order."""
        given, done = list(objects), dict[int, Applied]()
        self.sources.update(map(source_of, given))
        late = {id(one): why for one in given if (why := self._why_unknown(one))}

        def once(some: Iterable[Object]) -> None:
            for item in read(some, self.server, self.options.reading):
                self.pause()
                one, place = self._one(item), id(item.origin)
                earlier = done.get(place)
                if earlier is None or earlier.refusal:
                    done[place] = one
                if earlier is not None and earlier.refusal:
                    late.setdefault(place, earlier.refusal)

        in_rounds(given, once, self.said.failures, patient=self.options.reading.patient)
        places = (id(origin) for origin in given if id(origin) in done)
        return with_runs_told([(done[place], late.get(place, "")) for place in places])

    def _why_unknown(self, origin: Object) -> str:
        """Why kubectl, which looks up all types before it applies anything, does not know an object's type yet."""
        try:
            self.server.resource_for(origin.gvk)
        except StatusError as error:
            return error.message
        return ""

    def _one(self, item: Info | Failure) -> Applied:
        if isinstance(item, Failure):
            self.said.failures.append(item)
            return _failed(item)
        self.visited.append(item)
        before_it = len(self.said.notes)
        found = self._apply(item)
        if item.resource.kind in POLICIES and found.after is not None and found.after != found.before:
            self.policies.add(item.name)
        warnings = (
            note.line.removeprefix("Warning: ").removeprefix("warning: ")
            for note in self.said.notes[before_it:]
        )
        return replace(found, warnings=tuple(dict.fromkeys(warnings)))

    def _apply(self, info: Info) -> Applied:
        stored = self.server.find(info.key)
        before = to_version(stored, info.resource.api_version) if stored is not None else None
        try:
            return _accepted(info, before, apply_one(info, self.server, self.options, self.said).value)
        except StatusError as refusal:
            paths = immutable_paths(refusal) if before is not None else ()
            if before is None or not paths:
                return self._refused(info, before, refusal)
            if self.replace:
                return self._replaced(info, before, refusal)
            return self._immutable(info, before, refusal, paths)
        except ClientError as error:
            return self._refused(info, before, error)

    def _replaced(self, info: Info, before: Json, refusal: StatusError) -> Applied:
        try:
            self.server.delete(info.key, DeleteOptions("Background"))
            if self.server.find(info.key) is not None:
                self.wait()
            if (left := self.server.find(info.key)) is not None:
                refused = self._refused(info, before, ClientError(_hanging(left)))
                return replace(refused, help=way_out_of_deletion(left, self.server.store))
            after = apply_one(info, self.server, self.options, self.said).value
        except (StatusError, ClientError) as error:
            return self._refused(info, before, error)
        made = _accepted(info, before, after)
        paths = narrowed(refusal, immutable_paths(refusal), (edit.path for edit in made.fields))
        return replace(made, replaced=True, immutable_fields=paths, location=_location(info.origin, paths))

    def _immutable(self, info: Info, before: Json, refusal: StatusError, paths: tuple[str, ...]) -> Applied:
        """A refusal, with the fields that it is about and the way out."""
        asked, fields = self._asked(info, before)
        meant = narrowed(refusal, paths, (edit.path for edit in fields))
        way = replacement(_identity(info), info.source if self.sources[info.source] == 1 else "")
        return replace(
            self._refused(info, before, refusal),
            wanted=asked, fields=fields, immutable_fields=meant, help=way, location=_location(info.origin, meant),
        )  # fmt: skip

    def _asked(self, info: Info, before: Json) -> tuple[Json | None, tuple[FieldEdit, ...]]:
        """The result of the patch, and the fields that it changes."""
        live = self.server.show(info.key, info.resource.api_version) or before
        try:
            modified = last_applied.annotated(info.value)
            patch = three_way(modified, live, info.resource.gvk, lambda _: None)
            patched: Json = apply_patch(live, patch.value, patch.type, info.resource.gvk)
            scratch = Server(Store(), catalog=self.server.catalog)
            scratch.load([patched])
        except (StatusError, ClientError):
            return None, ()
        asked = next(iter(scratch.store))
        return asked, edits(live, asked)

    def _refused(self, info: Info, before: Json | None, error: StatusError | ClientError) -> Applied:
        self.said.refuse(info, error)
        status = error if isinstance(error, StatusError) else error.__cause__
        conflict = isinstance(status, StatusError) and status.reason == "Conflict"
        text = error_text(status if conflict and isinstance(status, StatusError) else error).strip()
        wanted, fields = (
            forced(info, before, self.server, self.options) if conflict and before else (None, ())
        )
        return Applied(
            info.key, _identity(info), before, None, fields, refusal=without(text, values_of(info.value)), refusal_code=code_of(error),
            help=way_out(status, info, before, self.server.store) or way_of_policy(text, self.policies), wanted=wanted or info.value, location=_place(Failure(info.origin, error, info)),
        )  # fmt: skip


def _accepted(info: Info, before: Json | None, after: Json) -> Applied:
    fields = edits(before, after) if before is not None else ()
    return Applied(info.key, _identity(info), before, after, fields, location=_location(info.origin))


def _hanging(left: Json) -> str:
    finalizers = ", ".join(left["metadata"].get("finalizers") or ()) or "none"
    return f"timed out waiting for the condition: its deletion does not end (finalizers: {finalizers})"


def _failed(failure: Failure) -> Applied:
    value = failure.origin.value
    gvk = GroupVersionKind.of(str(value.get("apiVersion") or ""), str(value.get("kind") or ""))
    key = failure.info.key if failure.info else failure.origin.key
    identity = Identity(gvk.api_version, gvk.kind, key.namespace, key.name)
    return Applied(
        key,
        identity,
        None,
        None,
        wanted=value if isinstance(value.get("metadata"), dict) else None,
        refusal=without(error_text(failure.error).strip(), values_of(value)),
        refusal_code=code_of(failure.error),
        location=_place(failure),
    )


def _identity(info: Info) -> Identity:
    """Whose name is ``migrate-*`` where one is to be generated."""
    generated = info.value["metadata"].get("generateName")
    name = f"{generated}*" if generated and not info.name else info.name
    return Identity(info.resource.api_version, info.resource.kind, info.namespace, name)


def _place(failure: Failure) -> str:
    """Where the first field is that a refusal names, else the object."""
    where = next((one.location for one in diagnose(failure)), None)
    if where is None:
        return _location(failure.origin)
    return f"{where.file}:{where.line}" if where.line else where.file


def _location(origin: Object, paths: tuple[str, ...] = ()) -> str:
    if origin.origin is None:
        return ""
    where = origin.origin.location(FieldPath.parse(paths[0]) if paths and paths[0] else ROOT)
    return f"{where.file}:{where.line}" if where.line else where.file
