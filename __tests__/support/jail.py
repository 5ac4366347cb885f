# Runs a program with the sockets that docs/cryptochat-listener@.service leaves it, those of IPv4 and IPv6: a seccomp filter as systemd's.

import ctypes
import os
import platform
import struct
import sys

SOCKET = {"x86_64": 41, "aarch64": 198}[platform.machine()]
AF_INET, AF_INET6, EAFNOSUPPORT = 2, 10, 97
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000 | EAFNOSUPPORT

program = [
    (LOAD, 0, 0, 0),  # the number of the call
    (JUMP_IF_EQUAL, 0, 4, SOCKET),
    (LOAD, 0, 0, 16),  # its first argument
    (JUMP_IF_EQUAL, 2, 0, AF_INET),
    (JUMP_IF_EQUAL, 1, 0, AF_INET6),
    (RETURN, 0, 0, FAIL),
    (RETURN, 0, 0, ALLOW),
]
code = b"".join(struct.pack("HBBI", *line) for line in program)


class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


libc = ctypes.CDLL(None, use_errno=True)
NO_NEW_PRIVILEGES, SECCOMP, BY_FILTER = 38, 22, 2
if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
    sys.exit("no new privileges: " + os.strerror(ctypes.get_errno()))
if libc.prctl(SECCOMP, BY_FILTER, ctypes.byref(Filter(len(program), code)), 0, 0) != 0:
    sys.exit("seccomp: " + os.strerror(ctypes.get_errno()))
os.execvp(sys.argv[1], sys.argv[1:])
