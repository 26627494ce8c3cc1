"""How long it takes to tell a manifest from another file."""

import time

from kplan.inputs.classify import is_written_as_manifest


def test_deep_indentation_is_passed_over_once() -> None:
    deep = b"".join(b" " * depth + b"a:\n" for depth in range(2_000))
    begun = time.process_time()
    assert not is_written_as_manifest(deep)
    assert time.process_time() - begun < 1


def test_a_flow_mapping_may_begin_a_line() -> None:
    assert is_written_as_manifest(b'  {, "apiVersion": v1,\n\n   kind : x')
