"""Includes go down only; sideways only where the table names a neighbour."""
import re

NAME = "floors"

# Room → rooms it may include. The table of floors, written out.
BELOW = {
    "base": (),
    "formats": ("base",),
    "trust": ("base", "formats"),
    "store": ("base", "formats", "trust"),
    "services": ("base", "formats", "trust"),
    "identity": ("base", "formats", "trust"),
    "devices/worker": ("base",),
    "devices/card": ("base", "formats", "trust", "devices/worker"),
    "devices/camera": ("base", "formats", "trust", "devices/worker"),
    "devices/printer": ("base", "formats", "trust"),
    "devices/health": ("base", "formats", "trust"),
    "sync": ("base", "formats", "trust", "store"),
    "journey": ("base", "formats", "trust", "store", "services", "identity",
                "devices/card", "devices/camera", "devices/printer", "devices/health"),
}
# A journey sees devices by their ports only.
PORTS_ONLY = {"journey": re.compile(r"^devices/\w+/\w+-port\.h$")}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def room_of(path):
    for room in BELOW:
        if path.startswith(room + "/"):
            return room
    return "programs" if path.startswith("programs/") else None


def problem_of(room, path, included):
    """What is wrong with file `path` of `room` including `included`, or None."""
    target = room_of(included)
    if target is None:
        return None
    if target == "programs":
        return None if path.startswith(included.rsplit("/", 1)[0] + "/") else "a program's private header"
    if room == "programs" or target == room:
        return None
    if target not in BELOW[room]:
        return f"{room} stands on {', '.join(BELOW[room]) or 'nothing'}, not on {target}"
    ports = PORTS_ONLY.get(room)
    if ports and target.startswith("devices/") and not ports.match(included):
        return f"{room} sees a device by its port only"
    return None


def check(tree):
    for name in tree.matching(".c", ".h", under="src/"):
        path = name[len("src/"):]
        room = room_of(path)
        if room is None:
            yield f"{name}:1: in no room; every source lies in a room or a program"
            continue
        for number, line in enumerate(tree.lines(name), 1):
            match = INCLUDE.match(line)
            what = problem_of(room, path, match.group(1)) if match else None
            if what:
                yield f"{name}:{number}: includes {match.group(1)}: {what}"
