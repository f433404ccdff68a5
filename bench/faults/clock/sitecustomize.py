"""Python reads this at start-up: the process believes its host's clock is off by BENCH_CLOCK_SHIFT seconds (F23)."""

import os
import time

SHIFT = float(os.environ.get("BENCH_CLOCK_SHIFT", "0"))
true_time = time.time
time.time = lambda: true_time() + SHIFT
