"""Runs a command, and prints its wall time, its CPU time and its largest memory as JSON, children that it waited for included."""
import json
import os
import subprocess
import sys
import tempfile
import time

with tempfile.TemporaryFile() as errors:
    start = time.monotonic()
    child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=errors)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    if status != 0:
        errors.seek(0)
        sys.exit(errors.read()[-4000:].decode())
print(json.dumps({"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024}))
