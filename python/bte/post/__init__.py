"""What is derived from solutions for looking at them: plane sections, lines, tables."""

from bte.post.section import Section, default_section, hot_point, section

__all__ = ["Section", "default_section", "hot_point", "section"]
