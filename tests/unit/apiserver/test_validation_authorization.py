"""What the server says of access reviews; every text was confirmed by a real API server's answer."""

from typing import Any

import pytest

from kplan.apiserver.validation import authorization

Json = dict[str, Any]


def review(spec: Json, **metadata: Any) -> Json:
    return {"apiVersion": "authorization.k8s.io/v1", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"user": "a", "resourceAttributes": {"verb": "get"}}, []),
        (
            {},
            [
                (
                    "spec.resourceAttributes: Invalid value: null: "
                    "exactly one of nonResourceAttributes or resourceAttributes must be specified"
                ),
                'spec.user: Invalid value: "": at least one of user or group must be specified',
            ],
        ),
        (
            {"groups": ["a"], "resourceAttributes": {}, "nonResourceAttributes": {"path": "/x"}},
            [
                (
                    'spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":""}: '
                    "cannot be specified in combination with resourceAttributes"
                )
            ],
        ),
        (
            {"user": "a", "resourceAttributes": {"fieldSelector": {"requirements": [{"operator": "In"}]}}},
            [
                "spec.resourceAttributes.fieldSelector.requirements[0].key: Required value: must be specified",
                (
                    "spec.resourceAttributes.fieldSelector.requirements[0].values: Required value: "
                    "must be specified when `operator` is 'In' or 'NotIn'"
                ),
            ],
        ),
    ],
)
def test_reviews_of_others(spec: Json, expected: list[str]) -> None:
    errors = authorization.validate_subject_access_review(review(spec))
    assert [str(error) for error in errors] == expected


def test_own_review_needs_no_subject() -> None:
    spec = {"nonResourceAttributes": {"path": "/healthz"}}
    assert authorization.validate_self_subject_access_review(review(spec)) == []


def test_reviews_carry_no_metadata() -> None:
    (error,) = authorization.validate_subject_access_review(
        review({"user": "a", "nonResourceAttributes": {}}, name="x")
    )
    assert str(error) == 'metadata: Invalid value: {"name":"x"}: must be empty'


def test_local_review_stays_in_its_namespace() -> None:
    spec = {"user": "a", "resourceAttributes": {"namespace": "other"}}
    (error,) = authorization.validate_local_subject_access_review(review(spec, namespace="here"))
    assert str(error) == (
        'spec.resourceAttributes.namespace: Invalid value: "other": must match metadata.namespace'
    )
