"""Workloads whose images OpenShift writes, as it does where an image stream brings a new one."""

from typing import Final

from kplan.api.walk import items, mapping, text
from kplan.lint.world import Subject

_TRIGGERS: Final = "image.openshift.io/triggers"


def from_streams(subject: Subject) -> str:
    """Why another image may be put into a workload than it names; empty where nothing says so."""
    notes = mapping(subject.value, "metadata", "annotations")
    triggers = (text(one, "type") for _, one in items(subject.spec, "triggers"))
    given = _TRIGGERS in notes or "ImageChange" in triggers
    return "an image stream may bring the image" if given else ""
