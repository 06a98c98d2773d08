# The commands of everyday work. Only make and Python 3.11+ are needed.
#   make start   [PORT=8000] [HOST=127.0.0.1] [DEMO_PASSWORD=…] [PYTHON=…]   try it
#   make test    [ARGS="-k word"] [STRICT=1]                                 all tests this machine can run
#   make lint                                                                style, types, contracts, settings
#   make smoke                                                               two starts on a database of its own
#   make bench   [ARGS="--country"]                                          measurements, on PostgreSQL
#   make screenshots                                                         the README's pictures, by Chromium
#   make requirements                                                        pin requirements/*.in anew

PORT ?= 8000
HOST ?= 127.0.0.1
export PORT HOST ARGS STRICT

PY = $$(sh scripts/find_python.sh $(PYTHON))

.PHONY: start test lint smoke bench screenshots requirements clean
.DEFAULT_GOAL := start

start:
	@python=$(PY) && exec $$python scripts/start.py

test:
	@python=$(PY) && exec $$python scripts/test.py

lint:
	@python=$(PY) && exec $$python scripts/lint.py

smoke:
	@python=$(PY) && exec $$python scripts/smoke.py

bench:
	@python=$(PY) && $$python scripts/environment.py test && exec .venv/bin/python -m benchmarks $(ARGS)

screenshots:
	@python=$(PY) && exec $$python scripts/screenshots.py

# The pins are made by uv, in an environment of its own; they name no index.
requirements:
	@python=$(PY) && $$python -m venv var/uv && var/uv/bin/pip install --quiet uv
	@for kind in base test; do var/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-emit-index-url --no-header requirements/$$kind.in -o requirements/$$kind.txt; done

# What can be made again. The database and the secret key stay.
clean:
	rm -rf .venv var/build var/static var/static.stamp var/uv
