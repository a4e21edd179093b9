"""A look into an ONNX file before anything runs it: it must stand alone and use only ONNX's own operators.

Reads the few fields that matter from the protocol buffer's wire format, so that run time needs no onnx package.
Field numbers are those of onnx.proto. What ONNX Runtime could read in another way than we do is refused.
"""

from collections.abc import Iterator

from gesturectl.errors import ModelError

LARGEST_METADATA = 1 << 20
"""Bytes of all metadata; a card of ours has two thousand."""

_REMEDY = "Use a model that was made by gesturectl."
_STANDARD_DOMAINS = (b"", b"ai.onnx")
_MOST_FIELDS = 1 << 20
"""In a whole file: a hundred times what the largest of ours has. A file of nothing else would keep us for minutes."""
_UNKNOWN_TO_US = {20: "brings its own training", 25: "brings its own functions"}
"""Fields of ModelProto that our models never have."""

_Field = tuple[int, int | bytes]


def check_self_contained(data: bytes, place: str) -> None:
    """ModelError when the ONNX model `data` is damaged, keeps weights in other files, or needs operators of others.

    So it is when it has branches or loops, which might never end and which no model of ours needs.
    """
    try:
        _Look(place).at_model(data)
    except (ValueError, IndexError) as error:
        raise ModelError(place, "the file is damaged or isn't an ONNX model", _REMEDY) from error


class _Look:
    """One look at one model."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._left = _MOST_FIELDS

    def at_model(self, model: bytes) -> None:
        metadata = 0
        for number, value in self._fields(model):
            if number == 7:  # ModelProto.graph
                self._at_graph(_nested(value))
            elif number == 8:  # ModelProto.opset_import
                for _, domain in self._only(1, value):
                    self._check_domain(domain)
            elif number == 14:  # ModelProto.metadata_props
                metadata += len(_nested(value))
            elif number in _UNKNOWN_TO_US:
                raise self._refused(f"the model {_UNKNOWN_TO_US[number]}")
        if metadata > LARGEST_METADATA:
            raise self._refused(f"the model has {metadata:,} bytes of metadata, more than {LARGEST_METADATA:,}")

    def _at_graph(self, graph: bytes) -> None:
        for number, value in self._fields(graph):
            if number == 1:  # GraphProto.node
                self._at_node(_nested(value))
            elif number == 5:  # GraphProto.initializer
                self._at_tensor(_nested(value))
            elif number == 15:  # GraphProto.sparse_initializer
                raise self._refused("the model has sparse weights, which gesturectl never writes")

    def _at_node(self, node: bytes) -> None:
        for number, value in self._fields(node):
            if number == 5:  # NodeProto.attribute
                self._at_attribute(_nested(value))
            elif number == 7:  # NodeProto.domain: ONNX Runtime's own operators need no import
                self._check_domain(value)

    def _at_attribute(self, attribute: bytes) -> None:
        for number, value in self._fields(attribute):
            if number in (5, 10):  # AttributeProto.t, .tensors
                self._at_tensor(_nested(value))
            elif number in (6, 11):  # AttributeProto.g, .graphs
                raise self._refused("the model has branches or loops, which gesturectl never writes")
            elif number in (22, 23):  # AttributeProto.sparse_tensor, .sparse_tensors
                raise self._refused("the model has sparse weights, which gesturectl never writes")

    def _at_tensor(self, tensor: bytes) -> None:
        for number, value in self._fields(tensor):
            # TensorProto.external_data, .data_location. An enum has 32 bits: whatever isn't plainly 0 may be EXTERNAL.
            if number == 13 or (number == 14 and value != 0):
                raise self._refused("the model keeps weights in other files")

    def _check_domain(self, domain: int | bytes) -> None:
        if domain not in _STANDARD_DOMAINS:
            name = _nested(domain).decode("utf-8", "replace")
            raise self._refused(f'the model needs operators of "{name}"')

    def _only(self, wanted: int, message: int | bytes) -> Iterator[_Field]:
        return (field for field in self._fields(_nested(message)) if field[0] == wanted)

    def _fields(self, message: bytes) -> Iterator[_Field]:
        """Each field of a message with its number: an int, or bytes for everything that has a length."""
        at = 0
        while at < len(message):
            self._left -= 1
            if self._left < 0:
                raise self._refused(f"the model has more than {_MOST_FIELDS:,} parts")
            key, at = _varint(message, at)
            kind = key & 7
            # Other readers drop the bits beyond 32, and would see another field than we do.
            if not 8 <= key < 1 << 32:
                raise ValueError("no number of a field")
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

    def _refused(self, fact: str) -> ModelError:
        return ModelError(self._place, fact, _REMEDY)


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
