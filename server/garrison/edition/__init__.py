"""From a folder of plain files to a checked dataset to a snapshot.

Not here: queries of users, a running server. rdflib and pySHACL are used inside this package only, at the
borders where shapes are checked. Read ``build`` first.
"""
