"""Reports as CSV, for spreadsheets."""
