"""The dashboard; Textual is imported only here."""
