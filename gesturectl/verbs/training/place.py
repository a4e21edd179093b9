"""Where a training's results go."""

from pathlib import Path

from gesturectl.errors import GesturectlError, UsageError

_MODEL = "model.onnx"


class Place:
    """The model's file, and the folder of everything beside it; made at once, so that nobody trains for nothing."""

    def __init__(self, out: Path) -> None:
        """`out` is a folder or NAME.onnx. Raises UsageError where nothing can be written."""
        self.is_file = out.suffix == ".onnx"
        self.model = out if self.is_file else out / _MODEL
        """The model."""
        self.folder = out.with_name(f"{out.stem}-training") if self.is_file else out
        """Figures, pictures, report; while training, checkpoints."""
        try:
            self.model.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(str(out), f"can't be made ({error.strerror})", "Give another place to --out.") from error
        if self.model.is_dir():
            raise UsageError(str(self.model), "it is a folder", "Give another place to --out.")

    def checkpoints(self, resume: bool, lead: bool = True) -> Path:
        """The folder for checkpoints; empty unless `resume`, then with what is left of an interrupted training."""
        if lead and not resume:
            self.forget_checkpoints()
        return self.folder

    def forget_checkpoints(self) -> None:
        """Remove what an interrupted training left. Raises GesturectlError."""
        for path in self.folder.glob("*.checkpoint"):
            try:
                path.unlink()
            except OSError as error:
                raise GesturectlError(str(path), f"can't be removed ({error.strerror})", "Remove it.") from error
