#!/usr/bin/env python3
"""Each rule fails on its fixture, and none on a clean tree. Speaks TAP."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import fixtures

HERE = pathlib.Path(__file__).resolve().parent


def lint(files, rule):
    """Runs lint.py over a tree of these files; the finished process."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        shutil.copy(HERE.parent.parent / ".clang-format", folder)
        subprocess.run(["git", "init", "-q", folder], check=True)
        return subprocess.run([sys.executable, HERE / "lint.py", "--rule", rule, folder],
                              capture_output=True, text=True, check=False)


def main():
    results = []
    known = {p.stem for p in (HERE / "rules").glob("[a-z]*.py")}
    results.append(("every rule has a fixture", known == set(fixtures.BROKEN), str(known ^ set(fixtures.BROKEN))))
    for rule in sorted(known & set(fixtures.BROKEN)):
        run = lint(fixtures.CLEAN, rule)
        results.append((f"{rule} passes a clean tree", run.returncode == 0, run.stdout + run.stderr))
        for what, files in fixtures.BROKEN[rule]:
            run = lint({**fixtures.CLEAN, **files}, rule)
            caught = run.returncode == 1 and f"[{rule}]" in run.stdout
            results.append((f"{rule} fails on {what}", caught, run.stdout + run.stderr))
    print(f"1..{len(results)}")
    for number, (name, good, output) in enumerate(results, 1):
        print(f"{'ok' if good else 'not ok'} {number} {name}")
        if not good:
            print("\n".join("# " + line for line in output.splitlines()))
    return 0 if all(good for _, good, _ in results) else 1


sys.exit(main())
