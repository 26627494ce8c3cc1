"""Argo CD's ApplicationSet: one Application for every set of parameters that its generators give.

Upstream: github.com/argoproj/argo-cd applicationset/controllers/template
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kplan.api.object import Json, Object
from kplan.gitops.generators import Generating, GenerationError, generated
from kplan.gitops.kinds import application
from kplan.gitops.looking import Looking, listing, mapping, unfollowed
from kplan.gitops.merging import merged
from kplan.gitops.model import Application, Unfollowed
from kplan.gitops.setvalues import from_text
from kplan.gitops.templates import TemplateError, rendered, text_of

_MOST = 5_000
"""Applications of one set that are followed."""


def read(one: Object, looking: Looking) -> Iterator[Application | Unfollowed]:
    """The applications of the set."""
    spec = mapping(one.value.get("spec"))
    generating = Generating(looking, go_template=bool(spec.get("goTemplate")))
    number = 0
    for place, generator in enumerate(listing(spec.get("generators"))):
        steps = ("spec", "generators", place)
        try:
            for parameters, override in generated(mapping(generator), generating):
                number += 1
                if number > _MOST:
                    yield unfollowed(one, f"more than {_MOST} applications", "", *steps)
                    return
                yield from _made(one, spec, parameters, override, looking, generating.go_template)
        except (GenerationError, TemplateError) as error:
            yield unfollowed(one, str(error), error.address, *steps)


def _made(
    one: Object, spec: Mapping[str, Any], parameters: Mapping[str, Any], override: Mapping[str, Any], looking: Looking,
    go_template: bool,
) -> Iterator[Application | Unfollowed]:  # fmt: skip
    """The application of one set of parameters."""
    template = merged(mapping(spec.get("template")), override)
    strict = "missingkey=error" in listing(spec.get("goTemplateOptions"))
    value = rendered(template, parameters, go_template=go_template, strict=strict)
    if patch := spec.get("templatePatch"):
        value = merged(
            value, from_text(text_of(str(patch), parameters, go_template=go_template, strict=strict))
        )
    metadata = mapping(value.get("metadata"))
    made: Json = {
        "apiVersion": one.gvk.api_version, "kind": "Application",
        "metadata": {"namespace": one.namespace, **metadata},
        "spec": mapping(value.get("spec")),
    }  # fmt: skip
    yield from application.read(Object(made, one.origin), looking)
