"""Two kinds of picture, as SVG: bars in columns, and lines on logarithmic scales."""
import math
from xml.sax.saxutils import escape

COLOURS = {"C echo": "#555", "NIO echo": "#888", "Go": "#00838f", "jansson": "#1f5fa8", "foundation": "#d07a1e",
           "native": "#3c8d40"}
ROW, LABELS, COLUMN = 18, 215, 150


def colour(name):
    return next((colour for prefix, colour in COLOURS.items() if name.startswith(prefix)), "#a0a")


def text(x, y, words, **attributes):
    extra = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f'<text x="{x:.1f}" y="{y:.1f}"{extra}>{escape(words)}</text>'


def short(number):
    return f"{number // 1000}k" if number >= 1000 else str(number)


def picture(width, height, title, elements):
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>', text(10, 20, title, font_weight="bold"), *elements,
        "</svg>"]) + "\n"


def bars(title, rows, columns, value, mark=None):
    """A row for each name, a column with a scale of its own for each work, and a line at `mark`."""
    elements = []
    for c, column in enumerate(columns):
        values = {name: value(name, column) for name in rows}
        widest = max([v for v in values.values() if v] + [mark or 0]) or 1
        left, scale = LABELS + c * COLUMN, (COLUMN - 45) / widest
        elements.append(text(left, 42, column, font_size=11))
        for r, (name, v) in enumerate(values.items()):
            y = 52 + r * ROW
            if v is None:
                continue
            elements += [f'<rect x="{left}" y="{y}" width="{v * scale:.1f}" height="{ROW - 5}" fill="{colour(name)}"/>',
                         text(left + v * scale + 4, y + 11, f"{v:.3g}", font_size=11)]
        if mark:
            x, end = left + mark * scale, 52 + len(rows) * ROW
            elements.append(f'<path d="M{x:.1f} 48V{end}" stroke="#00838f" stroke-dasharray="3 2"/>')
    elements += [text(10, 63 + r * ROW, name) for r, name in enumerate(rows)]
    return picture(LABELS + COLUMN * len(columns), 64 + ROW * len(rows), title, elements)


def lines(title, names, xs, value, x_title, y_title):
    """A line for each name over numbers, both axes logarithmic; the legend is in the order of the lines' ends."""
    points = {name: [(x, y) for x in xs if (y := value(name, x))] for name in names}
    ys = [y for line in points.values() for _, y in line]
    width, height, left, top = 560, 340, 60, 40

    def scaled(number, numbers):
        low, high = math.log10(min(numbers)), math.log10(max(numbers))
        return (math.log10(number) - low) / ((high - low) or 1)

    def x_of(x):
        return left + scaled(x, xs) * width

    def y_of(y):
        return top + height - scaled(y, ys) * height

    elements = [text(left + width / 2, top + height + 38, x_title, text_anchor="middle"),
                text(left, top - 6, y_title, font_size=11)]
    for x in xs:
        elements += [f'<path d="M{x_of(x):.1f} {top}v{height}" stroke="#ddd"/>',
                     text(x_of(x), top + height + 16, short(x), text_anchor="middle")]
    for exponent in range(math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys))) + 1):
        for y in (factor * 10.0 ** exponent for factor in (1, 2, 5)):
            if min(ys) <= y <= max(ys):
                elements += [f'<path d="M{left} {y_of(y):.1f}h{width}" stroke="#ddd"/>',
                             text(left - 6, y_of(y) + 4, f"{y:g}", text_anchor="end")]
    for rank, name in enumerate(sorted(points, key=lambda name: -points[name][-1][1])):
        path = " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y in points[name])
        dashes = ' stroke-dasharray="6 3"' if "default" in name else ""
        style = f'fill="none" stroke="{colour(name)}" stroke-width="2"{dashes}'
        y = top + 10 + rank * 20
        elements += [f'<polyline points="{path}" {style}/>',
                     f'<path d="M{left + width + 20} {y}h30" {style}/>', text(left + width + 56, y + 4, name)]
    return picture(left + width + 250, top + height + 50, title, elements)
