"""Terms, prefix map, formats and media types, EDTF, and the lexical shape of a query. Pure: no I/O, no state.

Not here: stores, files, HTTP.
"""
