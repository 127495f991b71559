"""What vicc's nPA asks of libeac's Python module, which Debian does not build, over libeac itself."""
import ctypes

_lib = ctypes.CDLL("libeac.so.3")
PACE_MRZ, PACE_CAN, PACE_PIN, PACE_PUK = 1, 2, 3, 4
EAC_ID_PACE, EAC_ID_CA, EAC_ID_EAC = 0, 1, 2


class _Buffer(ctypes.Structure):
    _fields_ = [
        ("length", ctypes.c_size_t),
        ("data", ctypes.POINTER(ctypes.c_char)),
        ("max", ctypes.c_size_t),
        ("flags", ctypes.c_ulong),
    ]


def _give(value):
    """bytes → BUF_MEM *; anything else stays."""
    if not isinstance(value, bytes):
        return value
    memory = ctypes.create_string_buffer(value, len(value))
    pointer = ctypes.cast(memory, ctypes.POINTER(ctypes.c_char))
    return ctypes.pointer(_Buffer(len(value), pointer, len(value), 0))


def _function(name, returns_buffer=False):
    native = getattr(_lib, name)
    native.restype = ctypes.POINTER(_Buffer) if returns_buffer else ctypes.c_int

    def call(*arguments):
        result = native(*[_give(argument) for argument in arguments])
        if not returns_buffer:
            return result
        return ctypes.string_at(result.contents.data, result.contents.length) if result else None

    return call


for _name in (
    "CA_disable_passive_authentication EAC_CTX_set_encryption_ctx EAC_increment_ssc "
    "PACE_STEP3A_map_generator PACE_STEP3B_compute_shared_secret PACE_STEP3C_derive_keys "
    "PACE_STEP3D_verify_authentication_token"
).split():
    globals()[_name] = _function(_name)
for _name in (
    "CA_STEP2_get_eph_pubkey EAC_authenticate EAC_decrypt EAC_encrypt PACE_STEP1_enc_nonce "
    "PACE_STEP3A_generate_mapping_data PACE_STEP3B_generate_ephemeral_key "
    "PACE_STEP3D_compute_authentication_token TA_STEP3_generate_ephemeral_key"
).split():
    globals()[_name] = _function(_name, returns_buffer=True)

_lib.EAC_CTX_new.restype = ctypes.c_void_p
_lib.PACE_SEC_new.restype = ctypes.c_void_p


def EAC_init():
    _lib.EAC_init()


def EAC_CTX_new():
    return ctypes.c_void_p(_lib.EAC_CTX_new())


def PACE_SEC_new(secret, kind):
    secret = secret if isinstance(secret, bytes) else secret.encode()
    return ctypes.c_void_p(_lib.PACE_SEC_new(secret, ctypes.c_size_t(len(secret)), kind))


def EAC_CTX_init_ef_cardsecurity(content, context):
    return _lib.EAC_CTX_init_ef_cardsecurity(content, ctypes.c_size_t(len(content)), context)


def EAC_CTX_print_private(context, indent):
    return ""


def print_ossl_err():
    _lib.ERR_print_errors_fp(ctypes.c_void_p.in_dll(_lib, "stderr"))
