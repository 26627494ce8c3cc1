"""Secrets in a plan: what is equal stays equal to the eye, what differs still differs, and no value is shown."""

from dataclasses import replace

from kplan.kubectl import masking
from kplan.plan.applied import Applied
from kplan.plan.diff import edits


def concealed(one: Applied) -> Applied:
    """The same with the values of a Secret masked, in the object and in what last-applied repeats of it."""
    known = one.after if one.after is not None else one.before
    if known is None or not masking.is_secret(known):
        return one
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
