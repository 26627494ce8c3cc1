"""Helm by hand-over: the user's own ``helm template`` renders a chart, and kplan reads what it prints.

::

    text = template(Chart("charts/web", values=("prod.yaml",)))
    documents_of(text, "charts/web")     # documents that know the template they were rendered from

Decided: nothing is fetched. A chart is a folder or an archive on this machine, with its dependencies in it; helm gets
no configuration of a cluster and no plug-ins.
"""

from kplan.helm.command import HelmMissingError, template
from kplan.helm.rendered import documents_of

__all__ = ["HelmMissingError", "documents_of", "template"]
