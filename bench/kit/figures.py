"""Figures: rows of one shape for every program in bench/, their tables and their file.

A row says what was measured (group, work, tool, what, unit, which way is better) and how it came
out (median, quartiles, ends, number of runs); with a target also by how much that was reached. The
file is one JSON object: program, machine, options, rows. bench/compare reads any two of them.
"""
import json
import statistics

KEY = ("group", "work", "tool", "what")


def quartiles(values):
    """Lower quartile, median, upper quartile; of few values, by their neighbours."""
    values = sorted(values)
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, median, high


def row(group, work, tool, what, values, unit, better="lower", **more):
    """One figure from its runs. `more` is kept as it is."""
    low, median, high = quartiles(values)
    return {"group": group, "work": work, "tool": tool, "what": what, "unit": unit,
            "better": better, "median": median, "q1": low, "q3": high, "min": min(values),
            "max": max(values), "runs": len(values), **more}


def key(figure):
    return tuple(figure[name] for name in KEY)


def aim(figure, target):
    """The same row with its target, whether it was reached, and by how much (or not)."""
    higher = figure["better"] == "higher"
    beyond = figure["median"] / target - 1 if higher else 1 - figure["median"] / target
    return {**figure, "target": target, "reached": beyond >= 0, "beyond": beyond}


def verdict(figure):
    if "target" not in figure:
        return ""
    share = abs(figure["beyond"]) * 100
    share = f"{share:.1f}" if share < 10 else f"{share:.0f}"
    return f"yes, by {share} %" if figure["reached"] else f"**no**, {share} % short"


def number(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def spread(figure):
    if figure["runs"] == 1:
        return "one run"
    return f"{number(figure['q1'])} to {number(figure['q3'])} ({figure['runs']})"


def table(heads, lines):
    """A table in Markdown, columns as wide as they need."""
    lines = [[str(cell) for cell in line] for line in lines]
    wide = [max([len(head), 3, *(len(line[i]) for line in lines)]) for i, head in enumerate(heads)]
    shown = [heads, ["-" * width for width in wide], *lines]
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, wide)) + " |"
                     for line in shown)


def save(path, program, machine, options, rows):
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"program": program, "machine": machine, "options": options, "rows": rows}, out,
                  indent=1)
        out.write("\n")


def load(path):
    """What `save` wrote. ValueError says why it is no such file."""
    with open(path, encoding="utf-8") as text:
        held = json.load(text)
    if not isinstance(held, dict) or not isinstance(held.get("rows"), list):
        raise ValueError("no figures of bench/ in it")
    for figure in held["rows"]:
        numbers = [figure.get(name) for name in ("median", "q1", "q3", "runs")]
        if not all(isinstance(figure.get(name), str) for name in KEY) or not all(
                isinstance(value, (int, float)) for value in numbers):
            raise ValueError("a row is not as bench/ writes it")
    return held
