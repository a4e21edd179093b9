"""All that is fuzzed, by name."""

import fuzz_control
import fuzz_files
import fuzz_model
import fuzz_toml
import fuzz_wire
from fuzzing import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for target in (fuzz_control.TARGET, fuzz_wire.TARGET, *fuzz_toml.TARGETS, *fuzz_files.TARGETS, *fuzz_model.TARGETS)
}
