"""What a run reads: paths to documents, with excludes, and with files that are no manifests told apart.

Every command reads through one function::

    read = reading.read(Request(("deploy/",), exclude=("**/testdata/**",)))
    read.documents, read.diagnostics      # what there is, and what is wrong with its text
    read.skipped                          # files that are no manifests, each with what it is
    read.below                            # how many files in folders below were not read

kplan's own commands read folders with all below them; kubectl's read a folder's own files, say how many lie below, and
read those where the folder itself holds no manifest, since kubectl would only refuse there.

Decided: content decides what a manifest is; a name only where it is a convention (Chart.yaml, the values and templates
of a chart, what a kustomization names as a patch). Any other file with ``apiVersion`` or ``kind`` in it is read as a
manifest, however broken it is.
"""
