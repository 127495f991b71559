"""A card of another hand: vsmartcard's, with the files of a document that was personalised here.

Debian's vicc 3.3 was carried over to Python 3 by halves; what stood in the way is mended here, and
nothing of its protocols is replaced: BAC and secure messaging are its own, PACE is libeac's.

card.py bac FOLDER PORT
card.py pace FOLDER PORT CAN
"""
import ast
import importlib.util
import os
import sys

sys.path.insert(0, "/usr/lib/python3/site-packages/virtualsmartcard")  # where Debian puts it


def stand_in_for_pycrypto():
    """Debian has the same library under another name."""
    import Cryptodome.Cipher.AES, Cryptodome.Cipher.ARC4, Cryptodome.Cipher.DES
    import Cryptodome.Cipher.DES3, Cryptodome.Hash.HMAC, Cryptodome.Hash.SHA

    for name in [name for name in sys.modules if name.startswith("Cryptodome")]:
        sys.modules[name.replace("Cryptodome", "Crypto", 1)] = sys.modules[name]


def pack(objects, again=False):
    """In place of TLVutils.pack, whose last line is for another Python."""
    result = b""
    for tag, length, value in (data[:3] for data in objects):
        if isinstance(value, str):
            value = value.encode()
        elif not isinstance(value, bytes):
            value = pack(value)
        size = len(value)
        count = (size.bit_length() + 7) // 8
        head = bytes([size]) if size < 0x80 else bytes([0x80 | count]) + size.to_bytes(count, "big")
        result += tag.to_bytes(max(1, (tag.bit_length() + 7) // 8), "big") + head + value
    return result


class Bytes(ast.NodeTransformer):
    """Texts that are data, in code from when the two were one."""

    def visit_Constant(self, node):
        if node.value in ("", "\x01"):
            return ast.copy_location(ast.Constant(node.value.encode()), node)
        return node


def load(name):
    """A module of vicc's, its empty texts made bytes."""
    spec = importlib.util.find_spec(name)
    with open(spec.origin) as file:
        tree = Bytes().visit(ast.parse(file.read()))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    exec(compile(tree, spec.origin, "exec"), module.__dict__)
    setattr(sys.modules["virtualsmartcard"], name.split(".")[1], module)


stand_in_for_pycrypto()
import virtualsmartcard.CryptoUtils
import virtualsmartcard.TLVutils
import virtualsmartcard.utils

virtualsmartcard.CryptoUtils.operation_on_string = lambda a, b, do: bytes(map(do, a, b))
virtualsmartcard.TLVutils.pack = pack
of_text = virtualsmartcard.utils.stringtoint
virtualsmartcard.utils.stringtoint = lambda data: data if isinstance(data, int) else of_text(data)
load("virtualsmartcard.SEutils")
import virtualsmartcard.VirtualSmartcard as vicc
from virtualsmartcard.SmartcardFilesystem import DF, MF, TransparentStructureEF

APPLICATION = b"\xa0\x00\x00\x02\x47\x10\x01"


def application(parent, folder):
    df = DF(parent=parent, fid=4, dfname=APPLICATION, bertlv_data=[])
    for name in sorted(os.listdir(folder)):
        identifier = int(name[:4], 16) if name.endswith(".bin") and len(name) == 8 else 0
        if identifier in (0, 0x011C):  # EF.CardAccess lies in the master file
            continue
        with open(os.path.join(folder, name), "rb") as file:
            df.append(
                TransparentStructureEF(
                    parent=df,
                    fid=identifier,
                    shortfid=identifier & 0x1F,
                    filedescriptor=0,
                    data=file.read(),
                )
            )
    return df


def bac(folder):
    from virtualsmartcard.cards.ePass import PassportSAM, ePass_SE
    from virtualsmartcard.cards.nPA import nPA_SE

    ePass_SE.protect_response = nPA_SE.protect_response  # the passport's own leaves the status out
    mf = MF()
    mf.append(application(mf, folder))
    sam = PassportSAM(mf)
    return mf, sam, vicc.Iso7816OS(mf, sam)


def pace(folder, can):
    import virtualsmartcard.CardGenerator as generators
    from virtualsmartcard.cards.nPA import NPAOS

    mf, sam = generators.CardGenerator("nPA").getCard()
    sam.can = can.encode()
    mf.append(application(mf, folder))
    return mf, sam, NPAOS(mf, sam)


def main():
    kind, folder, port = sys.argv[1:4]
    mf, sam, system = bac(folder) if kind == "bac" else pace(folder, sys.argv[4])

    class Generator:
        def __init__(self, kind):
            pass

        def getCard(self):
            return mf, sam

    vicc.CardGenerator = Generator
    level = int(os.environ.get("LEVEL", "50"))
    card = vicc.VirtualICC(None, "iso7816", "127.0.0.1", int(port), logginglevel=level)
    card.os = system
    card.run()


main()
