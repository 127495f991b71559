#!/usr/bin/env python3
"""Adds up what a test run did, one promise at a time: skipped and failed ones by name, then the
last line. Reads testlog.json of each build folder named, a line a test program; a program that speaks TAP is counted
by its cases, and one that died, leaked or timed out counts as a failure of its own. With --table first: a row for every
case. Comments of a program that begin with "|" are rows of a table of its own and are shown, a heading once; those that
begin with "=" are numbers by name, added up over all programs ("slowest-…": the greatest)."""
import json
import re
import sys

TAP = re.compile(r"^(not ok|ok) \d+ -? ?(.*?)(?: # (SKIP) ?(.*))?$", re.IGNORECASE)
GOOD = ("OK", "EXPECTEDFAIL")


def cases(program):
    """Yields (name, result, why) for every case of one program."""
    name = program["name"].split(" / ")[-1]
    found = [m for m in map(TAP.match, program.get("stdout", "").splitlines()) if m]
    failed = 0
    for verdict, case, directive, why in (m.groups() for m in found):
        if directive:
            yield f"{name}: {case}", "skipped", why
        elif verdict == "ok":
            yield f"{name}: {case}", "passed", ""
        else:
            failed += 1
            yield f"{name}: {case}", "failed", ""
    if program["result"] == "SKIP" and not found:
        yield name, "skipped", " ".join(program.get("stdout", "").strip().splitlines()[-1:])
    elif program["result"] in GOOD and not found:
        yield name, "passed", ""
    elif program["result"] not in GOOD + ("SKIP",) and not failed:
        yield name, "failed", f"{program['result'].lower()}, exit {program.get('returncode')}"


def row(name, result, why):
    return f"{name:<72} {why if why.startswith('not available') else result + (': ' if why else '') + why}"


def show_comments(program, shown, sums):
    """Prints a program's own rows, and adds its numbers to sums."""
    for line in program.get("stdout", "").splitlines():
        if line.startswith("# | ") and line not in shown:
            shown.add(line)
            print(line[2:])
        if line.startswith("# = "):
            words = line[4:].split()
            for name, value in zip(words[::2], map(int, words[1::2])):
                sums[name] = max(sums.get(name, 0), value) if name.startswith("slowest") else sums.get(name, 0) + value


def main(folders):
    table = folders[:1] == ["--table"]
    folders = folders[1:] if table else folders
    count = {"passed": 0, "failed": 0, "skipped": 0}
    shown, sums = set(), {}
    for folder in folders:
        with open(f"{folder}/meson-logs/testlog.json", encoding="utf-8") as log:
            for line in log:
                program = json.loads(line)
                show_comments(program, shown, sums)
                for name, result, why in cases(program):
                    count[result] += 1
                    if table:
                        print(row(name, result, why))
                    elif result != "passed":
                        print(f"{result}: {name}{': ' if why else ''}{why}")
    if sums:
        print("total: " + ", ".join(f"{name} {value}" for name, value in sums.items()))
    print(f"{count['passed']} passed, {count['failed']} failed")
    return 1 if count["failed"] or not count["passed"] else 0


sys.exit(main(sys.argv[1:]))
