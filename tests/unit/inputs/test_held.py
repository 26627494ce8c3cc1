"""What files hold is held as far as there is room, and handed out once."""

from kplan.inputs.held import Held


def test_as_much_is_held_as_there_is_room_for() -> None:
    held = Held(room=5)
    for path, content in (("a", b"abc"), ("b", b"abc"), ("c", b"ab"), ("d", b""), ("e", b"a")):
        held.keep(path, content)
    assert [held.take(path) for path in "abcde"] == [b"abc", None, b"ab", b"", None]
    assert held.take("a") is None
