"""The only code that holds a store: snapshots, the pool, readers that can be killed.

Not here: SPARQL protocol, HTTP, the model of the edition. Read ``interface`` first.
"""
