"""EndpointSlices: the pods behind every Service, in slices of up to a hundred.

Upstream: pkg/controller/endpointslice/, staging/src/k8s.io/endpointslice/
"""

from kplan.controllers.endpointslice.controller import EndpointSliceController

__all__ = ["EndpointSliceController"]
