"""Who reaches whom: pure answers over a state, with every name, rule, endpoint and policy on the way.

Decided: nothing here changes the state or knows time; what endpoints there are is what the cluster's objects say.
"""
