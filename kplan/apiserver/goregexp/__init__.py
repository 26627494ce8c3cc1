r"""Go's regular expressions: patterns that users write (CRD ``pattern``, CEL ``matches``) mean
here what they mean there.

``compile_regex(pattern)`` in ``compiled`` gives an expression that answers in time linear in the text, whatever the
pattern is. Patterns that kplan itself wrote stay on Python's ``re``.

Go's regexp package and the RE2 library are siblings, so RE2 does the matching. Where they differ, ``parser`` decides as
Go does and spells the pattern in a way that RE2 reads the same: which patterns are refused and in which words, ``\C``
and repeated or non-ASCII group names, names of Unicode classes (``\p{Letter}``, ``\p{greek}``, ``\p{Cn}``), operators
piled up through a change of flags. Captures are not kept: nothing that users can reach asks for them.

Decided: google-re2, for time linear in the text (Python's ``re`` never ends on ``^(a+)+$``) and UTF-8 as in Go; a
parser of our own in front of it, since refusals must be Go's word for word.

Upstream: Go's regexp and regexp/syntax
"""
