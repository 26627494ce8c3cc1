"""The API's own paths, answered from the state: what ``--raw`` of kubectl's verbs sends a request to.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints, staging/src/k8s.io/apiserver/pkg/server/healthz
"""
