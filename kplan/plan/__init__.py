"""The plan: what applying manifests would do, as a value.

Planning behaviour:

- create: the object is not in the state.
- no-op: it is there and the API server's answer to the apply equals it.
- update: it is there and the answer differs.
- refused: the API server refuses the apply; nothing of the object changes, the rest of the plan stands. Where a field
  is immutable the plan says which, and the way out.
- replace: a field is immutable and the user asked for replacement; the object is deleted and created anew. Everything
  that a deletion takes along is an effect of the change, and so is what survives it.
- delete: the object is in the state and the user asked for its deletion, or for pruning and no longer names it.

Inside, each line imports only lines below it (``tests/unit/plan/test_inner_order.py``):

    builder, planfile, pruned, rehearse
    conflicts
    risks, consequences
    own_ports
    standing, trials, one_cause, running, awaited
    risk, finder
    asked, left_behind, told_above
    access, recreating, escalations
    access_text
    members, permissions, webhooks, renames
    claim_users
    effects, likeness
    causes
    workloads, uses, nearby, unserved
    model, inventory, held
    concealing, second_run
    preemption, unsettled
    obstacle
    effect, applied, basis, diff, immutable, progress, workload, served_ports, attaching
    scaling, deletions, endings, reasons, routes, prefixes, owners, leaving
    owned
    touched, named_causes, ways_out
    change, reading
    action

Decided: what a change is (action) and why (reason) are two things; text is made from the same document the JSON shows;
a plan is a pure function of an outcome, so recorded outcomes test it without a simulation.
"""
