"""The fast path: writes of actors that the whole request chain would store as they are.

A rollout is thousands of such writes; most of what the request chain would check has passed it before. A member looks
at what differs from the stored object, and leaves the write to the chain where that is more than it knows.

Upstream: none; a real API server looks at everything every time.
"""
