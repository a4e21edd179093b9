"""No action presses the panic chord."""

import pytest

from gesturectl.errors import ConfigError
from gesturectl.profiles.load import load
from gesturectl.profiles.panic import refuse_panic_chord


def profiles(folder, action):
    path = folder / "mine.toml"
    path.write_text(f'version = 1\n[intents]\nwave = "go"\n[profile.default.actions]\ngo = {action}\n')
    path.chmod(0o600)
    return load((folder,))


@pytest.mark.parametrize(
    "action",
    [
        '{ keys = "Ctrl+Alt+Super+Esc" }',
        '{ keys = "Shift+Super+Alt+Ctrl+Esc" }',
        '{ keys = ["Ctrl+K", "Ctrl+Alt+Super+Esc"] }',
        '{ keys = "Ctrl+Alt+Super+Esc", while = "held" }',
        '{ sequence = [ { wait = 1 }, { keys = "Ctrl+Alt+Super+Esc" } ] }',
    ],
)
def test_an_action_that_presses_it_is_a_mistake_with_its_place(tmp_path, action):
    with pytest.raises(ConfigError) as raised:
        refuse_panic_chord(profiles(tmp_path, action), "Ctrl+Alt+Super+Esc")
    (problem,) = raised.value.problems
    assert problem.place == f"{tmp_path / 'mine.toml'}:5 profile.default.actions.go"
    assert "panic_chord" in problem.fact


@pytest.mark.parametrize(
    "action", ['{ keys = "Ctrl+Alt+Esc" }', '{ text = "Esc" }', '{ scroll = 1, modifiers = ["Ctrl"] }']
)
def test_others_are_fine_and_so_are_all_without_one(tmp_path, action):
    refuse_panic_chord(profiles(tmp_path, action), "Ctrl+Alt+Super+Esc")
    refuse_panic_chord(profiles(tmp_path, '{ keys = "Ctrl+Alt+Super+Esc" }'), "")
