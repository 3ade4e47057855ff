"""Metadata that a report states: title, dates, authors, licence; its report card."""
