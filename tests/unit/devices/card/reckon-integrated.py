#!/usr/bin/env python3
"""PACE's integrated mapping, ICAO Doc 9303-11, 4.4.3.3.2, reckoned a second way: whole numbers here, block ciphers and
parameters from the openssl program, square roots by their definition. Writes, for each cipher and group, nonces and the
generator they map to, which test-integrated.c compares."""
import base64
import hashlib
import subprocess
import sys

CURVES = {8: "prime192v1", 9: "brainpoolP192r1", 11: "brainpoolP224r1", 12: "prime256v1", 13: "brainpoolP256r1",
          14: "brainpoolP320r1", 15: "secp384r1", 16: "brainpoolP384r1", 17: "brainpoolP512r1", 18: "secp521r1"}
FIELDS = {0: "dh_1024_160", 1: "dh_2048_224", 2: "dh_2048_256"}
# number in the protocol's last arc → name of the cipher, bytes of a key, bytes of the chip's nonce
CIPHERS = {1: ("-des-ede-cbc", 16, 16), 2: ("-aes-128-cbc", 16, 16), 3: ("-aes-192-cbc", 24, 32), 4: ("-aes-256-cbc", 32, 32)}
C0 = {16: "a668892a7c41e3ca739f40b057d85904",
      32: "d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676"}
C1 = {16: "a4e136ac725f738b01c1f60217c188ad",
      32: "54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517"}


def run(*words, feed=b""):
    return subprocess.run(("openssl",) + words, input=feed, capture_output=True, check=True).stdout


def numbers(der):
    """Every INTEGER and OCTET STRING of a DER structure, in order."""
    found, i = [], 0
    while i < len(der):
        tag, length, i = der[i], der[i + 1], i + 2
        if length & 0x80:
            n = length & 0x7f
            length, i = int.from_bytes(der[i:i + n], "big"), i + n
        if tag == 0x30:
            continue
        if tag in (0x02, 0x04):
            found.append(int.from_bytes(der[i:i + length], "big"))
        i += length
    return found


def pseudo_random(cipher, s, t, modulus):
    name, key_bytes, length = CIPHERS[cipher]
    iv = "0" * (16 if cipher == 1 else 32)

    def encrypt(key, block):
        return run("enc", name, "-nopad", "-K", key[:key_bytes].hex(), "-iv", iv, feed=block)

    key, output = encrypt(t, s), b""
    while 8 * len(output) < modulus.bit_length() + 64:
        output += encrypt(key, bytes.fromhex(C1[length]))
        key = encrypt(key, bytes.fromhex(C0[length]))
    return int.from_bytes(output, "big") % modulus


def to_curve(t, p, a, b):
    alpha = -t * t % p
    x2 = -b * pow(a, -1, p) * (1 + pow(alpha + alpha * alpha, -1, p)) % p
    h2 = (x2 ** 3 + a * x2 + b) % p
    root = pow(h2, (p + 1) // 4, p)
    if root * root % p == h2:
        return x2, root
    x3, y3 = alpha * x2 % p, -pow(t, 3, p) * root % p
    assert (x3 ** 3 + a * x3 + b - y3 * y3) % p == 0
    return x3, y3


def generator(cipher, parameters, s, t):
    if parameters in FIELDS:
        pem = run("genpkey", "-genparam", "-algorithm", "DHX", "-pkeyopt", "group:" + FIELDS[parameters]).decode()
        p, _, q = numbers(base64.b64decode("".join(line for line in pem.splitlines() if "--" not in line)))[:3]
        return f"{pow(pseudo_random(cipher, s, t, p), (p - 1) // q, p):x}"
    p, a, b = numbers(run("ecparam", "-name", CURVES[parameters], "-param_enc", "explicit", "-outform", "DER"))[1:4]
    width = 2 * ((p.bit_length() + 7) // 8)
    x, y = to_curve(pseudo_random(cipher, s, t, p), p, a, b)
    return f"04{x:0{width}x}{y:0{width}x}"


def main(path):
    with open(path, "w", encoding="ascii") as out:
        for cipher, (_, key_bytes, nonce_bytes) in CIPHERS.items():
            for parameters in list(FIELDS) + list(CURVES):
                s = hashlib.sha256(b"s%d-%d" % (cipher, parameters)).digest()[:nonce_bytes]
                t = hashlib.sha256(b"t%d-%d" % (cipher, parameters)).digest()[:key_bytes]
                value = generator(cipher, parameters, s, t)
                value = "0" * (len(value) % 2) + value
                case = f"{cipher}-{parameters}"
                out.write(f"{case}-s = {s.hex()}\n{case}-t = {t.hex()}\n{case}-generator = {value}\n")


main(sys.argv[1])
