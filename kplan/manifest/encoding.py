"""A file's bytes as a text and back, byte for byte: UTF-8 or UTF-16, with or without a byte order mark."""

from typing import Final

from kplan.namedtuples import NamedTuple

_MARKS: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))


class Text(NamedTuple):
    """A text with its own line ends, and how it is written as bytes."""

    text: str
    encoding: str
    mark: bytes

    @classmethod
    def of(cls, data: bytes) -> "Text | None":
        """Decode bytes; None if they would not come back as they are."""
        mark, encoding = next((one for one in _MARKS if data.startswith(one[0])), (b"", "utf-8"))
        try:
            return cls(data[len(mark) :].decode(encoding), encoding, mark)
        except UnicodeDecodeError:
            return None

    @property
    def data(self) -> bytes:
        """The bytes."""
        return self.mark + self.text.encode(self.encoding)
