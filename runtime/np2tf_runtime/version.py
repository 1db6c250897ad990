"""`numpy.version`: that of the NumPy that is installed."""

from numpy.version import full_version, git_revision, release, short_version, version

__all__ = ["full_version", "git_revision", "release", "short_version", "version"]
