"""Which addresses of git repositories are this one, and which are checkouts that were given."""

import re
from collections.abc import Mapping

from kplan.gitops.tree import Tree
from kplan.namedtuples import NamedTuple

_ADDRESS = re.compile(r"^(?:[a-z+]+://)?(?:[^@/]+@)?([^/:]+)(?::\d+)?[/:](.+?)(?:\.git)?/*$")
_DEFAULT = frozenset({"", "HEAD", "main", "master", "trunk", "refs/heads/main", "refs/heads/master"})


class Repository(NamedTuple):
    """The repository at hand, and others that lie beside it."""

    tree: Tree
    remotes: tuple[str, ...] = ()
    """The addresses that it is known by; without any, whatever lies in it is taken to be meant."""
    checkouts: Mapping[str, Tree] = {}
    """By address, the folders of other repositories."""
    branches: frozenset[str] = frozenset()
    """Branches that are taken to be checked out, besides the usual main ones."""

    def tree_of(self, address: str, path: str) -> Tree | None:
        """The tree that an address stands for; None for one that is elsewhere.

        A fork has another owner, so that the last part of its name tells.
        """
        wanted = normalised(address)
        for known, tree in self.checkouts.items():
            if normalised(known) == wanted:
                return tree
        if not address or not self.remotes:
            return self.tree if not path or self.tree.folder(path) or self.tree.file(path) else None
        names = {normalised(one).rpartition("/")[2] for one in self.remotes}
        return self.tree if wanted.rpartition("/")[2] in names else None

    def is_checked_out(self, revision: str) -> bool:
        """Whether a revision is what lies in the tree, not a tag or a commit of another time."""
        return revision in _DEFAULT or revision.removeprefix("refs/heads/") in self.branches


def normalised(address: str) -> str:
    """An address without scheme, user, port and ``.git``: ``github.com/owner/name``."""
    found = _ADDRESS.match(address.strip())
    return (
        f"{found[1]}/{found[2]}".lower()
        if found
        else address.strip().rstrip("/").removesuffix(".git").lower()
    )
