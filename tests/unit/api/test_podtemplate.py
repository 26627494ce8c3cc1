"""pod-template-hash: the releases differ because the types they print differ."""

import random
from typing import Any

import pytest

from kplan.api.podtemplate.equality import equal_ignore_hash
from kplan.api.podtemplate.hash import Alike, fnv1_32, fnv1a_32, pod_template_hash, safe_encode
from kplan.apiserver.server import Server
from kplan.schema.catalog import Catalog
from kplan.state.store import Store

LABELS = {"app": "web"}
PLAIN = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def defaulted(template: dict[str, Any], version: str, labels: dict[str, str] = LABELS) -> dict[str, Any]:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}
    server = Server(Store([namespace]), catalog=Catalog.for_version(version))
    spec = {"selector": {"matchLabels": labels}, "template": template}
    made = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d", "namespace": "default"},
        "spec": spec,
    }
    value: dict[str, Any] = server.create(made, dry_run=True).value["spec"]["template"]
    return value


@pytest.mark.parametrize(
    ("text", "fnv1", "fnv1a"),
    [("", 0x811C9DC5, 0x811C9DC5), ("a", 0x050C5D7E, 0xE40C292C), ("foobar", 0x31F0B262, 0xBF9CF968)],
)
def test_the_two_hash_functions(text: str, fnv1: int, fnv1a: int) -> None:
    assert fnv1_32(text.encode()) == fnv1
    assert fnv1a_32(text.encode()) == fnv1a


def test_texts_that_end_alike_have_the_hash_of_each() -> None:
    chance, alike = random.Random(1), Alike()
    ends = [chance.randbytes(700) for _ in range(3)]
    for turn in range(3000):
        text = chance.randbytes(turn % 40) + ends[turn // 1000][turn % 7 == 0 :]
        assert alike.fnv1a_32(text) == fnv1a_32(text)
    assert alike.fnv1a_32(b"") == fnv1a_32(b"")


def test_safe_encoding_uses_neither_vowels_nor_what_looks_like_them() -> None:
    assert not set(safe_encode("0123456789")) & set("aeiou013")
    assert len(set(safe_encode("0123456789"))) == 10


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.25", "76d6c9b8c"), ("1.26", "748c667d99"), ("1.27", "77b4fdf86c"), ("1.29", "7854ff8877"),
        ("1.30", "bf5d5cf98"), ("1.31", "676b6c5bbc"), ("1.33", "5869d7778c"), ("1.34", "66686b6766"),
        ("1.35", "56c45fd5ff"), ("1.36", "7f8fbb96d"),
    ],
)  # fmt: skip
def test_kubectl_create_deployment_nginx(version: str, expected: str) -> None:
    container = {"name": "nginx", "image": "nginx", "resources": {}}
    template = {"metadata": {"labels": {"app": "nginx"}}, "spec": {"containers": [container]}}
    assert pod_template_hash(defaulted(template, "1.36", {"app": "nginx"}), version) == expected


def test_collisions_and_order_of_labels() -> None:
    template = defaulted(PLAIN, "1.36")
    assert pod_template_hash(template, "1.36", 1) != pod_template_hash(template, "1.36")
    one = {**template, "metadata": {"labels": {"a": "1", "b": "2"}}}
    other = {**template, "metadata": {"labels": {"b": "2", "a": "1"}}}
    assert pod_template_hash(one, "1.36") == pod_template_hash(other, "1.36")


def test_equality_overlooks_the_hash_label_and_the_spelling_of_quantities() -> None:
    def asking(cpu: str, extra: dict[str, str]) -> dict[str, Any]:
        container = {"name": "c", "resources": {"requests": {"cpu": cpu}}}
        return {"metadata": {"labels": {**LABELS, **extra}}, "spec": {"containers": [container]}}

    assert equal_ignore_hash(asking("1", {}), asking("1000m", {"pod-template-hash": "x"}))
    assert not equal_ignore_hash(asking("1", {}), asking("2", {}))
