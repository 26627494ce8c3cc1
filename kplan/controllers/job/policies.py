"""What a Job's policies say of failed pods and succeeded indexes.

Upstream: pkg/controller/job/{pod_failure_policy,success_policy}.go
"""

from collections.abc import Collection

from kplan.api import conditions
from kplan.api.containers import end_of
from kplan.api.jobs import condition_patterns_of, failure_rules_of, success_rules_of
from kplan.api.object import Json
from kplan.api.pods import container_statuses_of, init_container_statuses_of
from kplan.controllers.job import indexes
from kplan.namedtuples import NamedTuple


class Verdict(NamedTuple):
    """What a failed pod means: whether it counts, the action of the rule that matched, and why the Job fails."""

    counts: bool = True
    action: str = ""
    message: str = ""


def judge(job: Json, pod: Json) -> Verdict:
    """Apply the pod failure policy; the first rule that matches decides."""
    for number, rule in enumerate(failure_rules_of(job)):
        reason = _match(rule, pod)
        if not reason:
            continue
        match rule.get("action"):
            case "Ignore":
                return Verdict(counts=False, action="Ignore")
            case "FailJob":
                return Verdict(action="FailJob", message=f"{reason} matching FailJob rule at index {number}")
            case action:
                return Verdict(action=str(action))
    return Verdict()


def _match(rule: Json, pod: Json) -> str:
    """Why a rule matches, or the empty string."""
    metadata = pod["metadata"]
    subject = f"{metadata['namespace']}/{metadata['name']}"
    if rule.get("onExitCodes") is not None:
        for container in (*container_statuses_of(pod), *init_container_statuses_of(pod)):
            code = _exit_code(container, rule["onExitCodes"])
            if code:
                return f"Container {container['name']} for pod {subject} failed with exit code {code}"
        return ""
    for condition in conditions.of(pod):
        for pattern in condition_patterns_of(rule):
            if (condition.get("type"), condition.get("status")) == (
                pattern.get("type"),
                pattern.get("status", "True"),
            ):
                return f"Pod {subject} has condition {condition['type']}"
    return ""


def _exit_code(container: Json, requirement: Json) -> int:
    """The container's exit code if the requirement is met, else 0."""
    wanted = requirement.get("containerName")
    terminated = end_of(container)
    if terminated is None or (wanted is not None and wanted != container.get("name")):
        return 0
    code = int(terminated.get("exitCode") or 0)
    listed = code in requirement["values"]
    return code if code and listed == (requirement.get("operator") == "In") else 0


def success_message(job: Json, succeeded: Collection[int]) -> str:
    """Which rule of the success policy is met, or the empty string."""
    rules = success_rules_of(job)
    completions = int(job["spec"].get("completions") or 0)
    for number, rule in enumerate(rules if succeeded else ()):
        count, text = rule.get("succeededCount"), rule.get("succeededIndexes")
        if text is not None:
            wanted = indexes.parse(text, completions)
            reached = len(wanted.intersection(succeeded))
            if wanted and (reached == len(wanted) or (count is not None and reached >= count)):
                return f"Matched rules at index {number}"
        elif count is not None and len(succeeded) >= count:
            return f"Matched rules at index {number}"
    return ""
