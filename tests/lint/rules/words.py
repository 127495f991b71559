"""Nothing is left half said: no note to self, and no path of one machine."""
import re

NAME = "words"

UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
MACHINE = re.compile(r"(?<![\w.)\]])/(?:work|root|home/\w+)/")
TEXT = (".c", ".h", ".py", ".md", ".ui", ".css", ".ini", ".xml", ".json", ".yaml", ".sql", ".build", ".sh", ".po")


def check(tree):
    for name in tree.files:
        if not (name.endswith(TEXT) or name in ("run", ".ci/run")) or name.startswith("tests/lint/"):
            continue
        for number, line in enumerate(tree.lines(name), 1):
            if UNFINISHED.search(line):
                yield f"{name}:{number}: a note to self; finish it or file it"
            if MACHINE.search(line):
                yield f"{name}:{number}: a path of one machine"
