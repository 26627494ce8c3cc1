"""What runs leave on disk for later runs: reports by the content of everything they were made from.

A key (``digest``) stands for content, never for a name or a time, so an entry is right or not found.
``folder`` keeps entries where only their owner writes; ``reports`` turns reports into JSON and back, and
nothing read back is ever executed.
"""
