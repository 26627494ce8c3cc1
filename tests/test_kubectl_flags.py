"""Every command and flag of kubectl 1.36 is there, or stands on the page with the reason why it is not."""

import verbpage
from kplan.kubectl.globalflags import GLOBAL
from kplan.kubectl.invocation import load
from kplan.kubectl.verbs import VERBS

VERB_FLAGS = {listed.name: {flag.name for flag in load(listed).flags} for listed in VERBS}
OWN = {"fail", "recover"}
"""Verbs that kubectl does not have."""
HIDDEN = {
    ("autoscale", "cpu-percent"),  # which is deprecated, so that the help leaves it out
    *((verb, name) for verb in ("auth can-i", "auth whoami") for name in ("as", "as-group", "as-uid")),
}  # fmt: skip
"""Flags that kubectl takes without listing them in the verb's own help."""


def test_every_command_is_a_verb_or_left_out_for_a_reason() -> None:
    known, left = verbpage.of_kubectl(), verbpage.COMMANDS
    missing = {name for name in known if name not in VERB_FLAGS}
    excused = {name for name in missing if name in left or name.partition(" ")[0] in left}
    assert missing == excused
    unused = {one for one in left if not any(name == one or name.startswith(f"{one} ") for name in missing)}
    assert unused == set()
    assert set(VERB_FLAGS) - set(known) == OWN


def test_every_flag_is_taken_or_left_out_for_a_reason() -> None:
    known = verbpage.of_kubectl()
    missing = {
        (verb, name) for verb, flags in VERB_FLAGS.items() if verb not in OWN for name in known[verb] - flags
    }
    assert missing == set(verbpage.FLAGS)


def test_no_verb_takes_a_flag_that_kubectl_refuses() -> None:
    known, shared = verbpage.of_kubectl(), {"namespace"}
    more = {
        (verb, name)
        for verb, flags in VERB_FLAGS.items()
        if verb not in OWN
        for name in flags - known[verb] - shared
    }
    assert more == HIDDEN


def test_what_is_refused_or_has_no_effect_is_on_the_page() -> None:
    page = verbpage.page()
    for flag in GLOBAL:
        if not flag.name.startswith(("as", "warnings-as")) or flag.inert:
            assert f"| `--{flag.name}` |" in page
    assert "| `delete --interactive` |" in page
    assert "| `--chunk-size` |" in page
