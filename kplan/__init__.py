"""kplan tells a team, offline, whether its Kubernetes manifests are right and what applying them would do.

Five stages, one direction (docs/architecture.md says what each package holds)::

   INPUT                     CLUSTER           TIME                                OUTCOME           SURFACE
   files -> documents -> objects -> admitted state -> simulated state (timeline) -> plan, findings -> report -> formats
   inputs manifest  api      state apiserver   simulation controllers scheduler    lint plan         report render gate
             schema selectors                  kubelet network kubectl cluster                       config pipeline cli
   kernel under all: errors, fieldpath, naming, docstrings, processes, diagnostics

Decided: a package imports only what stands before it in this picture; import-linter holds it to that.
"""

__version__ = "0.1.0"
