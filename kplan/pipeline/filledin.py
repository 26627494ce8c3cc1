"""Findings about what is filled in before anything is applied: a kustomization completes its resources, Flux replaces
names, others choose images.

What a file lacks that a kustomization takes as a resource may come from there, and a value such
as ``${APP}`` is none yet.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from kplan.api.object import Object
from kplan.api.walk import mapping
from kplan.diagnostics import Diagnostic, Severity
from kplan.pipeline.imagesources import ImageSources, are_about_images
from kplan.pipeline.loaded import Loaded

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_]\w*)(?:[:=#%/-][^}]*)?\}")
"""What Flux replaces in what it builds."""
_KUSTOMIZE: Final = re.compile(r"\$\([A-Za-z_][\w.-]*\)")
"""What a kustomization replaces that has ``vars``."""
_PLACEHOLDER: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+(?![A-Za-z0-9])")
"""Upper case with underscores, as in values that a replacement or a patch overwrites; real names are lower case."""
_REFUSED: Final = ("API003", "API400", "API422", "NAM001", "NAM002", "IMG006")
_ABSENT: Final = re.compile(r": Required value\b")
_MISSING: Final = ("API004", "REF007")
"""Rules about a field or a volume that is not there."""
_FLUX: Final = ("kustomize.toolkit.fluxcd.io", "Kustomization")


def without_filled_in(
    found: Sequence[Diagnostic], loaded: Loaded, around: Iterable[Object], *, shows_unknown: bool
) -> list[Diagnostic]:
    """The findings; those about what is filled in later are left out, or shown as what the input does not tell."""
    together = (*loaded.objects, *around)
    fluxes = any(map(_replaces, together))
    images = ImageSources(together if are_about_images(found) else (), loaded.unbuilt)
    doubts = [(one, _doubt(one, loaded.parts, images, fluxes=fluxes)) for one in found]
    return [_unknown(one, why) if why else one for one, why in doubts if shows_unknown or not why]


def _replaces(item: Object) -> bool:
    """Whether it is a Kustomization of Flux that replaces variables in what it builds."""
    return (item.gvk.group, item.gvk.kind) == _FLUX and "postBuild" in mapping(item.value, "spec")


def _doubt(one: Diagnostic, parts: frozenset[str], images: ImageSources, *, fluxes: bool) -> str:
    """Why a finding may be wrong; empty if it is not, or says so already."""
    if "(unknown: " in one.message:
        return ""
    part = one.location is not None and one.location.file in parts
    if (part or fluxes) and (variable := _VARIABLE.search(one.message)):
        return f"what ${{{variable[1]}}} stands for is not in the input"
    if part and (variable := _KUSTOMIZE.search(one.message)):
        return f"a kustomization may replace {variable[0]}"
    if part and one.rule in _REFUSED and (placeholder := _PLACEHOLDER.search(one.message)):
        return f"the kustomization that takes the file as a resource may replace {placeholder[0]}"
    if part and (one.rule in _MISSING or _ABSENT.search(one.message)):
        return "the kustomization that takes the file as a resource may add it"
    return images.other(one, is_part=part) if images else ""


def _unknown(one: Diagnostic, why: str) -> Diagnostic:
    return one._replace(message=f"{one.message} (unknown: {why})", severity=Severity.INFO)
