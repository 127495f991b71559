"""Every header stands alone: it compiles as the only include, and is included once."""
import json
import pathlib
import shlex
import subprocess
import tempfile

NAME = "headers"


def flags(tree):
    """The union of include and define flags that the build uses, or a plain set without a build."""
    plain = ["-Isrc", "-D_GNU_SOURCE"]
    database = tree.build / "compile_commands.json" if tree.build else None
    if database is None or not database.exists():
        return plain + subprocess.run(["pkg-config", "--cflags", "gio-2.0"], capture_output=True,
                                      text=True, check=True).stdout.split()
    found = {}
    for entry in json.loads(database.read_text(encoding="utf-8")):
        for flag in shlex.split(entry["command"]):
            if flag.startswith(("-I", "-D")):
                path = pathlib.Path(entry["directory"], flag[2:]).resolve() if flag.startswith("-I") else None
                found[f"-I{path}" if path else flag] = True
    return plain + list(found)


def check(tree):
    common = flags(tree)
    with tempfile.TemporaryDirectory() as folder:
        for name in tree.matching(".h"):
            if "#pragma once" not in tree.text(name):
                yield f"{name}:1: lacks #pragma once"
            source = pathlib.Path(folder, "alone.c")
            source.write_text(f'#include "{tree.root / name}"\n', encoding="utf-8")
            run = subprocess.run(["gcc", "-std=gnu17", "-fsyntax-only", *common, f"-I{(tree.root / name).parent}", str(source)],
                                 cwd=tree.root, capture_output=True, text=True, check=False)
            if run.returncode != 0:
                first = next((l for l in run.stderr.splitlines() if "error:" in l), "does not compile")
                yield f"{name}:1: does not stand alone: {first.split('error: ')[-1]}"
