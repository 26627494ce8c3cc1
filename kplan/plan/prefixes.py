"""Which route takes a request once its own is gone: of those for the same host the one with the
longest prefix of the path.

Upstream: staging/src/k8s.io/api/networking/v1/types.go (PathType); the Gateway API matches in the same order
"""

from collections.abc import Collection


def covering(route: str, prefixes: Collection[str]) -> str:
    """The longest of the prefixes, ``shop.example.com/``, that a route begins with; empty if there is none.

    Paths are compared element by element: /a is no prefix of /ab. What a route needs beside host and path, as
    ``(GET)``, is no part of a prefix. It is asked for each beginning, so that the number of prefixes does not matter.
    """
    ends = (end for end in range(len(route) - 1, 0, -1) if route[end] in "/ ")
    beginnings = (route[:place] for end in ends for place in (end + 1, end))
    return next((one for one in beginnings if one != route and one in prefixes), "")
