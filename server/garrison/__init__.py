"""Garrison: a scholarly edition of a history as linked data, and the server that publishes it.

Layers, from the top: ``cli`` and ``web`` call ``services``; services call ``edition`` and ``engine``; both
stand on ``rdf``. ``errors`` and ``settings`` are leaves that anyone may import. Arrows point down only
(``tests/test_layers.py`` holds this). Start reading at :mod:`garrison.services`.
"""

from __future__ import annotations

__version__ = "0.1.0"
