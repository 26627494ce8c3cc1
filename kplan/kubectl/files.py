"""The files of ``-f``, read and refused as kubectl does.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/{builder,visitor}.go
"""

from collections.abc import Callable, Sequence

from kplan.api.decode import decode
from kplan.diagnostics import Severity
from kplan.errors import UsageError
from kplan.inputs.reading import read as load
from kplan.inputs.request import Depth, Request
from kplan.kubectl.verb import Given


def reader(stdin: Callable[[int], bytes] | None = None) -> Callable[..., Given]:
    """A reader of files, and of this standard input for ``-``."""

    def read(filenames: Sequence[str], *, recursive: bool) -> Given:
        depth = Depth.ALL if recursive else Depth.OWN
        loaded = load(Request(tuple(filenames), depth, stdin=stdin))
        decoded = decode(loaded.documents)
        for problem in (*loaded.diagnostics, *decoded.diagnostics):
            if problem.severity is Severity.ERROR:
                raise UsageError(problem.message)
        return Given(decoded.objects)

    return read
