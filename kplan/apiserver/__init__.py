"""kube-apiserver: objects to admitted objects, through one request chain for dry runs and real ones.

Decided: every write passes defaulting, validation and admission, so refusals are the real ones;
``server`` is read first.
"""
