"""Settings that must stand before Textual is imported, so that every run draws the same pictures."""

import os
import time

from hypothesis import HealthCheck, settings

for _name in ("NO_COLOR", "TEXTUAL_THEME"):
    os.environ.pop(_name, None)
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TZ"] = "UTC"
time.tzset()

# The same examples everywhere, and no test that fails because the machine is slow. Others are looked for with
# --hypothesis-profile=default.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
