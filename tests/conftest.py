"""How TensorFlow and the runtime are set in tests: before any test's file is read, since both look when imported."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
# What is tested is what TensorFlow computes; test_small.py tests what NumPy does for it.
os.environ.setdefault("NP2TF_HOST_LIMIT", "0")
# What a test compiles is no other run's; test_compilation_cache.py tests what is kept.
os.environ.setdefault("NP2TF_COMPILATION_CACHE", "0")
