"""What reading a damaged .npz file may raise: NumPy translates few of the errors of the formats below it."""

import lzma
import struct
import tokenize
import zipfile
import zlib

DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, tokenize.TokenError, struct.error, EOFError, OSError, SyntaxError,
    ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, MemoryError, RuntimeError,
    NotImplementedError,
)  # fmt: skip
"""Found by fuzzing; whoever reads such a file translates them to an error with its place."""
