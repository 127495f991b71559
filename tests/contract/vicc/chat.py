"""The classes that vicc's nPA imports from libeac's Python module."""
import eac


class PACE_SEC:
    def __init__(self, secret, kind):
        self.sec = eac.PACE_SEC_new(secret, kind)


class EAC_CTX:
    def __init__(self):
        self.ctx = eac.EAC_CTX_new()


CHAT = CVC = None  # of terminal authentication, which no reader here speaks
