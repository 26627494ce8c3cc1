"""What the html format shows beside the report: the cluster over the simulated time, and how objects are related.

    page          inlines styles, scripts and data into one file that asks nothing of a network
    data          the data of the page, as plain JSON
    cluster_map   nodes and pods, before, on the way and after
    states        how pods and nodes fare, in a word
    moments       the simulated time, cut into as many moments as a slider can hold
    happenings    Events and refusals, those that say the same folded together
    relations     who owns, selects, mounts or scales whom

Only names, requests and states of objects are looked at; what manifests say comes from the plan, which masks Secrets.
"""
