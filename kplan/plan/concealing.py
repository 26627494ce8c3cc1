"""Secrets in a plan: what is equal stays equal to the eye, what differs still differs, and no value is shown."""

from dataclasses import replace

from kplan.kubectl import masking
from kplan.kubectl.literals import credentials_of, literals_masked
from kplan.plan.applied import Applied
from kplan.plan.diff import edits


def concealed(one: Applied) -> Applied:
    """The same with the values of a Secret masked, in the object and in what last-applied repeats of it."""
    known = one.after if one.after is not None else one.before
    if known is None:
        return one
    if not masking.is_secret(known):
        return _without_literals(one)
    if one.after is None and one.wanted is not None:
        masked_before, masked = masking.mask(one.before, one.wanted, annotations=True)
        asked = edits(masked_before, masked) if masked_before is not None else ()
        return replace(one, before=masked_before, wanted=masked, fields=asked)
    if one.after is None:
        _, before = masking.mask(None, known, annotations=True)
        return replace(one, before=before)
    masked_before, masked = masking.mask(one.before, one.after, annotations=True)
    fields = edits(masked_before, masked) if masked_before is not None else ()
    return replace(one, before=masked_before, after=masked, fields=fields)


def _without_literals(one: Applied) -> Applied:
    """The same with the literals of env entries masked that look like credentials."""
    sides = (one.before, one.after, one.wanted)
    known = [set(credentials_of(side)) for side in sides]
    if not any(known):
        return one
    before = (
        literals_masked(one.before, known[1] or known[2], masking.BEFORE) if one.before is not None else None
    )
    after = literals_masked(one.after, known[0], masking.AFTER) if one.after is not None else None
    wanted = literals_masked(one.wanted, known[0], masking.AFTER) if one.wanted is not None else None
    shown = after if after is not None else wanted
    fields = edits(before, shown) if before is not None and shown is not None and one.fields else one.fields
    return replace(one, before=before, after=after, wanted=wanted, fields=fields)
