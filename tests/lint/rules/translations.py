"""Every string a person sees is translated in each language, none is fuzzy, each file is listed."""
import os
import re
import subprocess
import tempfile

NAME = "translations"

MARK = re.compile(r'\b(?:C_|N_|_|ngettext|g_dgettext|NC_)\s*\(\s*"|translatable="yes"')


def sources(tree):
    return [n for n in tree.matching(".c", ".ui", under="src/programs/kiosk/")
            + tree.matching(".ui", under="ui/") if MARK.search(tree.text(n))]


def template(tree, listed, folder):
    """The .pot of the listed files, made afresh."""
    pot = os.path.join(folder, "fresh.pot")
    subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2",
                    "--keyword=NC_:1c,2", "--keyword=ngettext:1,2", "--output", pot, *listed],
                   cwd=tree.root, check=True, capture_output=True)
    return pot


def check(tree):
    if "po/LINGUAS" not in tree.files:
        return
    listed = [l.strip() for l in tree.lines("po/POTFILES") if l.strip() and not l.startswith("#")]
    for name in sources(tree):
        if name not in listed:
            yield f"po/POTFILES:1: lacks {name}, which holds strings"
    listed = [n for n in listed if n in tree.files]
    if not listed:
        return
    with tempfile.TemporaryDirectory() as folder:
        pot = template(tree, listed, folder)
        for language in tree.text("po/LINGUAS").split():
            yield from check_language(tree, language, pot, folder)


def check_language(tree, language, pot, folder):
    po = tree.root / "po" / f"{language}.po"
    merged = os.path.join(folder, f"{language}.po")
    subprocess.run(["msgmerge", "--quiet", "--no-fuzzy-matching", "--output-file", merged, str(po), pot],
                   check=True, capture_output=True)
    for kind, what in (("--untranslated", "is not translated"), ("--only-fuzzy", "is only guessed (fuzzy)")):
        found = subprocess.run(["msgattrib", kind, "--no-obsolete", "--no-wrap", merged],
                               check=True, capture_output=True, text=True).stdout
        for text in re.findall(r'^msgid "(.+)"$', found, re.MULTILINE):
            yield f"po/{language}.po:1: “{text}” {what}"
    format_check = subprocess.run(["msgfmt", "--check", "--output-file=/dev/null", str(po)],
                                  capture_output=True, text=True, check=False)
    if format_check.returncode != 0:
        yield f"po/{language}.po:1: {format_check.stderr.strip().splitlines()[0]}"
