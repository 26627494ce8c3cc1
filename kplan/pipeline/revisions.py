"""What becomes the next revision of a stored state: a dump that is imported, or a cluster that went on from a state."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from kplan.pipeline import resting
from kplan.pipeline.remembering import facts_of
from kplan.pipeline.states import commit
from kplan.schema.releases import DEFAULT
from kplan.state.facts import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kplan.cluster import Cluster
    from kplan.pipeline.states import State
    from kplan.state.snapshot import Snapshot
    from kplan.state.sources.sqlite import Database
    from kplan.state.store import Store


def adopt(
    objects: "Store", directory: "Path", *, at: str, note: str, minor: str, with_secrets: bool
) -> int:  # fmt: skip
    """Store objects as the next revision, whatever was there before; the answer is its number. Raises UsageError.

    A minor that is not the usual one is kept with them.
    """
    from kplan.state.sources import sqlite

    database = sqlite.find(directory)
    base = database.revisions()[-1].id if database else 0
    facts = NONE._replace(secrets=with_secrets, kubernetes="" if minor == DEFAULT else minor)
    return commit(
        objects, base, directory, at=at, note=note, with_secrets=with_secrets, facts=facts,
        resting=resting.worked_out(objects, minor),
    )  # fmt: skip


def keep(
    cluster: "Cluster", state: "State", directory: "Path", *, at: str, note: str, secrets: bool | None = None
) -> int:  # fmt: skip
    """Store what a cluster holds that went on from a state; the answer is the revision's number. Raises UsageError.

    ``secrets`` says whether this revision and later ones hold the values of Secrets; None if that stays as it was.
    """
    facts = facts_of(cluster, state.facts)
    return commit(
        cluster.store, state.revision, directory, at=at, note=note,
        with_secrets=state.keeps_secrets if secrets is None else secrets,
        facts=facts if secrets is None else facts._replace(secrets=secrets), resting=resting.kept(cluster, state=state),
    )  # fmt: skip


def kinds_in(snapshot: "Snapshot") -> "Mapping[str, int]":
    """How many objects there are of each kind and version, by name."""
    counts = Counter(f"{value['kind']} ({value['apiVersion']})" for value in snapshot.objects)
    return {name: counts[name] for name in sorted(counts)}


def exported(database: "Database", revision: int | None, *, show_secrets: bool) -> dict[str, Any]:
    """A revision as the List that ``kubectl get -A -o yaml`` prints, Secrets masked unless told otherwise.

    Raises UsageError.
    """
    from kplan.state.secrets import for_all_eyes

    stored = database.open(revision).objects
    items = list(stored) if show_secrets else [for_all_eyes(one, database.make_key) for one in stored]
    return {"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}}
