"""Linters that kplan stands beside: whose suppressions it reads where it is asked to."""

from enum import StrEnum


class Tool(StrEnum):
    """A linter whose suppressions can be honoured."""

    CHECKOV = "checkov"
    DATREE = "datree"
    KUBE_LINTER = "kube-linter"
    KUBE_SCORE = "kube-score"
    POLARIS = "polaris"
