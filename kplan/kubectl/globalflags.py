"""The flags that kubectl takes with every verb: read without an effect, or refused where they name a cluster.

Upstream: staging/src/k8s.io/cli-runtime/pkg/genericclioptions/config_flags.go,
    staging/src/k8s.io/kubectl/pkg/cmd/cmd.go
"""

import re
from collections.abc import Sequence
from typing import Final

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments, is_duration
from kplan.kubectl.flags import IMPERSONATION, INERT, Flag, Kind, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.recordflag import RECORD, RECORDING

_CLUSTER: Final = (
    Flag("certificate-authority", "Certificate of the API server's authority."),
    Flag("client-certificate", "Certificate of the client."),
    Flag("client-key", "Key of the client."),
    Flag("cluster", "Cluster of the kubeconfig."),
    Flag("context", "Context of the kubeconfig."),
    Flag("kubeconfig", "File with the kubeconfig."),
    Flag("password", "Password for the API server."),
    Flag("server", "Address of the API server.", short="s"),
    Flag("tls-server-name", "Name that the API server's certificate has to have."),
    Flag("token", "Token for the API server."),
    Flag("user", "User of the kubeconfig."),
    Flag("username", "User name for the API server."),
)
"""Flags that select a cluster and its credentials."""
_COUNTED: Final = switch("warnings-as-errors", "Fail if the API server warns.")
_OWN: Final = (
    r"Warning: (Detected changes to resource|resource .* (is missing the|was previously)|key .* transferred|Immediate deletion"
    r"|deleting |ignoring |the list may be incomplete|'|short name|\S+ does not have any containers)"
)
"""What kubectl itself warns of, which is not counted."""
_IDLE: Final = f"{INERT}: kplan sends no requests to a server."
_INERT: Final = (
    Flag("as-user-extra", f"{INERT}: RBAC ignores it.", Kind.STRING_ARRAY),
    Flag("cache-dir", _IDLE),
    switch("disable-compression", _IDLE),
    switch("insecure-skip-tls-verify", _IDLE),
    Flag("kuberc", f"{INERT}: no preferences are read."),
    Flag("log-flush-frequency", _IDLE, Kind.GO_DURATION, default="5s"),
    switch("match-server-version", f"{INERT}: client and server are the same here."),
    Flag("profile", f"{INERT}: kplan writes no profile.", default="none"),
    Flag("profile-output", f"{INERT}: kplan writes no profile.", default="profile.pprof"),
    Flag("request-timeout", _IDLE, default="0"),
    Flag("v", _IDLE, Kind.INT, short="v", default="0"),
    Flag("vmodule", _IDLE),
)
_NAMESPACE: Final = Flag("namespace", f"{INERT}: nothing of it is in a namespace.", short="n")
GLOBAL: Final = (*IMPERSONATION, *_CLUSTER, _COUNTED, *_INERT)


def accepted(name: str, flags: Sequence[Flag]) -> list[Flag]:
    """The flags that a verb takes beside its own, and its own; -n is read if it says nothing, too."""
    has_namespace = any(flag.name == _NAMESPACE.name for flag in flags)
    recorded = (RECORD,) if name in RECORDING else ()
    return [*GLOBAL, *flags, *recorded, *(() if has_namespace else (_NAMESPACE,))]


def check_global(arguments: Arguments) -> None:
    """Refuse what would have to be asked of a cluster. Raises UsageError."""
    for flag in _CLUSTER:
        if _is_global(flag, arguments):
            raise UsageError(
                f"--{flag.name} says how a cluster is asked, and kplan asks none",
                hint="the cluster is in the state; --as says as whom to act",
            )
    check_timeout(arguments.text("request-timeout"))


def count_warnings(arguments: Arguments, printed: Printed) -> None:
    """With ``--warnings-as-errors``, fail if the API server warned and all else went well."""
    if printed.exit or not arguments.switch(_COUNTED.name):
        return
    warnings = {line for line in printed.err if line.startswith("Warning: ") and not re.match(_OWN, line)}
    if warnings:
        printed.fail(f"error: {len(warnings)} warning{'s' if len(warnings) > 1 else ''} received")


def check_timeout(text: str) -> None:
    """Refuse what is no length of time. Raises UsageError."""
    if not text.isdecimal() and not is_duration(text):
        raise UsageError(
            "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by "
            "a corresponding time unit (e.g. 1s | 2m | 3h)"
        )


def _is_global(flag: Flag, arguments: Arguments) -> bool:
    """Whether a flag is on the command line, and not another one of the verb's own that has its name."""
    return arguments.given(flag.name) and arguments.flags[flag.name] is flag
