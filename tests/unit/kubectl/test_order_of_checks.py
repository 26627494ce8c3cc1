"""In which order kubectl looks at a command line, and what it goes on with where something is wrong;
every text is the real one's.
"""

import shlex
from pathlib import Path

import pytest

from kplan.cluster import Cluster
from kplan.kubectl.printed import Printed

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: b}\n"
SKIPPED = "cannot perform warn validation if server-side field validation is unsupported, skipping validation"


@pytest.fixture
def cluster() -> Cluster:
    made = Cluster.of([])
    made.run()
    return made


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(MAP)
    return tmp_path


def said(cluster: Cluster, line: str) -> Printed:
    return cluster.kubectl.run(*shlex.split(line))


@pytest.mark.parametrize(
    ("flags", "error"),
    [
        ("--server-side --force --prune -l a=b -o custom-columns=A:.kind", "--force cannot be used with --server-side"),
        (
            "--server-side --prune --all --subresource=x",
            "--prune is in alpha and doesn't currently work on objects created by server-side apply",
        ),
        ("--prune -l a=b=c --prune-allowlist=x", "invalid GroupVersionKind format: x, please follow <group/version/kind>"),
        ("--all -l a=b", "cannot set --all and --selector at the same time"),
        ("--prune --force --all", "--force cannot be used with --prune"),
    ],
)  # fmt: skip
def test_apply_checks_its_flags_before_it_reads_selectors(cluster: Cluster, flags: str, error: str) -> None:
    assert said(cluster, f"apply -f m.yaml {flags}").stderr == f"error: {error}\n"


def test_apply_finds_out_that_it_cannot_print_when_all_is_applied(cluster: Cluster) -> None:
    printed = said(cluster, "apply -f m.yaml -o custom-columns=A:.kind")
    assert "unable to match a printer suitable" in printed.stderr
    assert printed.stdout == ""
    assert said(cluster, "get cm m -o name").stdout == "configmap/m\n"


def test_a_user_who_may_not_read_is_told_that_he_may_not_replace(cluster: Cluster) -> None:
    said(cluster, "create -f m.yaml")
    refused = said(cluster, "replace -f m.yaml --as=bob").stderr
    assert 'User "bob" cannot update resource "configmaps"' in refused


def test_numbers_of_32_bits_are_refused_by_their_flag(cluster: Cluster) -> None:
    printed = said(cluster, "create deployment web --image=a --replicas=2147483648")
    assert printed.stderr == (
        'error: invalid argument "2147483648" for "-r, --replicas" flag: strconv.ParseInt: parsing "2147483648": '
        "value out of range\nSee 'kubectl create deployment --help' for usage.\n"
    )


def test_kinds_that_cannot_be_listed_leave_the_others_without_their_kind(cluster: Cluster) -> None:
    said(cluster, "run web --image=a")
    printed = said(cluster, "get secrets,pods --field-selector=status.phase=Pending")
    assert "field label not supported: status.phase" in printed.stderr
    assert [line.split()[0] for line in printed.stdout.splitlines()] == ["NAME", "web"]


def test_a_template_that_fails_does_not_hide_what_was_not_listed(cluster: Cluster) -> None:
    printed = said(cluster, "get ns --field-selector=reason=x -o jsonpath={.items[0].kind}")
    first, second = printed.stderr.splitlines()[:2]
    assert first.startswith("Error from server (BadRequest): Unable to find")
    assert second.startswith('error executing jsonpath "{.items[0].kind}"')


def test_words_behind_cluster_info_are_passed_over(cluster: Cluster) -> None:
    assert said(cluster, "cluster-info x").exit == 0


def test_a_rule_of_an_ingress_is_split_where_it_says_so(cluster: Cluster) -> None:
    made = said(cluster, "create ingress x --rule=a.b/c=d:e:f --dry-run=client -o jsonpath={.spec.rules}")
    assert made.stdout == (
        '[{"host":"a.b","http":{"paths":[{"backend":{"service":{"name":"d","port":{"name":"e"}}},'
        '"path":"/c","pathType":"Exact"}]}}]'
    )
    refused = said(cluster, "create ingress x --rule=a.b/c=d").stderr
    assert "is invalid and should be in format host/path=svcname:svcport" in refused


def test_classes_of_the_system_say_what_they_are_for(cluster: Cluster) -> None:
    found = said(cluster, "get pc system-node-critical -o jsonpath={.description}").stdout
    assert found == "Used for system critical pods that must not be moved from their current node."


def test_what_reconcile_prints_is_in_the_order_of_its_type(cluster: Cluster, folder: Path) -> None:
    role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: default}\n"
    (folder / "r.yaml").write_text(role)
    printed = said(cluster, "auth reconcile -f r.yaml -o json").stdout
    assert [line.strip().partition(":")[0] for line in printed.splitlines()[1:5]] == [
        '"kind"', '"apiVersion"', '"metadata"', '"name"',
    ]  # fmt: skip


def test_diff_looks_at_every_item_of_a_list(cluster: Cluster, folder: Path) -> None:
    items = [
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: x}",
        "{kind: ConfigMap, metadata: {name: b}}",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: {}}}",
    ]

    def of(*some: str) -> str:
        rows = "".join(f"- {one}\n" for one in some)
        (folder / "list.yaml").write_text(f"apiVersion: v1\nkind: List\nitems:\n{rows}")
        return said(cluster, "diff -f list.yaml").stderr

    untyped = (
        "unable to get type info from the object \"*unstructured.Unstructured\": Object 'apiVersion' is missing in "
        "'object has no apiVersion field'"
    )
    first, *rest = of(*items).splitlines()
    assert first.startswith('Error from server (BadRequest): ConfigMap in version "v1" cannot be handled')
    assert rest == [untyped, "resource name may not be empty"]
    assert of(items[1]) == f"error: {untyped}\n"


def test_diff_names_the_owner_that_an_apply_would_have(cluster: Cluster) -> None:
    shown = said(cluster, "diff -f m.yaml --show-managed-fields").stdout
    assert "+    manager: kubectl-client-side-apply\n" in shown


def test_a_version_with_two_slashes_is_none(cluster: Cluster) -> None:
    refused = said(cluster, "explain pods --api-version=a/b/c").stderr
    assert refused == "error: unexpected GroupVersion string: a/b/c\n"


def test_lists_are_not_validated_where_the_server_should_warn(cluster: Cluster, folder: Path) -> None:
    (folder / "list.yaml").write_text(
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
    )
    for verb in ("apply", "replace"):
        (line,) = said(cluster, f"{verb} -f list.yaml --validate=warn").stderr.splitlines()
        assert line.endswith(f"schema.go:145] {SKIPPED}")


def test_names_of_managers_are_short_and_printable(cluster: Cluster) -> None:
    line = f"create clusterrolebinding x --clusterrole=y --user= --field-manager={'x' * 129}"
    assert said(cluster, line).stderr == (
        'error: failed to create clusterrolebinding: CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: '
        "may not be more than 128 bytes\n"
    )


def test_a_path_says_of_a_selector_only_what_the_server_says(cluster: Cluster) -> None:
    refused = said(cluster, "get --raw /api/v1/namespaces/default/events?fieldSelector=bad").stderr
    assert refused == "Error from server (BadRequest): invalid selector: 'bad'; can't understand 'bad'\n"


def test_an_address_is_set_with_the_last_applied_of_a_service(cluster: Cluster, folder: Path) -> None:
    (folder / "s.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {type: ExternalName, externalName: a.b}\n"
    )
    said(cluster, "apply -f s.yaml")
    (folder / "s.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {type: ExternalName, externalName: c.d}\n"
    )
    shown = said(cluster, "apply set-last-applied -f s.yaml --dry-run=client -o yaml").stdout
    assert "status:\n  loadBalancer: {}\n" in shown


def test_events_of_a_namespace_go_with_it(cluster: Cluster) -> None:
    said(cluster, "create ns gone")
    said(cluster, "create deployment web --image=a -n gone")
    cluster.run()
    assert "ScalingReplicaSet" in said(cluster, "get events -n gone").stdout
    said(cluster, "delete ns gone")
    cluster.run()
    assert said(cluster, "get events -n gone").stdout == ""


def test_documents_have_the_events_that_a_table_has(cluster: Cluster, folder: Path) -> None:
    (folder / "l.yaml").write_text(
        "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\n"
        "spec: {limits: [{type: Container, min: {cpu: 300m}, defaultRequest: {cpu: 300m}, default: {cpu: 300m}}]}\n"
    )
    said(cluster, "create -f l.yaml")
    said(cluster, "create deployment web --image=a --replicas=1")
    said(cluster, "set resources deployment web --requests=cpu=1m")
    cluster.advance(300)
    table = said(cluster, "get events --no-headers").stdout.splitlines()
    names = said(cluster, "get events -o jsonpath={.items[*].message}")
    assert "combined from similar events" in "".join(table)
    assert "combined from similar events" in names.stdout


def test_behind_a_kind_in_namespaces_all_kinds_have_their_column(cluster: Cluster) -> None:
    def headings(kinds: str) -> list[str]:
        lines = said(cluster, f"get {kinds} -A").stdout.splitlines()
        return [line.split()[0] for line in lines if "AGE" in line]

    assert headings("ns,sa") == ["NAME", "NAMESPACE"]
    assert headings("sa,ns") == ["NAMESPACE", "NAMESPACE"]
    assert headings("pvc,ns") == ["NAMESPACE"]
    assert said(cluster, "get pvc,ns -A").stdout.splitlines()[1].split()[0] == "namespace/default"


def test_a_pod_that_is_refused_gets_no_service(cluster: Cluster) -> None:
    refused = said(cluster, "run web --image=a --port=70000 --expose")
    assert refused.stderr == (
        'The Pod "web" is invalid: spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 '
        "and 65535, inclusive\n"
    )
    assert (
        said(cluster, "run web --image=a --port=70 --expose").stdout
        == "service/web created\npod/web created\n"
    )


def test_a_patch_of_a_scale_says_what_no_scale_has(cluster: Cluster) -> None:
    said(cluster, "create deployment web --image=a")
    printed = said(cluster, """patch deploy web --subresource=scale --type=merge -p '{"immutable": true}'""")
    assert printed.stdout == "scale.autoscaling/web patched (no change)\n"
    assert printed.stderr == 'Warning: unknown field "immutable"\n'


def test_warnings_of_the_server_are_counted_as_errors(cluster: Cluster) -> None:
    counted = said(cluster, "get endpoints --warnings-as-errors")
    assert counted.exit == 1
    assert counted.stderr.endswith("\nerror: 1 warning received\n")
    assert said(cluster, "get pods --warnings-as-errors").exit == 0
    missing = said(cluster, "get endpoints x --warnings-as-errors").stderr
    assert 'endpoints "x" not found' in missing
    assert "received" not in missing
    own = said(cluster, "create clusterrole r --verb=odd --resource=pods --warnings-as-errors")
    assert (own.exit, own.stderr) == (0, "Warning: 'odd' is not a standard resource verb\n")
