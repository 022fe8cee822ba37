"""Pictures that the server draws: a map, a timeline, a chart, as SVG that needs no script.

``projection`` and ``clipping`` are geometry, ``time_axis`` and ``dates`` are time; they know no page. What a picture
says stands in ``templates/drawn_*.html``. No colours here: ``static/drawing.css`` has them. Read
``map_drawing.draw_map`` first.
"""
