"""Typed views of the batch group.

Upstream: staging/src/k8s.io/api/batch/v1/types.go
"""

from kplan.api.core.pod import PodTemplateSpec
from kplan.api.core.references import ObjectReference
from kplan.api.meta import LabelSelector, ObjectMeta, Resource
from kplan.api.view import Items, Time, View


class PodFailurePolicyOnExitCodesRequirement(View):
    """The value of PodFailurePolicyRule.onExitCodes."""

    container_name: str | None
    operator: str
    values: Items[int]


class PodFailurePolicyOnPodConditionsPattern(View):
    """One item of PodFailurePolicyRule.onPodConditions."""

    type: str
    status: str


class PodFailurePolicyRule(View):
    """One item of PodFailurePolicy.rules."""

    action: str
    on_exit_codes: PodFailurePolicyOnExitCodesRequirement | None
    on_pod_conditions: Items[PodFailurePolicyOnPodConditionsPattern]


class PodFailurePolicy(View):
    """The value of JobSpec.podFailurePolicy."""

    rules: Items[PodFailurePolicyRule]


class SuccessPolicyRule(View):
    """One item of SuccessPolicy.rules."""

    succeeded_indexes: str | None
    succeeded_count: int | None


class SuccessPolicy(View):
    """The value of JobSpec.successPolicy."""

    rules: Items[SuccessPolicyRule]


class JobSpec(View):
    """The value of Job.spec."""

    parallelism: int | None
    completions: int | None
    active_deadline_seconds: int | None
    pod_failure_policy: PodFailurePolicy | None
    success_policy: SuccessPolicy | None
    backoff_limit: int | None
    backoff_limit_per_index: int | None
    max_failed_indexes: int | None
    selector: LabelSelector | None
    manual_selector: bool | None
    template: PodTemplateSpec
    ttl_seconds_after_finished: int | None
    completion_mode: str | None
    suspend: bool | None
    pod_replacement_policy: str | None
    managed_by: str | None


class JobCondition(View):
    """One item of JobStatus.conditions."""

    type: str
    status: str
    last_probe_time: Time
    last_transition_time: Time
    reason: str
    message: str


class UncountedTerminatedPods(View):
    """The value of JobStatus.uncountedTerminatedPods."""

    succeeded: Items[str]
    failed: Items[str]


class JobStatus(View):
    """The value of Job.status."""

    conditions: Items[JobCondition]
    start_time: Time | None
    completion_time: Time | None
    active: int
    succeeded: int
    failed: int
    terminating: int | None
    completed_indexes: str
    failed_indexes: str | None
    uncounted_terminated_pods: UncountedTerminatedPods | None
    ready: int | None


class Job(Resource):
    """A Job."""

    spec: JobSpec
    status: JobStatus


class JobTemplateSpec(View):
    """The value of CronJobSpec.jobTemplate."""

    metadata: ObjectMeta
    spec: JobSpec


class CronJobSpec(View):
    """The value of CronJob.spec."""

    schedule: str
    time_zone: str | None
    starting_deadline_seconds: int | None
    concurrency_policy: str
    suspend: bool | None
    job_template: JobTemplateSpec
    successful_jobs_history_limit: int | None
    failed_jobs_history_limit: int | None


class CronJobStatus(View):
    """The value of CronJob.status."""

    active: Items[ObjectReference]
    last_schedule_time: Time | None
    last_successful_time: Time | None


class CronJob(Resource):
    """A CronJob."""

    spec: CronJobSpec
    status: CronJobStatus
