"""A look into an ONNX file before anything runs it: it must stand alone and use only ONNX's own operators.

Reads the few fields that matter from the protocol buffer's wire format, so that run time needs no onnx package.
Field numbers are those of onnx.proto.
"""

from collections.abc import Iterator

from gesturectl.errors import ModelError

_REMEDY = "Use a model that was made by gesturectl."
_STANDARD_DOMAINS = (b"", b"ai.onnx")
_EXTERNAL = 1

_Field = tuple[int, int | bytes]


def check_self_contained(data: bytes, place: str) -> None:
    """ModelError when the ONNX model `data` is damaged, keeps weights in other files, or needs operators of others."""
    try:
        for number, value in _fields(data):
            if number == 8:  # ModelProto.opset_import
                _check_domain(value, place)
            elif number == 25:  # ModelProto.functions
                raise ModelError(place, "the model brings its own functions", _REMEDY)
            elif number == 7:  # ModelProto.graph
                _check_graph(_nested(value), place)
    except (ValueError, IndexError, RecursionError) as error:
        raise ModelError(place, "the file is damaged or isn't an ONNX model", _REMEDY) from error


def _check_domain(opset: int | bytes, place: str) -> None:
    for number, domain in _fields(_nested(opset)):
        if number == 1 and domain not in _STANDARD_DOMAINS:
            name = _nested(domain).decode("utf-8", "replace")
            raise ModelError(place, f'the model needs operators of "{name}"', _REMEDY)


def _check_graph(graph: bytes, place: str) -> None:
    for number, value in _fields(graph):
        if number == 5:  # GraphProto.initializer
            _check_tensor(_nested(value), place)
        elif number == 15:  # GraphProto.sparse_initializer
            raise ModelError(place, "the model has sparse weights, which gesturectl never writes", _REMEDY)
        elif number == 1:  # GraphProto.node
            for node_field, attribute in _fields(_nested(value)):
                if node_field == 5:  # NodeProto.attribute
                    _check_attribute(_nested(attribute), place)


def _check_attribute(attribute: bytes, place: str) -> None:
    for number, value in _fields(attribute):
        if number in (5, 10):  # AttributeProto.t, .tensors
            _check_tensor(_nested(value), place)
        elif number in (6, 11):  # AttributeProto.g, .graphs
            _check_graph(_nested(value), place)


def _check_tensor(tensor: bytes, place: str) -> None:
    for number, value in _fields(tensor):
        if number == 13 or (number == 14 and value == _EXTERNAL):  # TensorProto.external_data, .data_location
            raise ModelError(place, "the model keeps weights in other files", _REMEDY)


def _fields(message: bytes) -> Iterator[_Field]:
    """Each field of a message with its number: an int, or bytes for everything that has a length."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if kind == 2:
            size, at = _varint(message, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
        if at + size > len(message):
            raise ValueError("a field ends after its message")
        yield key >> 3, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number is too long")


def _nested(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ValueError("a number where a message should be")
    return value
