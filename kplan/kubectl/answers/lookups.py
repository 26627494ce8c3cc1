"""nslookup: a name of the cluster, asked for as the pod's resolver asks.

Upstream: none; this is a program of BIND and of busybox.
"""

from collections.abc import Sequence

from kplan.kubectl.answers.answer import Answer, Inside
from kplan.network import dns


def nslookup(words: Sequence[str], inside: Inside) -> Answer | None:
    """Ask the cluster's DNS server for one name."""
    if len(words) != 1 or words[0].startswith("-"):
        return None
    name, store = words[0], inside.server.store
    server = dns.server_of(store)
    if not dns.asks_cluster(inside.pod, server):
        asked = ", ".join(dns.own_servers(inside.pod)) or "its node's DNS server"
        return Answer(remark=f"the pod asks {asked}, of which nothing is known")
    head = f"Server:\t\t{server}\nAddress:\t{server}#53\n\n"
    found = dns.resolve(store, name, inside.pod)
    if not found.found and dns.goes_outside(store, name):
        return Answer(remark=f"{name} is no name of the cluster: DNS servers outside are asked")
    if found.alias:
        return Answer(f"{head}{found.name}\tcanonical name = {found.alias}.\n")
    if not found.addresses:
        return Answer(f"{head}** server can't find {name}: NXDOMAIN\n\n", 1)
    lines = "".join(f"Name:\t{found.name}\nAddress: {one}\n" for one in found.addresses)
    return Answer(f"{head}{lines}\n")
