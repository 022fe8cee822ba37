"""What the endpoint does, in plain Python, callable from a notebook or a test.

Not here: HTTP, arguments of commands, a store. Read ``query`` first.
"""
