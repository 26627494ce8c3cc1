"""The files from which a pod's programs learn names: /etc/resolv.conf and /etc/hosts.

Upstream: pkg/kubelet/network/dns/dns.go, pkg/kubelet/kubelet_pods.go (managedHostsFileContent)
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.core.pod import Pod, PodDNSConfig
from kplan.api.object import Json
from kplan.network.dns import CLUSTER_DOMAIN, asks_cluster, search_path, server_of
from kplan.state.store import Store

_LOCAL: Final = (
    "127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback", "fe00::\tip6-localnet",
    "fe00::\tip6-mcastprefix", "fe00::1\tip6-allnodes", "fe00::2\tip6-allrouters",
)  # fmt: skip


def resolv_conf(store: Store, pod: Json) -> str | None:
    """The pod's /etc/resolv.conf; None if it is that of its node, which nobody knows."""
    spec, server = Pod(pod).spec, server_of(store)
    config = spec.dns_config or PodDNSConfig({})
    in_cluster = spec.dns_policy != "None" and asks_cluster(pod, server)
    if not in_cluster and spec.dns_policy != "None":
        return None
    searches, ndots = search_path(pod, pod["metadata"]["namespace"], server)
    servers = dict.fromkeys([*([server] if in_cluster else ()), *config.nameservers])
    options = {"ndots": str(ndots)} if in_cluster else {}
    options |= {one.name: one.value or "" for one in config.options}
    lines = [f"search {' '.join(searches)}"] if searches else []
    lines += [f"nameserver {one}" for one in servers]
    if options:
        lines.append(
            "options " + " ".join(f"{name}:{value}" if value else name for name, value in options.items())
        )
    return "\n".join(lines) + "\n"


def hostname(pod: Json) -> str:
    """What a pod's containers take for the name of their host."""
    spec = Pod(pod).spec
    if spec.host_network:
        return spec.node_name
    return (spec.hostname or str(pod["metadata"]["name"]))[:63].rstrip("-.")


def hosts(pod: Json) -> str:
    """The pod's /etc/hosts."""
    return "".join(f"{line}\n" for line in _hosts(pod))


def _hosts(pod: Json) -> Iterator[str]:
    spec, status = Pod(pod).spec, Pod(pod).status
    yield f"# Kubernetes-managed hosts file{' (host network)' if spec.host_network else ''}."
    yield from _LOCAL
    own = hostname(pod)
    if spec.subdomain:
        own = f"{own}.{spec.subdomain}.{pod['metadata']['namespace']}.svc.{CLUSTER_DOMAIN}\t{own}"
    yield f"{status.pod_ip}\t{own}"
    if spec.host_aliases:
        yield ""
        yield "# Entries added by HostAliases."
    for alias in spec.host_aliases:
        yield "\t".join([alias.ip, *alias.hostnames])
