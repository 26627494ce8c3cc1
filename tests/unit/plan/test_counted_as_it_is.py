"""What a plan counts is what becomes of pods, sets and claims."""

from pathlib import Path
from textwrap import dedent

from kplan import pipeline
from kplan.kubectl.apply import ApplyOptions
from kplan.kubectl.reading import Options
from kplan.plan.model import Plan
from kplan.plan.risk import Example
from kplan.render.plan_text import summary_line
from planning import opened, plan_of

DEPLOYMENT = dedent(
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: %s
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: c, image: web}]%s}
    ---
    """
)
CLAIM = dedent(
    """
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: data}
    spec: {storageClassName: %s, accessModes: [%s], resources: {requests: {storage: 1Gi}}}
    ---
    """
)
USES_IT = ", volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]"
SUCCEEDS = "images: [{image: '*job:1', fate: succeeds}]"
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: job}
spec:
  ttlSecondsAfterFinished: %s
  completions: 2
  template: {spec: {restartPolicy: Never, containers: [{name: c, image: "example.com/job:1"}]}}
"""


def effects(plan: Plan, name: str) -> dict[str, str]:
    """The details of what becomes of objects of a kind."""
    objects = (one for planned in plan.changes for one in planned.effects.objects)
    return {str(one.action): one.detail for one in objects if one.object.kind == name}


def counts(plan: Plan) -> str:
    return summary_line(plan.summary).rpartition("; ")[2]


def test_pods_of_a_job_that_is_gone_have_come_and_gone(tmp_path: Path) -> None:
    assert counts(plan_of(Example("", JOB % 5, scenario=SUCCEEDS), tmp_path)) == "pods: 2 created, 2 deleted."


def test_pods_of_a_job_that_stays_have_come(tmp_path: Path) -> None:
    assert counts(plan_of(Example("", JOB % 500000, scenario=SUCCEEDS), tmp_path)) == "pods: 2 created."


def test_a_set_of_pods_that_are_refused_has_none(tmp_path: Path) -> None:
    quota = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: '%s'}}}"
    for limit, detail in ((0, "0 of 3 pods"), (2, "2 of 3 pods"), (3, "3 pods")):
        folder = tmp_path / str(limit)
        folder.mkdir()
        plan = plan_of(Example(quota % limit, DEPLOYMENT % (3, "")), folder)
        assert effects(plan, "ReplicaSet") == {"create": detail}


def test_a_claim_that_waited_is_bound_and_its_pod_scheduled(tmp_path: Path) -> None:
    volume = "{apiVersion: v1, kind: PersistentVolume, metadata: {name: disk}, spec: {storageClassName: %s, accessModes: [ReadWriteOnce], capacity: {storage: 2Gi}, nfs: {server: a.example.com, path: /x}}}"
    prior = CLAIM % ("manual", "ReadWriteOnce") + DEPLOYMENT % (1, USES_IT)
    plan = plan_of(Example(prior, volume % "manual"), tmp_path)
    assert effects(plan, "PersistentVolumeClaim") == {"update": "bound to persistentvolume/disk"}
    assert counts(plan) == "pods: 1 scheduled."
    other = tmp_path / "other"
    other.mkdir()
    plan = plan_of(Example(prior, volume % "other"), other)
    assert effects(plan, "PersistentVolumeClaim") == {}
    assert counts(plan) == "pods: unchanged."


def test_pods_that_fit_once_a_taint_is_gone_are_scheduled_once(tmp_path: Path) -> None:
    node = """
apiVersion: v1
kind: Node
metadata: {name: n1}
spec: {%s}
status:
  allocatable: {cpu: "4", memory: 8Gi, pods: "110"}
  capacity: {cpu: "4", memory: 8Gi, pods: "110"}
  conditions: [{type: Ready, status: "True"}]
---"""
    prior = node % "taints: [{key: a, value: b, effect: NoSchedule}]" + DEPLOYMENT % (2, "")
    other = "\n{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}"
    plan = plan_of(Example(prior, node % "" + other), tmp_path)
    assert counts(plan) == "pods: 2 scheduled."


def test_what_keeps_a_claim_from_being_replaced_is_named(tmp_path: Path) -> None:
    klass = "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: ebs.csi.aws.com}\n---"
    pod = "{apiVersion: v1, kind: Pod, metadata: {name: shell}, spec: {containers: [{name: c, image: c}]%s}}"
    prior = klass + CLAIM % ("fast", "ReadWriteOnce") + DEPLOYMENT % (1, USES_IT) + pod % USES_IT
    loaded, state, options = opened(Example(prior, CLAIM % ("fast", "ReadWriteMany")), tmp_path)
    plan = pipeline.plan(loaded, state, ApplyOptions(Options()), options, replace=True).plan
    (planned,) = plan.changes
    assert planned.change.help == (
        "it is being deleted, and goes when no pod uses it any more: pod/shell -n default and deployment.apps/web -n default do; "
        "take the pods away first (kubectl delete pod/shell -n default and kubectl scale --replicas=0 deployment/web -n default), "
        "and bring them back once the new claim is there"
    )
