"""kubectl set subject: more subjects of a binding.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set_subject.go
"""

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.printed import Printed
from kplan.kubectl.setting import SET_FLAGS, Setting, apply_setting
from kplan.kubectl.subjects import SUBJECTS, more_subjects_of
from kplan.kubectl.verb import Change, LiveContext


def run(arguments: Arguments, context: LiveContext) -> Printed:
    """Add subjects. Raises UsageError or StatusError."""
    subjects: list[Json] = []

    def check() -> None:
        subjects.extend(more_subjects_of(arguments))
        if not subjects:
            raise UsageError("you must specify at least one value of user, group or serviceaccount")

    def change(item: Item, value: Json) -> None:
        if item.resource.kind not in ("RoleBinding", "ClusterRoleBinding"):
            name = f"{item.resource.plural}/{value['metadata']['name']}"
            raise UsageError(f"{name} setting subjects is only supported for RoleBinding/ClusterRoleBinding")
        present = value.get("subjects") or []
        value["subjects"] = [*present, *(one for one in subjects if one not in present)]

    return apply_setting(
        arguments,
        context,
        arguments.words,
        Setting("subjects updated", change, "failed to patch subjects to rolebinding:", check=check),
    )


VERB = Change(
    usage="KIND NAME [--user=NAME] [--group=NAME] [--serviceaccount=NAMESPACE:NAME]",
    about="Add subjects to role bindings.",
    flags=(*SUBJECTS, *SET_FLAGS),
    examples=("set subject rolebinding admins --user=jane",),
    run=run,
)
