"""Whether an object holds something to hide is seen without a veil over it: never too little."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kplan.masking.objects import concealed, holds, values_of

_NAMES = ("kind", "name", "value", "data", "annotations", "metadata", "items", "env", "apiVersion")
_TEXTS = st.sampled_from(["Secret", "SecretList", "Pod", "DB_PASSWORD", "COLOUR", "s3cr3t-value", ""])
_SECRET = st.just({"kind": "Secret", "data": {"a": "czNjcjN0LXZhbHVl"}})
_ENV = st.just({"env": [{"name": "DB_PASSWORD", "value": "s3cr3t-value"}]})


def _around(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4)
        | st.builds(
            lambda held, ascii_: {"annotations": {"a": json.dumps(held, ensure_ascii=ascii_)}},
            inner,
            st.booleans(),
        )
    )


@given(st.recursive(_TEXTS | _SECRET | _ENV | st.none() | st.integers(0, 1), _around, max_leaves=8))
def test_what_is_said_to_hold_nothing_is_shown_as_it_is(value: Any) -> None:
    if not holds(value):
        assert list(values_of(value)) == []
        assert concealed(value) == value


@pytest.mark.parametrize(
    "text",
    ['{"kind":"Secret","data":{"a":"eA=="}}', ' [{"kind":"\\u0053ecret","data":{"a":"eA=="}}]',
     '{"env":[{"name":"DB_PASSWORD","v\\u0061lue":"x"}]}'],
)  # fmt: skip
def test_an_annotation_that_holds_an_object_is_looked_into(text: str) -> None:
    assert holds({"metadata": {"annotations": {"copy": text}}})


def test_a_subclass_of_a_map_is_looked_into() -> None:
    class Map(dict[str, Any]):
        pass

    assert holds([Map(kind="Secret", data={"a": "eA=="})])
    assert not holds(
        {"kind": "Deployment", "env": [{"name": "COLOUR", "value": "red"}], "n": [1, None, True, 1.5]}
    )


def test_a_name_that_is_the_value_of_a_credential_is_shown_all_the_same() -> None:
    env = [{"name": "ACCESS_KEY", "value": name} for name in ("minio", "planted-value")]
    found = set(
        values_of({"kind": "Pod", "metadata": {"name": "minio"}, "spec": {"containers": [{"env": env}]}})
    )
    assert "planted-value" in found
    assert "minio" not in found
