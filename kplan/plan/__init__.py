"""The plan: what applying manifests would do, as a value.

Planning behaviour:

- create: the object is not in the state.
- no-op: it is there and the API server's answer to the apply equals it.
- update: it is there and the answer differs.
- replace: the API server refuses the apply because a field is immutable; the plan says which, and deletes and
  creates the object anew. Everything that a deletion takes along is an effect of the change.
- delete: the object is in the state and the user asked for its deletion.
- refused: the API server refuses for any other reason; nothing of the object is applied, the rest of the plan stands.

Inside, each line imports only lines below it (``tests/unit/plan/test_inner_order.py``):

    builder, planfile, rehearse
    risks
    risk
    effects, causes, left_behind
    model
    concealing
    effect, applied, diff, immutable, progress, workload
    change, reading
    action

Decided: what a change is (action) and why (reason) are two things; text is made from the same document the JSON shows;
a plan is a pure function of an outcome, so recorded outcomes test it without a simulation.
"""
