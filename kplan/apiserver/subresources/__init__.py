"""Status, scale, binding and eviction: requests to a part of an object."""
