"""``helm template``: the one place that runs it."""

import os
from collections.abc import Mapping
from os.path import abspath, basename, exists, isdir, join
from typing import Final

from kplan.errors import UsageError
from kplan.helm.running import bounded
from kplan.inputs.request import Chart
from kplan.schema.releases import DEFAULT

_ENDINGS: Final = (".tgz", ".tar.gz")
_MISSING: Final = "missing in charts/ directory"
_AGAIN: Final = "render the chart yourself, and give kplan what 'helm template' prints"
_FOLDER: Final = "name the folder that the Chart.yaml is in"
_NOWHERE: Final = os.devnull


class HelmMissingError(UsageError):
    """There is no helm on this machine."""


def template(chart: Chart) -> str:
    """What helm prints for a chart. Raises UsageError if helm is not installed or refuses the chart."""
    _require(chart)
    files = (*chart.values, *(["-"] if chart.inline else ()))
    given = (("--values", files), ("--set", chart.sets), ("--api-versions", chart.api_versions))
    values = [word for name, items in given for item in items for word in (name, item)]
    namespace = ["--namespace", chart.namespace] if chart.namespace else []
    release = chart.release or _release(chart.path)
    words = ["helm", "template", release, chart.path, *namespace, *values]
    words += ["--include-crds", "--skip-tests", "--kube-version", f"{chart.kubernetes or DEFAULT}.0"]
    try:
        done = bounded(words, chart.inline.encode(), _environment())
    except OSError as error:
        raise HelmMissingError(
            f"{chart.path}: helm is not installed, and only it can render a chart",
            hint=f"install helm, or give kplan what 'helm template {release} {chart.path}' prints elsewhere",
        ) from error
    if done.unfinished:
        raise UsageError(f"{chart.path}: helm cannot render it: {done.unfinished}", hint=_AGAIN)
    if done.code:
        said = done.errors.decode(errors="replace").strip().removeprefix("Error: ").splitlines()
        hint = (
            f"run 'helm dependency build {chart.path}' once; kplan fetches nothing"
            if _MISSING in " ".join(said)
            else ""
        )
        raise UsageError(
            f"{chart.path}: helm cannot render it: {said[0] if said else 'no reason given'}", hint=hint
        )
    return done.output.decode("utf-8", "replace")


def _require(chart: Chart) -> None:
    """Refuse what helm would have to fetch. Raises UsageError."""
    local = chart.path.endswith(_ENDINGS) if not isdir(chart.path) else exists(join(chart.path, "Chart.yaml"))  # noqa: PTH110, PTH112, PTH118 - as given
    if not exists(chart.path) or not local:  # noqa: PTH110 - as given
        raise UsageError(
            f"{chart.path} is no chart on this machine",
            hint=_FOLDER
            if basename(chart.path) == "Chart.yaml"  # noqa: PTH119 - as given
            else "name a folder with a Chart.yaml, or an archive; kplan fetches nothing (helm pull does)",
        )
    for file in chart.values:
        if not exists(file):  # noqa: PTH110 - as given
            raise UsageError(f"{file}: no such file of values", hint="values are read from files only")


def _release(path: str) -> str:
    """The name of a release that was given none: the chart's folder or archive."""
    name = basename(abspath(path))  # noqa: PTH100, PTH119 - as given
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    known = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower())
    return known.strip("-")[:53] or "release-name"


def _environment() -> Mapping[str, str]:
    """No cluster, no plug-ins and no repositories."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("HELM_", "KUBE"))}
    return {**kept, "KUBECONFIG": _NOWHERE, "HELM_NO_PLUGINS": "1", "HELM_REPOSITORY_CONFIG": _NOWHERE}
