"""Connections, events and calls; no Textual, no Rich."""
