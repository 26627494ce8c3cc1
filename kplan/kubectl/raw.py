"""``--raw``: the flag that sends a request to a path of the API, and what does not go with it.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/{get/get,create/create,replace/replace,delete/delete}.go (Validate)
"""

from typing import Final

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag

RAW: Final = Flag(
    "raw", "Send the request to this path of the API, and print the answer as it is.", metavar="PATH"
)


def check_raw(arguments: Arguments, *, files: int) -> None:
    """Refuse what does not go with a path; ``files`` is how many have to be given at least. Raises UsageError."""
    given = arguments.texts("filename")
    if len(given) > 1 or len(given) < files:
        raise UsageError("--raw can only use a single local file or stdin")
    if any(one.startswith(("http://", "https://")) for one in given):
        raise UsageError("--raw cannot read from a url")
    if arguments.switch("recursive"):
        raise UsageError("--raw and --recursive are mutually exclusive")
    check_path(arguments)


def check_path(arguments: Arguments) -> None:
    """Refuse an output beside the path, and what is no path. Raises UsageError."""
    if arguments.text("output"):
        raise UsageError("--raw and --output are mutually exclusive")
    path = arguments.text("raw")
    if not path.startswith(("/", "http://", "https://")):
        raise UsageError(f'--raw must be a valid URL path: parse "{path}": invalid URI for request')
