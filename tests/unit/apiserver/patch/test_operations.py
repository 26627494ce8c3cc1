"""JSON patches whose operations lack something, in the words of the library that the API server and kustomize use."""

from typing import Any

import pytest

from kplan.apiserver.patch.json_patch import JsonPatchError, json_patch

OBJECT = {"kind": "ConfigMap", "data": {"a": "1"}}


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ({"op": "add", "value": 1}, "add operation failed to decode path: missing value"),
        ({"op": "remove", "path": 1}, "remove operation failed to decode path: missing value"),
        ({"op": "replace", "value": 1}, "replace operation failed to decode path: operation missing path field: missing value"),
        ({"op": "test", "path": ["a"]}, "test operation failed to decode path: json: cannot unmarshal array into Go value of type string"),
        ({"op": "copy", "path": "/b"}, "copy operation failed to decode from: operation, missing from field: missing value"),
        ({"op": "copy", "from": "/data/a"}, "copy operation failed to decode path: missing value"),
        ({"op": "move", "from": True, "path": "/b"}, "move operation failed to decode from: json: cannot unmarshal bool into Go value of type string"),
        ({"op": "move", "from": "/data/a"}, "move operation failed to decode path: operation missing path field: missing value"),
        ({"op": "replace", "path": {}, "value": 1}, "replace operation failed to decode path: json: cannot unmarshal object into Go value of type string"),
        ({"op": "replace", "path": 1.5, "value": 1}, "replace operation failed to decode path: json: cannot unmarshal number into Go value of type string"),
    ],
)  # fmt: skip
def test_an_operation_without_a_place_is_refused(operation: dict[str, Any], words: str) -> None:
    with pytest.raises(JsonPatchError) as caught:
        json_patch(OBJECT, [operation])
    assert str(caught.value) == words
