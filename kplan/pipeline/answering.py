"""Questions about nodes, pods and connections in a state."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from kplan.diagnostics import Diagnostic, has_error
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple
from kplan.pipeline.loaded import Loaded
from kplan.pipeline.states import State
from kplan.report import Report, documented
from kplan.report_parts import NodesReport
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from kplan.api.object import Json, Object
    from kplan.apiserver.errors import StatusError
    from kplan.apiserver.server import Server
    from kplan.scheduler.picture import Picture
    from kplan.scheduler.profile import Profile

_LONGEST: Final = 240
"""How much of a name is kept before a number behind it."""


class Question(NamedTuple):
    """How a question to the scheduler is put: what if there were other nodes, or another configuration."""

    add_nodes: Sequence[str] = ()
    """Shapes of nodes that are added: ``2=4cpu,16Gi``."""
    without_nodes: Sequence[str] = ()
    """Nodes that are taken away, with their pods."""
    profiles: "Mapping[str, Profile] | None" = None
    kubernetes: str = DEFAULT


USUAL = Question()


def explain(
    loaded: Loaded,
    state: State,
    pods: Iterable[str] = (),
    question: Question = USUAL,
    *,
    namespace: str = "default",
) -> Report:
    """Say why pods go where they go, or nowhere: those of names (``pod/web-0``,
    ``deployment/web``) or of all manifests.

    Names are looked for in the manifests, then in the state. Raises UsageError.
    """
    from kplan.pipeline.askedpods import Asked
    from kplan.scheduler.explain import explain as ask

    picture, minor = picture_of(state, question), question.kubernetes
    given, refused = _pods(loaded, state, minor)
    where = Asked(state, given, namespace, minor, lambda pod: _admitted(pod, state, minor))
    asked = where.pods(pods)
    if not asked and not has_error([*loaded.diagnostics, *refused]):
        raise UsageError(
            "nothing to explain",
            hint="name a pod or a workload (pod/web-0, deployment/web) or pass manifests with -f",
        )
    found = tuple(ask(picture, pod, profile_of(question, pod)) for pod in asked)
    stranded = not all(one.decision.node for one in found)
    return report_of("why", loaded, state, question, refused)._replace(answers=found, failed=stranded)


def nodes(state: State, question: Question = USUAL, *, survival: bool = False) -> Report:
    """Say what nodes have left; with ``survival``, who would have no place without each of them. Raises UsageError."""
    from kplan.scheduler.capacity import node_losses, node_use, surviving

    picture = picture_of(state, question)
    profile = next(iter(_profiles(question).values()))
    losses = list(node_losses(picture, profile)) if survival else None
    answer = NodesReport(node_use(picture), losses)
    return report_of("nodes", Loaded(), state, question)._replace(
        answers=(answer,), failed=not surviving(losses or ())
    )


def route(state: State, source: str, target: str, *, namespace: str = "default") -> Report:
    """Say whether one end reaches another, with every step; it failed unless every endpoint is reached."""
    from kplan.network.route import Answer
    from kplan.network.route import route as follow

    found = follow(state.store, source, target, namespace)
    made = report_of("route", Loaded(), state, USUAL)
    return made._replace(answers=(found,), failed=found.answer is not Answer.YES)


def report_of(
    command: str, loaded: Loaded, state: State, question: Question, refused: Iterable[Diagnostic] = ()
) -> Report:
    """A report with what is wrong in files and state, and no answer yet."""
    from kplan.pipeline.documentation import rule_text

    findings, rules = documented([*loaded.diagnostics, *state.diagnostics, *refused], rule_text)
    minors = (question.kubernetes,)
    return Report(command, findings, rules, loaded.inputs, minors, broken=has_error(findings))


def picture_of(state: State, question: Question) -> "Picture":
    """The state with the changes asked for. Raises UsageError."""
    from kplan.scheduler.picture import Picture
    from kplan.state.sources.nodes import make_nodes, parse_shapes

    seen = Picture.of(state.store)
    for name in question.without_nodes:
        seen = seen.without_node(name)
    for number, text in enumerate(question.add_nodes):
        shapes = parse_shapes(text.replace("=", "x", 1))
        seen = seen.with_nodes(list(make_nodes(shapes, prefix=f"added-{number + 1}" if number else "added")))
    return seen


def _profiles(question: Question) -> "Mapping[str, Profile]":
    from kplan.scheduler.profile import DEFAULT as PROFILE

    profiles = question.profiles or {PROFILE.scheduler_name: PROFILE}
    return {name: one.of_release(question.kubernetes) for name, one in profiles.items()}


def profile_of(question: Question, pod: "Json") -> "Profile":
    """The profile that places a pod. Raises UsageError."""
    profiles, name = _profiles(question), pod["spec"].get("schedulerName", "default-scheduler")
    if name not in profiles:
        raise UsageError(
            f"the scheduler configuration has no profile named '{name}'",
            hint=f"profiles: {', '.join(profiles)}",
        )
    return profiles[name]


def _pods(
    loaded: Loaded, state: State, kubernetes: str
) -> "tuple[list[tuple[Object, Json]], list[Diagnostic]]":
    """The pods that manifests make, as the API server would store them; and what is refused."""
    from kplan.apiserver.errors import StatusError
    from kplan.kubectl.diagnose import diagnose
    from kplan.kubectl.reading import Failure

    found, refused = [], list[Diagnostic]()
    for item, pod in admissions(loaded, state, kubernetes):
        if isinstance(pod, StatusError):
            refused += diagnose(Failure(item, pod))
        else:
            found.append((item, pod))
    return found, refused


def admissions(
    loaded: Loaded, state: State, kubernetes: str
) -> "Iterator[tuple[Object, Json | StatusError]]":
    """Each manifest that makes pods, with its pod as the API server would store it, or why that refuses it."""
    from kplan.apiserver.errors import StatusError
    from kplan.scheduler.picture import pod_of

    for item in loaded.objects:
        value = pod_of(item.value)
        if value is None:
            continue
        try:
            yield item, _admitted(value, state, kubernetes)
        except StatusError as error:
            yield item, error


def _admitted(value: "Json", state: State, kubernetes: str) -> "Json":
    """The pod as an API server over the state would store it. Raises StatusError."""
    from kplan.apiserver.server import Server
    from kplan.cluster.bootstrap import bootstrap
    from kplan.schema.catalog import Catalog

    server = Server(state.store.fork(), catalog=Catalog.for_version(kubernetes))
    bootstrap(server)
    namespace = value["metadata"].get("namespace") or "default"
    account = {"name": "default", "namespace": namespace}
    for missing in (
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account},
    ):
        if server.find(server.store.key_of(missing)) is None:
            server.create(missing)
    return server.create(_one_more(value, namespace, server), namespace=namespace, dry_run=True).value


def _one_more(value: "Json", namespace: str, server: "Server") -> "Json":
    """The pod under a name that is free: one more is asked about, also if that of the manifest is there already."""
    from itertools import count

    metadata = {**value["metadata"], "namespace": namespace}
    if server.find(server.store.key_of({**value, "metadata": metadata})) is None:
        return value
    for number in count(1):
        metadata["name"] = f"{value['metadata']['name'][:_LONGEST]}-{number}"
        if server.find(server.store.key_of({**value, "metadata": metadata})) is None:
            break
    return {**value, "metadata": metadata}
