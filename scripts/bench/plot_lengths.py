#!/usr/bin/python3
"""Time and memory against window length as an SVG, logarithmic axes: lines "bp cpu_seconds megabytes" in FILE."""
import math
import sys

rows = [tuple(float(x) for x in line.split()) for line in open(sys.argv[1])]
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 360, 70, 30, 70, 50


def scale(values, low, high):
    a, b = math.log10(min(values)), math.log10(max(values))
    span = (b - a) or 1
    return lambda v: low + (math.log10(v) - a) / span * (high - low)


x = scale([r[0] for r in rows], LEFT, WIDTH - RIGHT)
out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" role="img">'
       % (WIDTH, HEIGHT),
       "<title>Time and memory against window length</title>",
       '<rect width="100%" height="100%" fill="white"/>',
       '<path d="M%d %dH%d" stroke="black"/>' % (LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT)]
for bp, _, _ in rows:
    out.append('<text x="%.1f" y="%d" text-anchor="middle">%s</text>' % (x(bp), HEIGHT - BOTTOM + 18, "{:,.0f}".format(bp)))
out.append('<text x="%d" y="%d" text-anchor="middle">window, bp</text>' % ((LEFT + WIDTH - RIGHT) // 2, HEIGHT - 12))
for column, colour, name, anchor, offset in ((1, "#1b6ca8", "CPU time, s", "end", -8), (2, "#b5541c", "peak memory, MB", "start", 8)):
    y = scale([r[column] for r in rows], HEIGHT - BOTTOM - 15, TOP + 20)
    points = " ".join("%.1f,%.1f" % (x(r[0]), y(r[column])) for r in rows)
    dash = "" if column == 1 else ' stroke-dasharray="6 3"'
    out.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="2"%s/>' % (points, colour, dash))
    for r in rows:
        out.append('<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>' % (x(r[0]), y(r[column]), colour))
        out.append('<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s">%s</text>'
                   % (x(r[0]) + offset, y(r[column]) + (-6 if column == 1 else 14), anchor, colour, "{:,.0f}".format(r[column]) if r[column] >= 10 else "%.1f" % r[column]))
    out.append('<text x="%d" y="%d" text-anchor="%s" fill="%s">%s</text>'
               % (LEFT if column == 1 else WIDTH - RIGHT, TOP - 8, "start" if column == 1 else "end", colour, name))
out.append("</svg>")
print("\n".join(out))
