"""One small tree a rule that must fail it, and one that must pass them all."""

FLAT = "int\nmain (void)\n{\n  return 0;\n}\n"
LONG = "void\nf (void)\n{\n" + "  g ();\n" * 61 + "}\n"
DEEP = ("void\nf (void)\n{\n" + "".join("  " * d + "  if (x)\n" + "  " * d + "    {\n" for d in range(5))
        + "      }\n" * 5 + "}\n")
MAP = "| `src/base/` | x |\n"
PO = ('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n')
PAGE = 'const char *\nf (void)\n{\n  return _ ("Continue");\n}\n'

CLEAN = {
    "README.md": MAP,
    "src/base/a.c": '#include "base/a.h"\n\n' + FLAT,
    "src/base/a.h": "#pragma once\n\n#include <glib.h>\n\nint a (void);\n",
}

# rule → list of (what breaks it, files)
BROKEN = {
    "formatting": [("a brace on the wrong line", {"src/base/a.c": "int main(void){return 0;}\n"})],
    "floors": [
        ("an upward include", {"src/base/a.c": '#include "store/vault.h"\n'}),
        ("a sideways include", {"src/store/a.c": '#include "services/form.h"\n'}),
        ("a device behind its port", {"src/journey/a.c": '#include "devices/card/pace.h"\n'}),
        ("a program's header", {"src/store/a.c": '#include "programs/kioskd/ledger.h"\n'}),
        ("a source in no room", {"src/a.c": "int a;\n"}),
    ],
    "sizes": [
        ("a long file", {"src/base/a.c": "int a;\n" * 601}),
        ("a long header", {"src/base/a.h": "#pragma once\n" + "int a (void);\n" * 200}),
        ("a long function", {"src/base/a.c": LONG}),
        ("a deep function", {"src/base/a.c": DEEP}),
        ("a long room README", {"src/base/README.md": "line\n" * 61}),
    ],
    "headers": [
        ("a header that needs another", {"src/base/b.h": "#pragma once\n\ngboolean b (void);\n"}),
        ("a header without a guard", {"src/base/b.h": "int b (void);\n"}),
    ],
    "translations": [
        ("a string without a translation",
         {"po/LINGUAS": "zh_HK\n", "po/POTFILES": "src/programs/kiosk/p.c\n", "po/zh_HK.po": PO,
          "src/programs/kiosk/p.c": PAGE}),
        ("a fuzzy translation",
         {"po/LINGUAS": "zh_HK\n", "po/POTFILES": "src/programs/kiosk/p.c\n",
          "po/zh_HK.po": PO + '\n#, fuzzy\nmsgid "Continue"\nmsgstr "繼續"\n', "src/programs/kiosk/p.c": PAGE}),
        ("a file that is not listed",
         {"po/LINGUAS": "", "po/POTFILES": "", "src/programs/kiosk/p.c": PAGE}),
    ],
    "secrets": [
        ("a private key", {"a.txt": "-----BEGIN " + "PRIVATE KEY-----\nMIGH\n"}),
        ("a key file", {"gateway.key": "x\n"}),
        ("a password", {"a.ini": "pass" + "word = \"correcthorse\"\n"}),
        ("an access key", {"a.txt": "AKIA" + "A" * 16 + "\n"}),
    ],
    "emulators": [
        ("a shipped program that knows the emulator",
         {"src/programs/kioskd/a.c": 'const char *device = "emulator";\n'}),
    ],
    "words": [
        ("a note to self", {"src/base/a.c": "/* TO" + "DO: later */\n"}),
        ("a path of one machine", {"run": "cd /ro" + "ot/kiosk\n"}),
    ],
    "map": [
        ("a folder the map lacks", {"src/trust/a.c": FLAT}),
        ("a folder that is not there", {"README.md": MAP + "| `src/gone/` | x |\n"}),
    ],
}
