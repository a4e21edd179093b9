"""A classifier that needs no training: it says "fist" by the share of steps with a hand, and "nothing" for the rest."""

from pathlib import Path

from gesturectl.recognition.card import METADATA_KEY, Card

TOY_CARD = Card(
    name="toy",
    labels=("nothing", "fist"),
    window_ms=800,
    steps=16,
    channels=2,
    embedding=16,
    branches=("only",),
)


def write_toy_model(
    path: Path,
    card: Card | None = TOY_CARD,
    domain: str = "",
    external: bool = False,
    steps: int = 16,
    scores_name: str = "scores",
) -> Path:
    """The toy at `path`, or one with a fault."""
    from onnx import TensorProto, checker, helper, save

    def floats(name: str, *shape: int | str):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    one = helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])
    axis = helper.make_tensor("steps_axis", TensorProto.INT64, [1], [1])
    nodes = [
        helper.make_node("ReduceMean", ["mask"], ["fist"], axes=[1], keepdims=1),
        helper.make_node("Sub", ["one", "fist"], ["nothing"]),
        helper.make_node("Concat", ["nothing", "fist"], [scores_name], axis=1),
        helper.make_node("ReduceMax", [scores_name], ["agreement"], axes=[1], keepdims=0),
        helper.make_node("ReduceMean", ["points"], ["embedding"], axes=[2, 3], keepdims=0),
        helper.make_node("Unsqueeze", [scores_name, "steps_axis"], ["branch_scores"]),
    ]
    opsets = [helper.make_opsetid("", 17)]
    if domain:
        nodes.append(helper.make_node("Anything", ["mask"], ["unused"], domain=domain))
        opsets.append(helper.make_opsetid(domain, 1))
    graph = helper.make_graph(
        nodes,
        "toy",
        [floats("points", "windows", steps, 21, 3), floats("mask", "windows", steps)],
        [
            floats(scores_name, "windows", 2),
            floats("agreement", "windows"),
            floats("embedding", "windows", steps),
            floats("branch_scores", "windows", 1, 2),
        ],
        [one, axis],
    )
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    if card is not None:
        helper.set_model_props(model, {METADATA_KEY: card.to_json()})
    if external:
        tensor = model.graph.initializer[0]
        tensor.ClearField("float_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="weights.bin")
    elif not domain:
        checker.check_model(model)
    save(model, path)
    return path
