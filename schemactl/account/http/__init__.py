"""Send requests of either API over HTTP: limits, rate, retries and redaction."""
