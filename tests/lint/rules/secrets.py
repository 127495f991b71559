"""No private key, password or token is in the tree: keys of tests are made at test time."""
import re

NAME = "secrets"

PATTERNS = (
    (re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*\n[A-Za-z0-9+/]"), "a private key"),
    (re.compile(r"\bAKIA[0-9A-Z]{16}\b"), "an access key"),
    (re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b"), "a token"),
    (re.compile(r"(?i)\b(?:password|passwd|secret|api_?key|token)\b\s*[:=]\s*[\"'][^\"'\s$%{}]{8,}[\"']"),
     "what looks like a password"),
)
BINARY = (".png", ".jpg", ".gz", ".mo", ".ttf", ".otf")
KEY_FILES = (".key", ".p12", ".pfx", ".jks")


def check(tree):
    for name in tree.files:
        if name.endswith(KEY_FILES):
            yield f"{name}:1: a key file"
        if name.endswith(BINARY) or "/corpus/" in name:
            continue
        text = tree.text(name)
        for pattern, what in PATTERNS:
            match = pattern.search(text)
            if match:
                yield f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {what}"
