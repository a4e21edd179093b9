"""Files of landmarks: takes, streams of arrays in archives, and the person's gestures."""

import io

from fuzzing import NPZ_WORDS, Target, Try, members, rebuilt, scratch, seeds_of


def take_file() -> bytes:
    from personal_takes import drawn

    from gesturectl.gestures.take import write_take

    path = scratch() / "a.npz"
    write_take(path, drawn("ring", seconds=0.2))
    return path.read_bytes()


def make_take() -> Try:
    from gesturectl.gestures.take import TakeError, read_take, write_take

    folder = scratch()
    path, again = folder / "a.npz", folder / "again.npz"
    parts = members(take_file())

    def attempt(data: bytes) -> None:
        path.write_bytes(rebuilt(parts, data))
        try:
            take = read_take(path)
        except TakeError as error:
            assert error.fact and error.remedy
            return
        write_take(again, take)  # what was accepted is a take throughout
        assert read_take(again).t_ms.tolist() == take.t_ms.tolist()

    return attempt


def make_archive() -> Try:
    from gesturectl.npz import ArchiveError, ArraysFile

    path = scratch() / "a.npz"
    parts = members(take_file())

    def attempt(data: bytes) -> None:
        path.write_bytes(rebuilt(parts, data))
        try:
            with ArraysFile(path) as arrays:
                for name in ("t_ms", "image_points", "world_points", "present", "meta", "pose"):
                    for kinds in ("iu", "f", "b", "US"):
                        try:
                            assert arrays.read(name, kinds).shape == arrays.shape(name)
                        except ArchiveError as error:
                            assert str(error)
        except ArchiveError as error:
            assert str(error)

    return attempt


def personal_file() -> bytes:
    from personal_takes import drawn
    from toy_model import write_toy_model

    from gesturectl.recognition.classifier import Classifier
    from gesturectl.recognition.personal import learn, study
    from gesturectl.recognition.personal_file import Stored, write_personal
    from gesturectl.recognition.variations import track

    folder = scratch()
    toy = Classifier.load(write_toy_model(folder / "toy.onnx"))
    takes = {way: [study(toy, track(drawn(way, seed))) for seed in range(2)] for way in ("ring", "drop")}
    write_personal(folder / "personal.npz", Stored(learn(toy.sha256, takes, {}), ("here",), ("idle",)))
    return (folder / "personal.npz").read_bytes()


def make_personal() -> Try:
    from gesturectl.recognition.personal_file import PersonalFileError, known_gestures, read_personal, write_personal

    folder = scratch()
    path = folder / "personal.npz"
    parts = members(personal_file())

    def attempt(data: bytes) -> None:
        path.write_bytes(rebuilt(parts, data))
        known_gestures(path)
        try:
            stored = read_personal(path)
        except PersonalFileError as error:
            assert error.fact and error.remedy
            return
        assert stored is not None
        write_personal(folder / "again.npz", stored)

    return attempt


def _seeds(archive: bytes) -> list[bytes]:
    packed = io.BytesIO(archive).getvalue()
    return seeds_of(packed, members(packed))


TARGETS = (
    Target("take", make_take, lambda: _seeds(take_file()), NPZ_WORDS, 16_384),
    Target("archive", make_archive, lambda: _seeds(take_file()), NPZ_WORDS, 16_384),
    Target("personal", make_personal, lambda: _seeds(personal_file()), NPZ_WORDS, 32_768),
)
