"""The parts of the dashboard; each owns only how it looks."""
