"""The rules for Pod Security levels: what admission refuses, at the field it is about."""

import pytest

from kplan import pipeline
from kplan.lint.presets import Preset
from kplan.lint.selection import LintOptions

GOOD = (
    "securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, "
    "seccompProfile: {type: RuntimeDefault}}"
)


def found(tmp_path, preset, container="", pod=""):
    text = f"{{name: a, image: 'b:1'{container and ', '}{container}}}"
    (tmp_path / "a.yaml").write_text(
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{{pod}{pod and ', '}containers: [{text}]}}\n"
    )
    report = pipeline.lint(pipeline.load([str(tmp_path)]), LintOptions(preset=preset))
    return [(one.rule, str(one.path)) for one in report.findings if not one.rule.startswith("API")]


@pytest.mark.parametrize(
    ("container", "pod", "path"),
    [
        ("securityContext: {privileged: true}", "", "spec.containers[0].securityContext.privileged"),
        ("securityContext: {capabilities: {add: [NET_ADMIN]}}", "", "spec.containers[0].securityContext.capabilities"),
        ("ports: [{containerPort: 80, hostPort: 80}]", "", "spec.containers[0].ports"),
        ("livenessProbe: {tcpSocket: {port: 80, host: 10.0.0.1}}", "", "spec.containers[0].livenessProbe"),
        ("securityContext: {seccompProfile: {type: Unconfined}}", "", "spec.containers[0].securityContext.seccompProfile"),
        ("securityContext: {seLinuxOptions: {type: spc_t}}", "", "spec.containers[0].securityContext.seLinuxOptions"),
        ("", "hostPID: true", "spec.hostPID"),
        ("", "volumes: [{name: v, hostPath: {path: /}}]", "spec.volumes"),
        ("", "securityContext: {sysctls: [{name: net.core.somaxconn, value: '1'}]}", "spec.securityContext.sysctls"),
    ],
)  # fmt: skip
def test_baseline_names_the_field(tmp_path, container, pod, path):
    assert found(tmp_path, Preset.PSS_BASELINE, container, pod) == [("PSS001", path)]


def test_baseline_accepts_a_plain_pod_and_restricted_does_not(tmp_path):
    assert not found(tmp_path, Preset.PSS_BASELINE)
    assert len(found(tmp_path, Preset.PSS_RESTRICTED)) == 4
    assert not found(tmp_path, Preset.PSS_RESTRICTED, GOOD)


def test_restricted_holds_what_baseline_does_not_allow(tmp_path):
    assert found(tmp_path, Preset.PSS_RESTRICTED, GOOD, "hostPID: true") == [("PSS002", "spec.hostPID")]


def test_a_pod_that_cannot_be_read_is_left_to_others(tmp_path):
    assert not found(tmp_path, Preset.PSS_RESTRICTED, "securityContext: [privileged]")
