"""Results as Markdown, for comments and summaries of CI services."""
