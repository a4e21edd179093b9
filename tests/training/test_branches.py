"""Every branch, whatever it reads, keeps one contract, and every family becomes an ONNX file that says the same."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from gesturectl.errors import ModelError, UsageError  # noqa: E402
from gesturectl.recognition.classifier import Classifier  # noqa: E402
from gesturectl.recognition.inputs import InputSpec  # noqa: E402
from gesturectl.recognition.window import WindowSpec  # noqa: E402
from gesturectl.training.branches import branch_class, branch_names, branches_of, build_branch  # noqa: E402
from gesturectl.training.branches.base import EMBEDDING, BranchShape  # noqa: E402
from gesturectl.training.export import LARGEST_DIFFERENCE, describe, export  # noqa: E402
from gesturectl.training.features import STEP_FEATURES, step_features, window_features  # noqa: E402
from gesturectl.training.fusion import FusedClassifier  # noqa: E402

pytestmark = pytest.mark.train

HAND, SPACE = InputSpec(scope="take"), InputSpec(scope="take", space=True)
HANDS, HOLISTIC = InputSpec("hands", "take"), InputSpec("keypoints", "take", size=1662)
PICTURES, CROPS = InputSpec("pictures", "take", size=20), InputSpec("crops", "take", size=16)
CASES = [
    (name, given)
    for name in branch_names()
    for given in (InputSpec(), HAND, SPACE, HANDS, replace(HANDS, space=True), HOLISTIC, PICTURES, CROPS)
    if given.kind in branch_class(name).READS
]


def classifier(branches, given, steps=16):
    torch.manual_seed(0)
    return FusedClassifier(("nothing", "wave", "fist"), WindowSpec(800, steps), branches, 3, 0.1, given)


def some(given, batch=3, steps=16):
    shapes = given.shapes(steps)
    mask = torch.ones(batch, *shapes["mask"])
    values = torch.rand(batch, *shapes[given.name]) * (255 if given.is_pictures else 1)
    for row, until in ((1, steps - 4), (2, steps)):
        mask[row, :until], values[row, :until] = 0, 0
    return values, mask


@pytest.mark.parametrize(("name", "given"), CASES)
def test_a_branch_keeps_its_contract(name, given):
    """Shapes as promised, finite gradients for absent hands, no leak between windows."""
    model = classifier((name,), given)
    values, mask = some(given)
    model.train()
    logits, embedding = model.logits(values, mask)
    assert logits.shape == (3, 1, 3)
    assert embedding.shape == (3, EMBEDDING)
    logits.square().sum().backward()
    assert all(value.grad is not None and value.grad.isfinite().all() for value in model.parameters())
    model.eval()
    alone, together = model.logits(values[:1], mask[:1])[0], model.logits(values, mask)[0]
    assert torch.allclose(together[:1], alone, atol=1e-5)


@pytest.mark.parametrize(("name", "given"), [case for case in CASES if case[1] not in (HAND, CROPS)])
def test_a_family_becomes_a_file_that_says_the_same(name, given, tmp_path):
    model = classifier((name,), given).eval()
    difference = export(model, describe(model, name, "nothing", {}), tmp_path / "model.onnx")
    assert difference < LARGEST_DIFFERENCE
    loaded = Classifier.load(tmp_path / "model.onnx", live=False)
    assert loaded.card.input == given
    assert loaded.card.branches == (name,)
    if not given.live:
        with pytest.raises(ModelError, match="no camera gives live"):
            Classifier.load(tmp_path / "model.onnx")


def test_nodes_are_named_for_the_part_they_belong_to(tmp_path):
    onnx = pytest.importorskip("onnx")
    model = classifier(branches_of("fused"), InputSpec()).eval()
    export(model, describe(model, "toy", "nothing", {}), tmp_path / "model.onnx")
    graph = onnx.load(tmp_path / "model.onnx").graph
    lstms = [node.name for node in graph.node if node.op_type == "LSTM"]
    assert lstms == [f"/{name}/head/lstm/LSTM" for name in branches_of("fused")]
    assert not [value for value in graph.initializer if value.name.startswith("branches.")]
    loose = {node.op_type for node in graph.node if not node.name.startswith("/")}
    assert loose <= {"Constant", "Identity"}  # which the exporter adds, and no other
    parts = {node.name.split("/")[1] for node in graph.node if node.name.startswith("/")}
    assert parts == {"features", *branches_of("fused"), "fusion"}


def test_a_branch_that_cannot_read_the_input_is_refused():
    with pytest.raises(UsageError, match="lrcn reads pictures or crops, not hand"):
        build_branch("lrcn", BranchShape(3, 16, 3))
    with pytest.raises(UsageError, match=r"no family \"resnet\".*fused, fused_takes,.* cnn_lstm"):
        branches_of("resnet")


def test_every_branch_says_what_it_is():
    for name in branch_names():
        branch = branch_class(name)
        assert branch.IDEA
        assert branch.PAPER[-1].isdigit()


def test_in_space_no_coordinate_is_special():
    """The features of a hand that is turned about an axis of space are the same, turned."""
    points, mask = torch.randn(2, 16, 21, 3), torch.ones(2, 16)
    swapped = points[..., [2, 0, 1]]
    assert step_features(2) == STEP_FEATURES
    one, other = (window_features(p, mask, 0.04, 3, space=True) for p in (points, swapped))
    assert one.steps.shape == (2, 16, step_features(3))
    assert torch.allclose(one.shape[..., [2, 0, 1]], other.shape, atol=1e-6)
    assert torch.allclose(one.steps[..., 18:25], other.steps[..., 18:25], atol=1e-5)  # gaps between tips are lengths
