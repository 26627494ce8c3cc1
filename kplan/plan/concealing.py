"""Secrets in a plan: what is equal stays equal to the eye, what differs still differs, and no value is shown."""

from dataclasses import replace

from kplan.masking import objects, texts
from kplan.plan.applied import Applied
from kplan.plan.diff import edits


def concealed(one: Applied, given: object = None) -> Applied:
    """The same with what nobody should read masked, in its objects and in its refusal;
    ``given`` is the user's own object.
    """
    sides = [side for side in (one.before, one.after, one.wanted, given) if side is not None]
    if not any(map(objects.holds, sides)):
        return one
    refusal = texts.without(one.refusal, (text for side in sides for text in objects.values_of(side)))
    asked = one.after if one.after is not None else one.wanted
    before, shown = objects.pair(one.before, asked)
    fields = edits(before, shown) if before is not None and shown is not None and one.fields else one.fields
    if one.after is None:
        return replace(one, before=before, wanted=shown, fields=fields, refusal=refusal)
    wanted = objects.concealed(one.wanted, one.before, objects.AFTER)
    return replace(one, before=before, after=shown, wanted=wanted, fields=fields, refusal=refusal)
