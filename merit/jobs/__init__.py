"""Jobs: a table of its own, a queue that only carries ids, and a worker."""
