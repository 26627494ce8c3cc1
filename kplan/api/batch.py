"""Typed views of the batch group.

Upstream: staging/src/k8s.io/api/batch/v1/types.go
"""

from pydantic import Field

from kplan.api.core.pod import PodTemplateSpec
from kplan.api.core.volume import ObjectReference
from kplan.api.meta import LabelSelector, ObjectMeta
from kplan.api.view import Items, Time, View


class PodFailurePolicyOnExitCodesRequirement(View):
    """The value of PodFailurePolicyRule.onExitCodes."""

    container_name: str | None = None
    operator: str = ""
    values: Items[int] = ()


class PodFailurePolicyOnPodConditionsPattern(View):
    """One item of PodFailurePolicyRule.onPodConditions."""

    type: str = ""
    status: str = ""


class PodFailurePolicyRule(View):
    """One item of PodFailurePolicy.rules."""

    action: str = ""
    on_exit_codes: PodFailurePolicyOnExitCodesRequirement | None = None
    on_pod_conditions: Items[PodFailurePolicyOnPodConditionsPattern] = ()


class PodFailurePolicy(View):
    """The value of JobSpec.podFailurePolicy."""

    rules: Items[PodFailurePolicyRule] = ()


class SuccessPolicyRule(View):
    """One item of SuccessPolicy.rules."""

    succeeded_indexes: str | None = None
    succeeded_count: int | None = None


class SuccessPolicy(View):
    """The value of JobSpec.successPolicy."""

    rules: Items[SuccessPolicyRule] = ()


class JobSpec(View):
    """The value of Job.spec."""

    parallelism: int | None = None
    completions: int | None = None
    active_deadline_seconds: int | None = None
    pod_failure_policy: PodFailurePolicy | None = None
    success_policy: SuccessPolicy | None = None
    backoff_limit: int | None = None
    backoff_limit_per_index: int | None = None
    max_failed_indexes: int | None = None
    selector: LabelSelector | None = None
    manual_selector: bool | None = None
    template: PodTemplateSpec = Field(default_factory=PodTemplateSpec)
    ttl_seconds_after_finished: int | None = None
    completion_mode: str | None = None
    suspend: bool | None = None
    pod_replacement_policy: str | None = None
    managed_by: str | None = None


class JobCondition(View):
    """One item of JobStatus.conditions."""

    type: str = ""
    status: str = ""
    last_probe_time: Time = ""
    last_transition_time: Time = ""
    reason: str = ""
    message: str = ""


class UncountedTerminatedPods(View):
    """The value of JobStatus.uncountedTerminatedPods."""

    succeeded: Items[str] = ()
    failed: Items[str] = ()


class JobStatus(View):
    """The value of Job.status."""

    conditions: Items[JobCondition] = ()
    start_time: Time | None = None
    completion_time: Time | None = None
    active: int = 0
    succeeded: int = 0
    failed: int = 0
    terminating: int | None = None
    completed_indexes: str = ""
    failed_indexes: str | None = None
    uncounted_terminated_pods: UncountedTerminatedPods | None = None
    ready: int | None = None


class Job(View):
    """A Job."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: JobSpec = Field(default_factory=JobSpec)
    status: JobStatus = Field(default_factory=JobStatus)


class JobTemplateSpec(View):
    """The value of CronJobSpec.jobTemplate."""

    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: JobSpec = Field(default_factory=JobSpec)


class CronJobSpec(View):
    """The value of CronJob.spec."""

    schedule: str = ""
    time_zone: str | None = None
    starting_deadline_seconds: int | None = None
    concurrency_policy: str = ""
    suspend: bool | None = None
    job_template: JobTemplateSpec = Field(default_factory=JobTemplateSpec)
    successful_jobs_history_limit: int | None = None
    failed_jobs_history_limit: int | None = None


class CronJobStatus(View):
    """The value of CronJob.status."""

    active: Items[ObjectReference] = ()
    last_schedule_time: Time | None = None
    last_successful_time: Time | None = None


class CronJob(View):
    """A CronJob."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: CronJobSpec = Field(default_factory=CronJobSpec)
    status: CronJobStatus = Field(default_factory=CronJobStatus)
