"""kiosk and kioskd hold no line of emulator code: neither a symbol nor a text of it."""
import re
import subprocess

NAME = "emulators"

SHIPPED = ("kiosk", "kioskd", "kiosk-reader", "kioskctl")
FORBIDDEN = re.compile(rb"(?i)emulator|kiosk_emu_|pn532emu|kiosk_sandbox|vpcd|openpty")
SOURCE = re.compile(r"(?i)emulator|kiosk_emu_|sandbox_(?:setup|decide)|openpty")


def check(tree):
    for program in SHIPPED:
        for name in tree.matching(".c", ".h", ".build", under=f"src/programs/{program}/"):
            for number, line in enumerate(tree.lines(name), 1):
                if SOURCE.search(line):
                    yield f"{name}:{number}: speaks of an emulator in a shipped program"
        binary = tree.build / "src/programs" / program / program if tree.build else None
        if binary is None or not binary.exists():
            continue
        symbols = subprocess.run(["nm", "--demangle", str(binary)], capture_output=True, check=False).stdout
        match = FORBIDDEN.search(symbols)
        if match:
            yield f"src/programs/{program}/meson.build:1: the binary holds {match.group(0).decode()}"
