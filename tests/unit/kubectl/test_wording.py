import pytest

from kplan.apiserver.errors import Cause, StatusError
from kplan.kubectl.wording import ClientError, error_text, errors_text, subject, with_source

INVALID = StatusError(
    422, "Invalid", 'Deployment.apps "web" is invalid: spec: bad', [Cause("FieldValueInvalid", "bad", "spec")]
)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (INVALID, 'The Deployment "web" is invalid: spec: bad\n'),
        (
            StatusError(
                422,
                "Invalid",
                'Pod "p" is invalid: [a: x, b: y]',
                [Cause("", "x", "a"), Cause("", "y", "b"), Cause("", "x", "a")],
            ),
            'The Pod "p" is invalid: \n* a: x\n* b: y\n',
        ),
        (
            StatusError(422, "Invalid", ' "" is invalid: patch: z', [Cause("", "z", "patch")]),
            "The request is invalid: patch: z\n",
        ),
        (
            StatusError(
                422, "Invalid", 'deployments.apps "web" is forbidden: denied', [Cause("", "denied", "")]
            ),
            'The deployments "web" is invalid: : denied\n',
        ),
        (
            StatusError(403, "Forbidden", 'pods "p" is forbidden: no'),
            'Error from server (Forbidden): pods "p" is forbidden: no\n',
        ),
        (StatusError(422, "Invalid", "no details"), "The request is invalid: no details\n"),
        (
            StatusError(404, "NotFound", 'pods "p" not found'),
            'Error from server (NotFound): pods "p" not found\n',
        ),
        (StatusError(500, "", "odd"), "Error from server: odd\n"),
        (ClientError("wrong"), "error: wrong\n"),
    ],
)
def test_errors_read_as_in_kubectl(error: StatusError | ClientError, text: str) -> None:
    assert error_text(error) == text


def test_several_errors_are_one_line_each() -> None:
    assert (
        errors_text([ClientError("a"), StatusError(404, "NotFound", "b")])
        == "a\nError from server (NotFound): b\n"
    )


def test_the_source_is_named_where_kubectl_names_it() -> None:
    assert str(with_source(ClientError("x"), "patching", "f.yaml")) == 'error when patching "f.yaml": x'
    assert with_source(StatusError(403, "Forbidden", "no"), "creating", "f").args == (
        'error when creating "f": no',
    )
    assert (
        error_text(with_source(INVALID, "patching", "f.yaml"))
        == 'The Deployment "web" is invalid: spec: bad\n'
    )


def test_subjects_are_read_from_the_message() -> None:
    assert subject(INVALID) == ("Deployment", "web")
    assert subject(StatusError(404, "NotFound", "nothing")) == ("", "")
