"""One kustomization built: what it names is read, generated and transformed, level by level.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/target/kusttarget.go
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kplan.kustomize import kustomization
from kplan.kustomize.configs import refusal
from kplan.kustomize.crds import described
from kplan.kustomize.edits import Edits
from kplan.kustomize.errors import KustomizeError, MalformedError
from kplan.kustomize.files import Loader
from kplan.kustomize.generating import GENERATORS, with_options
from kplan.kustomize.openapi import check_schema
from kplan.kustomize.plugins import generator, steps
from kplan.kustomize.reading import resources_of
from kplan.kustomize.resource import Change, Origin, Resource
from kplan.kustomize.resources import Resources
from kplan.kustomize.specs import Specs, configured, united
from kplan.kustomize.transformers.model import Step
from kplan.kustomize.transformers.roster import TRANSFORMERS
from kplan.kustomize.variables import listed

Label = tuple[str, str]
"""The file that configures a transformer, and its kind and name."""


@dataclass(slots=True)
class Accumulated:
    """The result of one level: objects, field specs and vars."""

    resources: Resources = field(default_factory=Resources)
    specs: Specs = field(default_factory=dict)
    variables: list[Any] = field(default_factory=list)

    def merge(self, other: "Accumulated") -> None:
        """Take over another level's."""
        self.resources.extend(other.resources)
        self.specs = united(self.specs, other.specs)
        _add_variables(self.variables, other.variables)


def _add_variables(variables: list[Any], more: list[Any]) -> None:
    for variable in more:
        if variable not in variables:
            name = variable.get("name") or ""
            if any((one.get("name") or "") == name for one in variables):
                raise KustomizeError(f"var '{name}' already encountered")
            variables.append(variable)


class Target:
    """A kustomization at its root."""

    def __init__(
        self, loader: Loader, warnings: list[str], through: tuple[str, ...] = (), edits: Edits | None = None,
        namespace: str = "",
    ) -> None:  # fmt: skip
        self.loader = loader
        self.warnings = warnings
        name, self.value = kustomization.load(loader, warnings, edits)
        self.path = f"{loader.root}/{name}"
        self.through = (self.path, *through)
        self.namespace: str = self.value.get("namespace") or namespace
        """The namespace that charts are given: this kustomization's own, or that of the ones above."""

    def accumulate(self, into: Accumulated | None = None) -> Accumulated:
        """Build this level."""
        result = into or Accumulated()
        self._add_resources(result, self._list("resources"), "accumulating resources: ")
        result.specs = united(result.specs, configured(self.loader, self._list("configurations")))
        result.specs = united(result.specs, self._described(self._list("crds")))
        self._generate(result)
        for path in self._list("components"):
            result = self._component(result, path)
        for label, step in [*self._builtin_steps(result.specs), *self._plugin_steps("transformers")]:
            step(result.resources)
            result.resources = Resources(result.resources)
            for item in result.resources:
                item.transformed.append(label)
        for item in result.resources:
            item.changes.append(Change(Origin(self.path, 1, self.through)))
        for _, step in list(self._plugin_steps("validators")):
            self._validate(result.resources, step)
        self._add_own_variables(result.variables)
        return result

    def _add_own_variables(self, variables: list[Any]) -> None:
        for variable in self._list("vars"):
            name = variable.get("name") or ""
            if any((one.get("name") or "") == name for one in variables):
                shown = listed(self._list("vars"))
                raise KustomizeError(f"merging vars {shown}: var '{name}' already encountered")
            variables.append(variable)

    def _list(self, name: str) -> list[Any]:
        found: list[Any] = self.value.get(name) or []
        return found

    def _add_resources(self, result: Accumulated, paths: list[str], context: str) -> None:
        for path in paths:
            try:
                self._file(result, path)
            except MalformedError as error:
                raise KustomizeError(f"{context}{error}") from None
            except KustomizeError as error:
                words = str(error)
                if words.startswith("map[string]interface"):
                    raise
                try:
                    self._directory(result, self.loader.enter(path))
                except KustomizeError as other:
                    raise KustomizeError(f"{context}accumulation err='{words}': {other}") from None

    def _file(self, result: Accumulated, path: str) -> None:
        try:
            real = self.loader.locate(path)
            found = resources_of(self.loader.text(path), path, real, self.through)
            for item in found:
                item.strings("annotations").update(item.annotations)
            Resources(found)
        except MalformedError as error:
            raise MalformedError(f"accumulating resources from '{path}': {error}") from None
        except KustomizeError as error:
            if str(error).startswith("map[string]interface"):
                raise
            raise KustomizeError(f"accumulating resources from '{path}': {error}") from None
        try:
            result.resources.extend(found)
        except KustomizeError as error:
            raise KustomizeError(f"merging resources from '{path}': {error}") from None

    def _sub(self, loader: Loader) -> "Target":
        try:
            return Target(loader, self.warnings, self.through, namespace=self.namespace)
        except KustomizeError as error:
            raise KustomizeError(f"couldn't make target for path '{loader.root}': {error}") from None

    def _directory(self, result: Accumulated, loader: Loader) -> None:
        below = self._sub(loader)
        check_schema(below.value.get("openapi") or {}, loader)
        if below.value["kind"] == "Component":
            raise KustomizeError(f"expected kind != 'Component' for path '{loader.root}'")
        try:
            found = below.accumulate()
        except KustomizeError as error:
            raise KustomizeError(f"recursed accumulation of path '{loader.root}': {error}") from None
        try:
            result.merge(found)
        except KustomizeError as error:
            raise KustomizeError(f"recursed merging from path '{loader.root}': {error}") from None

    def _component(self, result: Accumulated, path: str) -> Accumulated:
        try:
            loader = self.loader.enter(path)
        except KustomizeError as error:
            raise KustomizeError(f'accumulating components: loader.New "{error}"') from None
        try:
            below = self._sub(loader)
            check_schema(below.value.get("openapi") or {}, loader)
            if below.value["kind"] != "Component":
                raise KustomizeError(
                    f"expected kind 'Component' for path '{loader.root}' but got '{below.value['kind']}'"
                )
            try:
                return below.accumulate(result)
            except KustomizeError as error:
                raise KustomizeError(f"recursed accumulation of path '{loader.root}': {error}") from None
        except KustomizeError as error:
            quoted = str(error).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            raise KustomizeError(f'accumulating components: accumulateDirectory: "{quoted}"') from None

    def _described(self, paths: list[str]) -> Specs:
        result: Specs = {}
        try:
            for path in paths:
                result = united(result, described(self.loader.text(path), path))
        except KustomizeError as error:
            raise KustomizeError(f"loading CRDs [{' '.join(paths)}]: {error}") from None
        return result

    def _generate(self, result: Accumulated) -> None:
        self._refuse_charts()
        for generate, origin in [*self._entries(), *self._generators()]:
            item = generate()
            item.origin = origin
            try:
                result.resources.absorb([item])
            except KustomizeError as error:
                raise KustomizeError(f"merging from generator &{{0xc000000000 <nil>}}: {error}") from None

    def _refuse_charts(self) -> None:
        """Charts are made into objects by helm, which kustomize runs only where it is told to."""
        shared = self.value.get("helmGlobals") or {}
        for chart in self._list("helmCharts") or self._list("helmChartInflationGenerator"):
            namespace = {"namespace": chart.get("namespace") or self.namespace}
            disabled = KustomizeError(
                "must specify --enable-helm",
                hint="kplan runs no helm here: give it the output of helm template",
            )
            words = refusal("HelmChartInflationGenerator", {**shared, **chart, **namespace}, disabled)
            raise KustomizeError(words) from disabled

    def _entries(self) -> Iterator[tuple[Callable[[], Resource], Origin]]:
        """The generators of this kustomization's own fields, and where they are written."""
        for name, kind in (
            ("configMapGenerator", "ConfigMapGenerator"),
            ("secretGenerator", "SecretGenerator"),
        ):
            for index, entry in enumerate(self._list(name)):
                settings = with_options(entry, self.value.get("generatorOptions"))
                origin = Origin(self.path, 1, self.through, (name, index))
                yield partial(GENERATORS[kind], settings, self.loader), origin

    def _generators(self) -> list[tuple[Callable[[], Resource], Origin]]:
        """The generators in files, all of which have to be known before the first one runs."""
        try:
            configs = self._configs("generators")
            return [(generator(config, self.loader), config.origin) for config in configs]
        except KustomizeError as error:
            raise KustomizeError(f"loading generator plugins: {error}") from None

    def _configs(self, name: str) -> list[Resource]:
        read = Accumulated()
        paths = []
        for entry in self._list(name):
            try:
                found = resources_of(entry)
            except KustomizeError:
                paths.append(entry)
                continue
            try:
                read.resources.extend(found)
            except KustomizeError as error:
                noun = "generator" if name == "generators" else "transformer"
                raise KustomizeError(f"configuring external {noun}: {error}") from None
        self._add_resources(read, paths, "")
        return list(read.resources)

    def _builtin_steps(self, found: Specs) -> list[tuple[Label, Step]]:
        result: list[tuple[Label, Step]] = []
        for transformer in TRANSFORMERS:
            for settings in transformer.settings(self.value, found):
                try:
                    step = transformer.configure(settings, self.loader)
                except KustomizeError as error:
                    raise KustomizeError(refusal(transformer.kind, settings, error)) from None
                result.append(((self.path, transformer.kind), step))
        return result

    def _plugin_steps(self, name: str) -> Iterator[tuple[Label, Step]]:
        for config in self._configs(name):
            label = (config.origin.path or self.path, f"{config.gvk.kind} {config.name}".rstrip())
            yield from ((label, step) for step in steps([config], self.loader))

    @staticmethod
    def _validate(resources: Resources, step: Step) -> None:
        copy = Resources(item.copy() for item in resources)
        step(copy)
        for item in resources:
            same = [other for other in copy if other.id.equals(item.id)]
            if not same:
                raise KustomizeError(
                    f"validator shouldn't modify the resource map: id in self missing from other; id: {item.id}"
                )
            if same[0].value != item.value:
                raise KustomizeError("validator shouldn't modify the resource map: nodes unequal: ")
