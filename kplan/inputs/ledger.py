"""What a run has looked at, recorded so that a later run can tell whether anything has changed."""

from os.path import exists

from kplan.inputs.held import Held

Named = tuple[tuple[str, ...], str, bool, bool, tuple[str, ...]]
"""What of a request differs between those of one run:
its paths, its depth, how named files are taken, and what is built.
"""


class Ledger:
    """Everything that one run looked at; the digests are those of ``sight``."""

    def __init__(self, held: Held | None = None) -> None:
        self.held = held or Held()
        """What files hold that were looked at before the run."""
        self.loads: dict[Named, str] = {}
        """By request, the digest of what it found."""
        self.asked: dict[str, bool] = {}
        """Paths of which it counted whether they exist."""
        self.contents: dict[str, str] = {}
        """Digests of files that were read beside those of the requests."""
        self.standing: dict[str, str] = {}
        """Paths that builds looked at, and what stands there."""
        self.beside: dict[Named, tuple[str, ...]] = {}
        """By request, the files that stand beside those it names."""
        self.whole = True
        """Whether all of it can be looked at a second time."""

    def exists(self, path: str) -> bool:
        """Whether there is a file, which is taken down."""
        self.asked[path] = exists(path)  # noqa: PTH110 - asked of many files
        return self.asked[path]
