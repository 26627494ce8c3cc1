"""What Argo CD and Flux would build: their objects as applications, each with the sources that it is made of.

::

    found = follow(objects, Repository(Tree("."), remotes), build)
    found.applications[0].sources[0].path       # a folder of this repository, or of a checkout that was given
    found.unfollowed                            # what points elsewhere, and why it is not followed

Decided: nothing is fetched; an application is data, ``pipeline.applications`` builds it; a kind is a file with one line
in the roster of ``kinds``, a generator of an ApplicationSet one in that of ``generators``.
"""

from kplan.gitops.following import Found, deploys, follow
from kplan.gitops.model import Application, Source, Unfollowed
from kplan.gitops.repository import Repository
from kplan.gitops.tree import Tree

__all__ = ["Application", "Found", "Repository", "Source", "Tree", "Unfollowed", "deploys", "follow"]
