"""The staff room at `/staff`: login, dashboard, pattern review. Reads the release file and nothing else."""
