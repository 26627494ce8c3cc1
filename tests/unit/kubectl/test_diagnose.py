from typing import Any

import pytest

from kplan.api.decode import decode
from kplan.api.object import Object
from kplan.apiserver.errors import Cause, StatusError
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.kubectl.diagnose import diagnose, warn
from kplan.kubectl.fieldplaces import entry_within
from kplan.kubectl.reading import Failure
from kplan.kubectl.wording import ClientError
from kplan.manifest.loader import load_text

TEXT = """\
apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  containers:
  - name: a
    image: x
  - name: b
    image: 7
    imagePullPolcy: Always
"""


@pytest.fixture
def pod() -> Object:
    return decode(load_text(TEXT, "pod.yaml").documents).objects[0]


def places(origin: Object, error: Any) -> list[tuple[str, str]]:
    return [(str(one.location).split("-")[0], one.message) for one in diagnose(Failure(origin, error))]


def line_and_column(origin: Object, error: Any) -> list[tuple[int, int]]:
    return [
        (one.location.line, one.location.column) for one in diagnose(Failure(origin, error)) if one.location
    ]


def test_every_cause_has_its_place(pod: Object) -> None:
    causes = [
        Cause("FieldValueInvalid", "bad", "spec.containers[1].name"),
        Cause("FieldValueRequired", "Required value", "spec.containers[0].ports"),
    ]
    error = StatusError(422, "Invalid", 'Pod "p" is invalid: ...', causes)
    assert line_and_column(pod, error) == [(9, 11), (7, 5)]


def test_unknown_fields_are_shown_by_their_name(pod: Object) -> None:
    error = StatusError(
        400, "BadRequest", 'strict decoding error: unknown field "spec.containers[1].imagePullPolcy"'
    )
    found = diagnose(Failure(pod, error))
    assert [(one.message, one.location.line, one.location.column) for one in found if one.location] == [
        ('unknown field "spec.containers[1].imagePullPolcy"', 11, 5)
    ]


def test_type_errors_are_found_without_an_index(pod: Object) -> None:
    text = "json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string"
    assert line_and_column(pod, StatusError(400, "BadRequest", text)) == [(10, 12)]


def test_a_value_that_kubectl_cannot_read_is_pointed_at(pod: Object) -> None:
    text = 'unable to decode "pod.yaml": json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string'
    (found,) = diagnose(Failure(pod, ClientError(text)))
    assert found.location is not None
    assert (found.rule, found.location.line, found.location.column) == ("KCTL001", 10, 12)


def test_who_has_no_namespace_is_told_to_make_it(pod: Object) -> None:
    refused = StatusError(404, "NotFound", 'namespaces "shop" not found')
    (found,) = diagnose(Failure(pod, refused))
    assert found.help == 'put a Namespace named "shop" first, or name a --state that has it'
    (other,) = diagnose(Failure(pod, StatusError(404, "NotFound", 'pods "a" not found')))
    assert other.help == ""


def test_conflicts_name_manager_and_field(pod: Object) -> None:
    cause = Cause("FieldManagerConflict", 'conflict with "m"', ".metadata.name")
    found = diagnose(Failure(pod, StatusError(409, "Conflict", "Apply failed", [cause])))
    assert [(one.rule, one.message, str(one.path)) for one in found] == [
        ("API409", 'conflict with "m": .metadata.name', "metadata.name")
    ]


def test_what_names_no_field_points_at_the_document(pod: Object) -> None:
    assert line_and_column(pod, StatusError(403, "Forbidden", "no")) == [(1, 1)]
    assert diagnose(Failure(pod, ClientError("no such kind")))[0].rule == "KCTL001"


def test_warnings_are_warnings(pod: Object) -> None:
    found = warn(pod, ("spec.containers[1].image: odd", "unrelated: text"))
    assert [(one.severity, one.location.line) for one in found if one.location] == [
        (Severity.WARNING, 10),
        (Severity.WARNING, 1),
    ]


def test_objects_without_a_document_still_have_diagnostics() -> None:
    bare = Object({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}})
    assert places(bare, StatusError(403, "Forbidden", "no")) == [("None", "no")]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("metadata: {name: l, creationTimestamp: 2026-01-31}\nspec: {}\n", (3, 40)),
        ("metadata: {name: l}\nspec: {renewTime: 2026-01-31T08:00:00Z}\n", (4, 19)),
        ("metadata: {name: l}\nspec: {holderIdentity: 2026-01-31, acquireTime: soon}\n", (4, 49)),
    ],
)
def test_a_time_that_cannot_be_read_has_its_place(written: str, place: tuple[int, int]) -> None:
    text = f"apiVersion: coordination.k8s.io/v1\nkind: Lease\n{written}"
    origin = decode(load_text(text, "lease.yaml").documents).objects[0]
    said = 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'
    assert line_and_column(origin, StatusError(400, "BadRequest", said)) == [place]
    assert line_and_column(origin, ClientError(f'unable to decode "lease.yaml": {said}')) == [place]


CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: c}
spec:
  resources:
    requests: {storage: 1ki}
"""


@pytest.mark.parametrize(
    ("text", "error", "place"),
    [
        (CLAIM, StatusError(400, "BadRequest", "unable to parse quantity's suffix"), (6, 25)),
        (CLAIM, StatusError(422, "Invalid", "", [Cause("FieldValueInvalid", "zero", "spec.resources[storage]")]), (6, 25)),
    ],
)  # fmt: skip
def test_values_that_cannot_be_read_have_their_place(text: str, error: Any, place: tuple[int, int]) -> None:
    (origin,) = decode(load_text(text, "a.yaml").documents).objects
    assert line_and_column(origin, error) == [place]


_LABELLED = {
    "metadata": {"labels": {"a b": "c", "d": "e f", "x y.z/n": "v", "p/m n": "w"}},
    "data": {"a b": "x"}, "stringData": {"c d": "y"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "refused", "steps", "key"),
    [
        ("metadata.labels", "a b", ("metadata", "labels", "a b"), True),
        ("metadata.labels", "e f", ("metadata", "labels", "d"), False),
        ("metadata.labels", "x y.z", ("metadata", "labels", "x y.z/n"), True),
        ("metadata.labels", "m n", ("metadata", "labels", "p/m n"), True),
        ("metadata.labels", "elsewhere", ("metadata", "labels"), False),
        ("metadata.absent", "a", ("metadata", "absent"), False),
        ("data[a b]", "a b", ("data", "a b"), True),
        ("data[c d]", "c d", ("stringData", "c d"), True),
    ],
)
def test_the_entry_of_a_mapping_is_found_that_only_the_value_names(
    field: str, refused: str, steps: tuple[str, ...], *, key: bool
) -> None:
    found = entry_within(FieldPath.parse(field), f'Invalid value: "{refused}": must be otherwise', _LABELLED)
    assert found == (FieldPath.of(*steps), key)
    assert entry_within(FieldPath.parse(field), "Required value", _LABELLED) == (
        FieldPath.parse(field),
        False,
    )
