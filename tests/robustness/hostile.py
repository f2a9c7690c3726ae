"""Projects that no person wrote: generated, huge, deep, cyclic, exponential when helpers are inlined."""

from __future__ import annotations

from collections.abc import Callable

from tests.robustness.hostile_calls import (
    exponential_callbacks,
    exponential_closures,
    exponential_computed,
    exponential_helpers,
    exponential_pure_helpers,
    many_functions,
    one_helper_in_many_ways,
    recursive_closures,
    recursive_helpers,
    recursive_methods,
    wide_helpers,
)
from tests.robustness.hostile_modules import (
    class_chain,
    class_extends_itself,
    cyclic_modules,
    cyclic_reexports,
    cyclic_star_exports,
    cyclic_types,
    deep_promises,
    huge_class,
    odd_builders,
    odd_schema,
    odd_things,
    wide_types,
    wide_validators,
)
from tests.robustness.hostile_nesting import (
    deep_arrays,
    deep_blocks,
    deep_calls,
    deep_chains,
    deep_conditionals,
    deep_else_ifs,
    deep_functions,
    deep_ifs,
    deep_jsx,
    deep_loops,
    deep_objects,
    deep_operators,
    deep_parentheses,
    deep_patterns,
    deep_templates,
    deep_types,
    deep_validators,
)
from tests.robustness.hostile_text import (
    binary,
    broken_manifests,
    many_comments,
    many_holes,
    many_modules,
    one_line_of_many_functions,
    unclosed_brackets,
    unclosed_words,
)
from tests.robustness.hostile_values import (
    big_array,
    big_object,
    big_object_in_a_handler,
    big_switch,
    doubling_strings,
    doubling_twice,
    doubling_values,
    growing_in_loops,
    many_ifs,
    many_ifs_of_different_variables,
    many_options,
    many_trys,
    many_validators,
    minified,
    mutual_containers,
)
from tests.robustness.small_app import Files

PROJECTS: dict[str, Callable[[], Files]] = {
    made.__name__: made
    for made in (
        recursive_helpers, recursive_methods, exponential_helpers, exponential_pure_helpers, exponential_computed,
        exponential_closures, exponential_callbacks, wide_helpers, one_helper_in_many_ways, recursive_closures,
        many_functions, big_object, big_object_in_a_handler, big_array, many_validators, minified, deep_arrays,
        deep_objects, deep_calls, deep_parentheses, deep_ifs, deep_else_ifs, deep_conditionals, deep_templates, deep_jsx,
        deep_chains, deep_operators, deep_functions, deep_blocks, deep_loops, deep_types, deep_validators, deep_patterns,
        big_switch, many_ifs, many_ifs_of_different_variables, doubling_values, doubling_twice, doubling_strings,
        growing_in_loops, mutual_containers, many_trys, many_options, huge_class, class_chain, class_extends_itself,
        cyclic_types, wide_types, wide_validators, cyclic_modules, cyclic_star_exports, cyclic_reexports, odd_things,
        odd_schema, odd_builders, deep_promises, one_line_of_many_functions, many_modules, many_comments, many_holes, broken_manifests, unclosed_brackets,
        unclosed_words, binary,
    )
}  # fmt: skip
