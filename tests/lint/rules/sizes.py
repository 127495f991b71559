"""Files stay under 600 lines, headers and room READMEs shorter, functions under 60, nesting under 5."""
import re

NAME = "sizes"

FILE, HEADER, ROOM_README, FUNCTION, NESTING = 600, 200, 60, 60, 4
# A body at column 0 whose head is not a type, a table or an initialiser.
HEAD = re.compile(r"^[A-Za-z_].*\)\s*$")
NOISE = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|//.*')


def functions(lines):
    """Yields (name, first line, length, deepest nesting)."""
    start, depth, deepest, name = None, 0, 0, ""
    for number, raw in enumerate(lines, 1):
        line = NOISE.sub("", raw)
        if start is None:
            if line == "{" and number > 1 and HEAD.match(lines[number - 2]):
                start, depth, deepest = number, 1, 1
                name = head_name(lines, number - 2)
            continue
        depth += line.count("{") - line.count("}")
        deepest = max(deepest, depth)
        if depth <= 0:
            yield name, start, number - start - 1, deepest - 1
            start = None


def head_name(lines, at):
    while at >= 0:
        match = re.match(r"^(\w+) \(", lines[at])
        if match:
            return match.group(1)
        at -= 1
    return "?"


def check(tree):
    for name in tree.matching(".c", ".h"):
        limit = HEADER if name.endswith(".h") else FILE
        lines = tree.lines(name)
        if len(lines) > limit:
            yield f"{name}:{limit}: {len(lines)} lines; {limit} at the most"
        if not name.endswith(".c"):
            continue
        for function, start, length, nesting in functions(lines):
            if length > FUNCTION:
                yield f"{name}:{start}: {function} has {length} lines; {FUNCTION} at the most"
            if nesting > NESTING:
                yield f"{name}:{start}: {function} nests {nesting} deep; {NESTING} at the most"
    for name in tree.matching("/README.md", under="src/"):
        if len(tree.lines(name)) > ROOM_README:
            yield f"{name}:{ROOM_README}: {len(tree.lines(name))} lines; {ROOM_README} at the most"
