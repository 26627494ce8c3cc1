"""Many targets, one report: each is checked, compared or planned by itself, and what several have in
common is reported once.

::

    tasks = [Task("shop/prod", Work("diff"), loaded, earlier), ...]
    results = list(Processes(4).run(tasks))                  # or Serial(), or Dask("tcp://...")
    folded("diff", results)                                  # targets by outcome, equal changes and findings folded

Decided: what is done for a target is a pure function of its task, which holds the inputs as content; engines only carry
tasks to where they are worked on, so that the answer is the same with each of them.
"""
