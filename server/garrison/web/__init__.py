"""HTTP: request -> service call -> response. The only code that knows Flask and ASGI.

Not here: SPARQL evaluation, reading of editions, triples. Read ``protocol`` first: it turns the parts of a
request into a decision and knows no framework.
"""
