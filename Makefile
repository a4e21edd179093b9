# Two commands do all their own set-up on a machine with Python 3.11+ and make:
#   make demo    run the bundled clip through everything, no camera or display needed
#   make test    run the tests
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Which tests: by default those that need neither torch nor a display. `make test MARKERS=` runs all of them.
MARKERS ?= not display and not train and not slow and not browser
EXTRAS ?= test
# How many at once, and how often one that failed is tried again: tests in real time may want that on a busy machine.
WORKERS ?= auto
RERUNS ?= 0

.PHONY: demo test check format clean

demo: $(VENV)/.installed
	$(BIN)/gesturectl demo

test: $(VENV)/.installed-$(EXTRAS)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --reruns $(RERUNS) -m "$(MARKERS)"

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@# What only another system has must be typed, too; what only this one runs is unreachable there.
	$(BIN)/mypy --platform win32 --no-warn-unreachable --cache-dir .mypy_cache/win32
	$(BIN)/mypy --platform darwin --no-warn-unreachable --cache-dir .mypy_cache/darwin
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@# opencv-python wants the system's OpenGL library; where there is none (a server), its headless twin does.
	@$(BIN)/python -c "import cv2" 2>/dev/null || { \
	  echo "no OpenGL library here: using opencv-python-headless"; \
	  $(BIN)/pip uninstall --quiet --yes opencv-python; \
	  $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt opencv-python-headless; }
	touch $@

$(VENV)/.installed-%: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[$*]"
	@$(BIN)/python -c "import cv2" 2>/dev/null || { \
	  $(BIN)/pip uninstall --quiet --yes opencv-python; \
	  $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --force-reinstall --no-deps opencv-python-headless; }
	touch $@
