"""The README's map names every folder that is there, and none that is not."""
import re

NAME = "map"

ENTRY = re.compile(r"^\| `([a-z0-9_./-]+)/` \|")
# Folders deep enough to speak for themselves in their own README.
TOP = ("src", "src/devices", "src/programs", "tests", "data")


def folders(tree):
    """First-level folders, and the children of those that the map opens."""
    found = set()
    for name in tree.files:
        parts = name.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            parent = "/".join(parts[:depth - 1])
            if (depth == 1 and not folder.startswith(".")) or parent in TOP:
                found.add(folder)
    return found - set(TOP)


def check(tree):
    if "README.md" not in tree.files:
        yield "README.md:1: is missing"
        return
    named = {m.group(1) for m in map(ENTRY.match, tree.lines("README.md")) if m}
    there = folders(tree)
    for folder in sorted(there - named):
        yield f"README.md:1: the map lacks {folder}/"
    for folder in sorted(named - there):
        yield f"README.md:1: the map names {folder}/, which is not there"
