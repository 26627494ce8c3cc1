"""Quota: what an object uses of a ResourceQuota, and which quotas are about it.

Admission charges with it and the resource quota controller recounts with it.

Upstream: pkg/quota/v1/evaluator/core, staging/src/k8s.io/apiserver/pkg/quota/v1/generic
"""
