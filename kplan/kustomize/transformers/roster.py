"""The built-in transformers in the order they run."""

from typing import Final

from kplan.kustomize.transformers import (
    affixes,
    annotations,
    hashes,
    images,
    json6902,
    labels,
    namespace,
    patches,
    replacements,
    replicas,
    strategic_merge,
    value_add,
)

TRANSFORMERS: Final = (
    strategic_merge.TRANSFORMER, patches.TRANSFORMER, namespace.TRANSFORMER, affixes.PREFIX, affixes.SUFFIX,
    labels.TRANSFORMER, annotations.TRANSFORMER, json6902.TRANSFORMER, replicas.TRANSFORMER,
    images.TRANSFORMER, replacements.TRANSFORMER, value_add.TRANSFORMER,
    hashes.TRANSFORMER,
)  # fmt: skip
