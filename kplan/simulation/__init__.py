"""What actors run on: virtual time, work queues, caches and the timeline; it knows no kind of object.

Decided: time is simulated by one heap of events, not by threads, so the same input gives the same bytes.
Decided: actors write through the API client and read shared caches that follow every write at once; upstream's
expectations, which bridge the lag of its caches, are not needed.
"""
