#!/bin/sh
# Prints the command of a Python that Sonla can run on (3.11 or later, able to make virtual environments),
# or says what is missing. A first argument, or PYTHON in the environment, is tried before all others.

no_venv=
for candidate in ${1:-${PYTHON:-}} python3.13 python3.12 python3.11 python3 python3.14; do
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
    if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        echo "$candidate"
        exit 0
    fi
    no_venv=${no_venv:-$candidate}
done

if [ -n "$no_venv" ]; then
    echo "$no_venv thiếu mô-đun venv. Trên Debian/Ubuntu: apt-get install python3-venv" >&2
    echo "$no_venv lacks the venv module. On Debian/Ubuntu: apt-get install python3-venv" >&2
else
    found=$(python3 --version 2>/dev/null || echo "no python3")
    echo "Sonla cần Python 3.11 trở lên; máy này có: $found. Chỉ rõ bằng: make start PYTHON=/đường/dẫn/python3" >&2
    echo "Sonla needs Python 3.11 or later; this machine has: $found. Name one: make start PYTHON=/path/to/python3" >&2
fi
exit 1
