"""Find what the hand landmark model's 8-bit form is made with: ranges, scales of channels, offsets.

    python scripts/calibrate_hand.py      writes scripts/hand_landmark_tuning.npz; then run convert_models.py

It looks at rendered hands (our own): a hundred people, each in three moments of a gesture, both ways round, turned,
in more and less light, blurred and noisy. Takes two minutes on one core, 5 GB of memory, and torch.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from convert_models import MODELS, QUICK_FROM, TUNING
from hand_net import HIGHEST, Layer, correct_offsets, layers_of, run
from onnx_quantise import Tuning, chosen_convolutions, held, rescaled
from render_people import Take, somebody
from torch import Tensor

from gesturectl.landmarks.onnx_tracker import OnnxTracker
from gesturectl.landmarks.region import Region
from gesturectl.recognition.vocabulary import mirrored_label
from gesturectl.synthesis.camera import View
from gesturectl.synthesis.clips import frame_image
from gesturectl.synthesis.gestures import GESTURES, perform, resting
from gesturectl.synthesis.motion import Script
from gesturectl.synthesis.scene import Scene
from gesturectl.types import Frame

SEED = 11
PEOPLE = 100
MOMENTS = (0.15, 0.5, 0.85)
"""Shares of a gesture's time."""
SIZE = (320, 240)
CROPS, CROPS_FOR_OFFSETS = 192, 64
"""So many are looked at for ranges; offsets, which are means, need fewer."""
MARGIN = 2.0
"""An activated channel is widened until twice its highest value would be cut off: other hands give more than these."""
MOST = 8.0
"""but not more than this."""

Extremes = dict[str, Tensor]
"""Of each tensor (2, C): the lowest and the highest value of each channel."""


def main() -> None:
    """Calibrate and write the file."""
    torch.set_grad_enabled(False)
    content = (MODELS / QUICK_FROM).read_bytes()
    shown = crops()
    layers = layers_of(content)
    chosen = chosen_convolutions(content)
    scales = spread(layers, extremes(layers, shown), chosen)
    found = extremes(layers, shown)
    ranges = {name: (float(found[name].min()), float(found[name].max())) for name in held(content)}
    correct_offsets(layers, shown[:CROPS_FOR_OFFSETS], ranges, chosen)
    offsets = {
        layer.name: layer.offset.numpy() for layer in layers if layer.name in chosen and layer.offset is not None
    }
    Tuning(ranges, scales, offsets).save(TUNING)
    sys.stdout.write(f"{TUNING}: {len(ranges)} tensors, {len(offsets)} convolutions, {len(shown)} crops\n")


def crops() -> Tensor:
    """(N, 3, 224, 224) what the model sees of rendered hands, in an order that mixes them."""
    tracker = OnnxTracker("cpu", power="exact")
    made = []
    names = sorted(GESTURES)
    for number in range(PEOPLE):
        person, r = somebody(number, SEED), np.random.default_rng((SEED, number, 1))
        scene = Scene(View(*SIZE), person.look, sensor=person.sensor)
        script, gesture = Script(resting(), r), names[number % len(names)]
        script.hold(0.6)
        perform(script, gesture if person.hand == "right" else mirrored_label(gesture), r)
        script.move(resting(), 0.5)
        event = script.events[0]
        for share in MOMENTS:
            start_s = (event.start_ms + (event.end_ms - event.start_ms) * share) / 1000
            seed = int(r.integers(1 << 30))
            image = frame_image(Take(script, person, start_s), scene, person.hand, 0, 15.0, seed, most=1)
            tracker.forget()
            for t_ms in (0, 33):  # the second look is where a followed hand would be looked for
                tracker.track(Frame(t_ms, image), search=True)
            made += [varied(image, region, r) for region in tracker.regions]
    order = np.random.default_rng(SEED).permutation(len(made))[:CROPS]
    return torch.from_numpy(np.stack([made[index] for index in order]).transpose(0, 3, 1, 2).copy()).float().div_(255)


def varied(image: NDArray[np.uint8], region: Region, r: np.random.Generator) -> NDArray[np.uint8]:
    """(224, 224, 3) a crop about a region, moved, turned, mirrored, lit, coloured, blurred and noisy by chance."""
    size = region.size * np.exp(r.normal(0, 0.12))
    x, y = region.x + r.normal(0, 0.04) * region.size, region.y + r.normal(0, 0.04) * region.size
    about = Region(x, y, size, region.angle + r.normal(0, 0.2))
    crop = cv2.warpAffine(image, about.crop_matrix(224), (224, 224), borderMode=cv2.BORDER_REPLICATE)
    if r.random() < 0.5:
        crop = cv2.flip(crop, 1)
    lit = crop * np.exp(r.normal(0, 0.3)) * np.exp(r.normal(0, 0.1, 3))
    if r.random() < 0.3:
        lit = cv2.GaussianBlur(lit, (0, 0), float(r.uniform(0.5, 2.5)))
    if r.random() < 0.5:
        lit = lit + r.normal(0, r.uniform(2, 12), lit.shape)
    return np.clip(lit, 0, 255).astype(np.uint8)


def extremes(layers: list[Layer], shown: Tensor) -> Extremes:
    """The lowest and highest value of each channel."""
    found: Extremes = {}

    def see(layer: Layer, values: Tensor) -> None:
        both = torch.stack([values.amin((0, 2, 3)), values.amax((0, 2, 3))])
        before = found.get(layer.output, both)
        found[layer.output] = torch.stack([torch.minimum(both[0], before[0]), torch.maximum(both[1], before[1])])

    for some in shown.split(32):
        run(layers, some, see)
    return found


def spread(layers: list[Layer], found: Extremes, chosen: set[str]) -> dict[str, NDArray[np.float32]]:
    """Change `layers` so that every channel uses as much of its tensor's range as it can; the result stays the same.

    A channel can be multiplied where it is made if whatever reads it divides; powers of two do so without rounding.
    Channels of sums are also moved to be centred: the readers' offsets take that back. Returns what each channel of a
    tensor is multiplied by.
    """
    readers = {name: layer for layer in layers for name in layer.inputs if layer.weights is not None}
    scales: dict[str, NDArray[np.float32]] = {}
    for layer in layers:
        if layer.name in chosen and layer.activated and readers[layer.output].name in chosen:
            most = (HIGHEST / (MARGIN * found[layer.output][1].clamp(min=1e-3))).clamp(1.0, MOST)
            scales[layer.output] = torch.exp2(torch.floor(torch.log2(most))).numpy()
    for stream in streams(layers, chosen):
        wide = [found[name][1] - found[name][0] for name in stream]
        share = torch.stack([values / values.max() for values in wide]).amax(0).clamp(min=1e-3)
        scales.update(dict.fromkeys(stream, torch.exp2(-torch.round(torch.log2(share))).numpy()))
    centres: dict[str, Tensor] = {}
    for layer in layers:
        if layer.weights is None or layer.offset is None:
            if layer.output in scales:
                centres[layer.output] = centres[layer.inputs[0]] + centres[layer.inputs[1]]
            continue
        (source,) = layer.inputs
        if source in centres:
            layer.offset = layer.offset + layer.weights[:, :, 0, 0] @ centres[source]
        if layer.output in scales and not layer.activated:
            centres[layer.output] = found[layer.output].sum(0) / 2
            layer.offset = layer.offset - centres[layer.output]
        layer.weights = torch.from_numpy(rescaled(layer.weights.numpy(), scales.get(source), scales.get(layer.output)))
        if layer.output in scales:
            layer.offset = layer.offset * torch.from_numpy(scales[layer.output])
    return scales


def streams(layers: list[Layer], chosen: set[str]) -> list[list[str]]:
    """The tensors that sums tie together, which must be scaled alike."""
    found: dict[str, list[str]] = {}
    for layer in layers:
        if layer.name in chosen and not layer.activated:
            found[layer.output] = [layer.output]
        elif layer.weights is None and all(name in found for name in layer.inputs):
            whole = [name for source in layer.inputs for name in found[source]] + [layer.output]
            found.update(dict.fromkeys(whole, whole))
    return [stream for name, stream in found.items() if name == stream[0]]


if __name__ == "__main__":
    main()
