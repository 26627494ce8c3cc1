"""What a configuration may say: one model a section; its JSON schema is published as schemas/kplan/config.v1.json."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kplan.diagnostics import Severity
from kplan.errors import UsageError
from kplan.gate import Condition, parse
from kplan.kubectl.durations import duration
from kplan.lint.otherlinter import Tool
from kplan.lint.presets import Preset
from kplan.manifest.limits import DEEPEST
from kplan.simulation.scenario import Fate


def _listed(value: object) -> object:
    """Turn a single text into a list of one."""
    return [value] if isinstance(value, (str, float)) else value


def _minor(value: object) -> str:
    """A bundled minor; a number that YAML reads is one too. Raises ValueError."""
    from kplan.schema.catalog import Catalog  # noqa: PLC0415 - only a configuration that names minors needs it

    try:
        return Catalog.for_version(str(value)).version
    except UsageError as error:
        hint = "write it in quotes" if isinstance(value, float) else error.hint
        raise ValueError(f"{error.message} ({hint})") from error


def _condition(text: str) -> str:
    """A condition that a plan may fail on. Raises ValueError."""
    try:
        parse(text, tuple(Condition))
    except UsageError as error:
        raise ValueError(f"{error.message} ({error.hint})") from error
    return text


_ONE_OR_MORE = BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...])


def _timed(outcome: dict[str, str]) -> dict[str, str]:
    """An outcome and the time it takes. Raises ValueError."""
    if len(outcome) != 1:
        raise ValueError("name one outcome, as in {fails: 10s}")
    _duration(next(iter(outcome.values())))
    return outcome


def _duration(text: str) -> str:
    """A duration. Raises ValueError."""
    try:
        duration(text)
    except UsageError as error:
        raise ValueError(f"{error.message} ({error.hint})") from error
    return text


Texts = Annotated[tuple[str, ...], _ONE_OR_MORE]
Codes = Annotated[tuple[str, ...], _ONE_OR_MORE]
Minors = Annotated[tuple[Annotated[str, BeforeValidator(_minor)], ...], _ONE_OR_MORE]
Conditions = Annotated[tuple[Annotated[str, AfterValidator(_condition)], ...], _ONE_OR_MORE]


class Section(BaseModel):
    """A mapping of the configuration; what it does not know is refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: name.replace("_", "-"),
        populate_by_name=False,
    )

    @model_validator(mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        """A known key without a value says nothing, as one whose lines are all comments."""
        if not isinstance(value, dict):
            return value
        known = {info.alias or name for name, info in cls.model_fields.items()}
        return {key: one for key, one in value.items() if one is not None or key not in known}


class HelmInput(Section):
    """A chart, which the user's helm renders."""

    chart: str = Field(description="Folder or archive of the chart, relative to this file.")
    release: str = Field(
        default="", description="Name of the release; default: the name of the chart's folder."
    )
    namespace: str = Field(default="", description="Namespace of the release.")
    values: Texts = Field(default=(), description="Files of values, relative to this file.")
    set: Texts = Field(default=(), description="Single values, 'name=value', as helm template takes them.")
    api_versions: Texts = Field(
        default=(),
        description="Further API versions that the cluster serves: 'group/version' or 'group/version/Kind'.",
    )  # fmt: skip


class Input(Section):
    """A file or folder of manifests, a kustomization or a chart."""

    path: str | None = Field(default=None, description="File, folder or glob, relative to this file.")
    kustomize: str | None = Field(default=None, description="Folder with a kustomization to build.")
    helm: HelmInput | None = Field(default=None, description="Chart that helm renders.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        """One kind of input an entry. Raises ValueError."""
        if sum(one is not None for one in (self.path, self.kustomize, self.helm)) != 1:
            raise ValueError("name one of path, kustomize and helm")
        return self


class CustomWorkload(Section):
    """A kind that makes pods; paths are written as spec.tasks[*].template."""

    templates: Texts = Field(default=(), description="Fields that hold its pod templates.")
    selector: str = Field(default="", description="Field that holds the selector of its pods.")
    labels: dict[str, str] = Field(
        default={},
        description="Labels its controller adds to the pods; {name} is the object's name, an empty value is any.",
    )
    ports: Texts = Field(default=(), description="Names of ports that its controller adds.")
    creates: Texts = Field(
        default=(), description="Objects that it creates, such as Secret/{name}-*, where * is any text."
    )
    metadata: str = Field(default="", description="Field with labels of its pods, outside of a template.")
    replicas: str = Field(default="", description="Field with the number of its pods.")
    like: Literal["", "DaemonSet.apps", "Deployment.apps", "ReplicaSet.apps", "StatefulSet.apps"] = Field(
        default="",
        description="Kind that it is used in place of, such as Deployment.apps; the rules for that kind apply to it.",
    )


class OwnRule(Section):
    """A rule of the team's own, in CEL."""

    code: str = Field(
        pattern="^[A-Z]{2,5}[0-9]{3}$",
        description="Code of its findings: capital letters and three digits, such as ORG001.",
    )
    name: str = Field(default="", description="Name in kebab-case.")
    kinds: Texts = Field(
        default=(), description="Kinds that it checks, such as Deployment.apps or Pod; default: all."
    )
    expr: str = Field(
        description="Condition in CEL over object, objects, admitted and pod; an object for which it is not true is reported."
    )
    message: str = Field(default="", description="Message of the finding.")
    message_expression: str = Field(
        default="", description="The message as a CEL expression, if it depends on the object."
    )
    severity: Severity = Field(default=Severity.WARNING, description="Severity of its findings.")
    path: str = Field(default="", description="Field that findings point at, such as metadata.labels.")
    why: str = Field(default="", description="Why it matters.")
    help: str = Field(default="", description="What to do about it.")


class Lint(Section):
    """How manifests are linted."""

    preset: Preset | None = Field(
        default=None, description="Set of rules to start from; see docs/linting.md."
    )
    select: Codes = Field(
        default=(),
        description="Rules with these codes or prefixes: in addition to a preset that is set, else only these; ALL is every rule.",
    )
    ignore: Codes = Field(default=(), description="Skip rules with these codes or prefixes.")
    per_file_ignores: dict[str, Codes] = Field(
        default={}, description="Codes to skip, by pattern of files in the syntax of .gitignore."
    )
    per_namespace_ignores: dict[str, Codes] = Field(
        default={}, description="Codes to skip, by namespace or pattern of namespaces."
    )
    severity: dict[str, Severity] = Field(
        default={}, description="Severity of findings by code or prefix, instead of the default."
    )
    options: dict[str, dict[str, bool | int | str | list[int] | list[str] | dict[str, int | float | str]]] = (
        Field(default={}, description="Options of rules, by code; 'kplan rules CODE' lists them.")
    )
    rules: tuple[OwnRule, ...] = Field(
        default=(), description="Rules of your own, in CEL; see docs/own-rules.md."
    )
    plugins: Texts = Field(
        default=(),
        description="Rules from Python packages: names of entry points in the group kplan.rules.",
    )
    honor: Annotated[tuple[Tool, ...], _ONE_OR_MORE] = Field(
        default=(), description="Other linters whose comments and annotations suppress findings too."
    )
    baseline: str | None = Field(
        default=None, description="File of findings that are not shown, written by --write-baseline."
    )
    show_unknown: bool | None = Field(
        default=None, description="Also report possible mistakes that the input alone cannot confirm."
    )
    workloads: dict[str, CustomWorkload] = Field(
        default={},
        description="How custom kinds create pods, by kind such as Workflow.argoproj.io.",
    )
    fix: bool | None = Field(default=None, description="Correct in the files what can be corrected.")
    unsafe_fixes: bool | None = Field(
        default=None, description="Include fixes that may change what a manifest means."
    )
    fail_on: Literal["error", "warning", "info", "never"] | None = Field(
        default=None, description="Exit with 1 on findings of this severity or higher."
    )


class Gate(Section):
    """When a plan or a diff fails."""

    fail_on: Conditions = Field(default=(), description="Exit with 1 on any of these conditions.")


class Policy(Section):
    """What a plan has to be like."""

    name: str = Field(description="Name of the policy, as findings show it.")
    expr: str = Field(
        description="Condition in CEL over the variable plan, the plan as JSON: plan.summary.pods_pending == 0."
    )
    message: str = Field(default="", description="Message if the condition does not hold.")


class PlanGate(Gate):
    """How changes are planned, and when a plan fails."""

    replace: bool | None = Field(
        default=None,
        description="Delete and create again objects whose immutable fields change, instead of refusing them.",
    )
    max_state_age: Annotated[str, AfterValidator(_duration)] | None = Field(
        default=None,
        description="Report a risk if the newest timestamp in the state is older than this: 12h, 7d.",
    )
    policies: tuple[Policy, ...] = Field(
        default=(), description="Exit with 1 unless all of these conditions hold."
    )


class Apply(Section):
    """How objects are applied."""

    server_side: bool | None = Field(default=None, description="Use server-side apply.")
    force_conflicts: bool | None = Field(
        default=None, description="Take over fields that other managers own."
    )
    field_manager: str | None = Field(default=None, description="Manager that owns the applied fields.")


class Assumptions(Section):
    """What a simulation assumes of containers, load and addresses."""

    scenario: str | None = Field(
        default=None, description="Scenario file (see docs/simulation.md), relative to this file."
    )
    images: dict[
        str, Fate | Annotated[dict[Literal["runs", "succeeds", "fails"], str], AfterValidator(_timed)]
    ] = Field(
        default={},
        description="Assumed outcome of containers by image pattern, optionally with its time: {fails: 10s}.",
    )
    load: Texts = Field(default=(), description="Load that autoscalers measure, as TARGET=QUANTITY.")
    lb_pool: str | None = Field(default=None, description="Addresses for Services of type LoadBalancer.")


class Simulate(Assumptions):
    """What a simulation assumes."""

    scheduler_config: str | None = Field(
        default=None, description="A KubeSchedulerConfiguration, relative to this file."
    )


class Limits(Section):
    """How much is read."""

    max_file_size: int | None = Field(default=None, ge=1, description="Largest file to read, in MiB.")
    depth: int | None = Field(default=None, ge=1, le=DEEPEST, description="Deepest nesting of one document.")
    values: int | None = Field(default=None, ge=1, description="Most values and keys of one document.")
    files: int | None = Field(default=None, ge=1, description="Most files to read.")


class Target(Section):
    """One of many clusters or environments, which kplan fleet works on."""

    name: str = Field(min_length=1, description="Name of the target, as reports show it.")
    labels: dict[str, str] = Field(
        default={}, description="Labels that -l selects by: {env: prod, region: eu}."
    )
    inputs: tuple[Input, ...] = Field(default=(), description="Manifests of the target.")
    state: str | None = Field(
        default=None, description="What is in its cluster, as --state; paths are relative to this file."
    )
    kubernetes: Minors = Field(
        default=(),
        description="Kubernetes minor versions of the target; default: those of the configuration.",
    )
    namespace: str | None = Field(default=None, description="Namespace of objects that name none.")
    assumptions: Assumptions = Field(
        default=Assumptions(),
        description="What a plan of the target assumes, before what simulate says for all: images, load, lb-pool, scenario.",
    )


class Config(Section):
    """The configuration of a repository."""

    kubernetes: Minors = Field(
        default=(), description="Kubernetes minor versions to check against; plans simulate the first."
    )
    namespace: str | None = Field(
        default=None, description="Default namespace; objects that name another one are refused."
    )
    inputs: tuple[Input, ...] = Field(default=(), description="What to read when a command names no files.")
    exclude: Texts = Field(default=(), description="What to skip, in the syntax of .gitignore.")
    state: str | None = Field(
        default=None, description="What is in the cluster, as --state; paths are relative to this file."
    )
    base: str | None = Field(
        default=None, description="Git revision that diff and plan compare with, as --base: origin/main..."
    )
    crds: Texts = Field(
        default=(),
        description="Files and folders with CustomResourceDefinitions, or JSON schemas as public catalogues hold them.",
    )
    context: Texts = Field(
        default=(),
        description="Files and folders in which references are looked up too when only some files are linted.",
    )
    targets: tuple[Target | str, ...] = Field(
        default=(),
        description="What kplan fleet works on: targets, files or folders of them, and globs of folders, each a target: overlays/*.",
    )
    sources: dict[str, str] = Field(
        default={},
        description="Checkouts of other repositories, by their address in Argo CD and Flux objects.",
    )
    dask: str | None = Field(
        default=None, description="Dask scheduler that kplan fleet works on, as --scheduler: tcp://HOST:8786."
    )
    lint: Lint = Lint()
    diff: Gate = Gate()
    plan: PlanGate = PlanGate()
    apply: Apply = Apply()
    simulate: Simulate = Simulate()
    limits: Limits = Limits()


def sections() -> frozenset[str]:
    """The keys that hold a section of further keys."""
    return frozenset(
        info.alias or name
        for name, info in Config.model_fields.items()
        if isinstance(info.annotation, type) and issubclass(info.annotation, Section)
    )


def keys() -> list[str]:
    """Every key that a value may be given to, in order: ``namespace``, ``lint.select``."""
    found = []
    for name, info in Config.model_fields.items():
        key = info.alias or name
        section = info.annotation
        if isinstance(section, type) and issubclass(section, Section):
            found += [f"{key}.{inner.alias or other}" for other, inner in section.model_fields.items()]
        else:
            found.append(key)
    return found
