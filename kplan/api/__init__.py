"""Documents to objects: the vocabulary of Kubernetes, its scalar types with their arithmetic,
accessors and typed views.

Decided: JSON stays what the user wrote; accessors and views are for reading. Accessors (``metadata``, ``pods``,
``nodes``, ``workloadspec``, ...) are for code that looks at thousands of objects, views (``core``, ``apps``, ``batch``,
...) for code that reads for people; neither checks, ``walk`` does.
"""
