#!/usr/bin/env python3
"""The project's rules, each a file in rules/ with a NAME, a one-line RULE and check(tree).

usage: lint.py [--build DIR] [--rule NAME] ROOT
Prints file:line: what, and exits 1 when a rule is broken.
"""
import argparse
import importlib
import pathlib
import subprocess
import sys


class Tree:
    """The files under test: what git tracks (and would track) below a root."""

    def __init__(self, root, build=None):
        self.root = pathlib.Path(root).resolve()
        self.build = pathlib.Path(build).resolve() if build else None
        self.files = self._list()
        self._text = {}

    def _list(self):
        listing = subprocess.run(
            ["git", "-C", self.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True, check=True).stdout.decode().split("\0")
        names = sorted({n for n in listing if n and (self.root / n).is_file()})
        return [n for n in names if not n.startswith("tests/lint/fixtures/")]

    def matching(self, *endings, under=""):
        return [n for n in self.files if n.endswith(endings) and n.startswith(under)]

    def text(self, name):
        if name not in self._text:
            self._text[name] = (self.root / name).read_text(encoding="utf-8", errors="replace")
        return self._text[name]

    def lines(self, name):
        return self.text(name).splitlines()


def load_rules():
    folder = pathlib.Path(__file__).parent / "rules"
    sys.path.insert(0, str(folder.parent))
    return [importlib.import_module(f"rules.{p.stem}") for p in sorted(folder.glob("[a-z]*.py"))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("--build")
    parser.add_argument("--rule")
    options = parser.parse_args()
    tree = Tree(options.root, options.build)
    broken = 0
    for rule in load_rules():
        if options.rule not in (None, rule.NAME):
            continue
        problems = list(rule.check(tree))
        for problem in problems:
            print(f"{problem} [{rule.NAME}]")
        broken += len(problems)
    if broken:
        print(f"{broken} problem{'s' if broken > 1 else ''}")
        return 1
    print("lint is clean")
    return 0


if __name__ == "__main__":
    sys.exit(main())
