"""C is as clang-format 14 writes it."""
import re
import subprocess

NAME = "formatting"


def check(tree):
    files = tree.matching(".c", ".h")
    if not files:
        return
    run = subprocess.run(["clang-format-14", "--dry-run", "--style=file", *files],
                         cwd=tree.root, capture_output=True, text=True, check=False)
    seen = set()
    for name, line in re.findall(r"^(.+?):(\d+):\d+: warning: code should be clang-formatted",
                                 run.stderr, re.MULTILINE):
        if name not in seen:
            seen.add(name)
            yield f"{name}:{line}: not as clang-format-14 writes it; run clang-format-14 -i {name}"
