"""The plan as a workbook: files made into tables, cells, words, sheets. Read by imports.py, written by exports.py."""
