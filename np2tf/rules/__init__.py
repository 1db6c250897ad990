"""The rules: one file per form of mutation or family of names.

A rule sees a place that the analysis found and the context of its file. It returns a transaction, a tuple of
diagnostics, or None for "not mine".
"""

from __future__ import annotations

RULES: tuple[str, ...] = (
    "numpy_import",
    "numpy_name",
    "subscript_store",
    "subscript_augmented",
    "augmented_assignment",
    "inplace_method",
    "mutating_function",
    "out_argument",
    "attribute_store",
    "several_targets",
    "loop_target",
    "row_iteration",
    "element_iteration",
    "handed_list",
    "named_value",
    "changed_parameter",
    "threaded_call",
    "shown_attribute",
    "outer_name",
    "computed_attribute",
    "put_by_name",
    "copied_object",
    "identity_question",
    "mutator_as_value",
    "type_comparison",
    "dtype_value",
    "host_argument",
    "unsupported_feature",
    "jit_decorator",
)
