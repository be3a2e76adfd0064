"""How fast mcp-tui is, as ratios to baselines that are measured in the same run: ``python tests/benchmarks``."""
