"""What scripts of a shell come to, as far as their text says it: how long they run, how they end, what they print.

``words`` cuts a text into words, ``grammar`` makes statements of them, ``session`` runs these on a clock of
its own with the commands of ``commands``; ``loops`` says which loops have no end, ``endings`` how others are
left. Whatever is not known, as a program of an image, raises ``UnknownError``: nothing is guessed.
"""
