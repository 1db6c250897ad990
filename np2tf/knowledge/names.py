"""NumPy's public names: what exists, what it was called in NumPy 1, what has no tensor counterpart, what stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "numpy": {
        "class": (
            "__array_namespace_info__ broadcast busdaycalendar dtype errstate finfo flatiter iinfo matrix memmap "
            "ndarray ndenumerate ndindex nditer poly1d recarray ufunc vectorize"
        ),
        "constant": (
            "False_ ScalarType True_ __version__ e euler_gamma inf little_endian nan newaxis pi sctypeDict typecodes"
        ),
        "function": (
            "all allclose amax amin angle any append apply_along_axis apply_over_axes arange argmax argmin "
            "argpartition argsort argwhere around array array2string array_equal array_equiv array_repr array_split "
            "array_str asanyarray asarray asarray_chkfinite ascontiguousarray asfortranarray asmatrix astype "
            "atleast_1d atleast_2d atleast_3d average bartlett base_repr binary_repr bincount blackman block bmat "
            "broadcast_arrays broadcast_shapes broadcast_to busday_count busday_offset can_cast choose clip "
            "column_stack common_type compress concat concatenate convolve copy copyto corrcoef correlate "
            "count_nonzero cov cross cumprod cumsum cumulative_prod cumulative_sum datetime_as_string datetime_data "
            "delete diag diag_indices diag_indices_from diagflat diagonal diff digitize dot dsplit dstack ediff1d "
            "einsum einsum_path empty empty_like expand_dims extract eye fill_diagonal fix flatnonzero flip fliplr "
            "flipud format_float_positional format_float_scientific from_dlpack frombuffer fromfile fromfunction "
            "fromiter frompyfunc fromregex fromstring full full_like genfromtxt geomspace get_include "
            "get_printoptions getbufsize geterr geterrcall gradient hamming hanning histogram histogram2d "
            "histogram_bin_edges histogramdd hsplit hstack i0 identity imag indices info inner insert interp "
            "intersect1d is_busday isclose iscomplex iscomplexobj isdtype isfortran isin isneginf isposinf isreal "
            "isrealobj isscalar issubdtype iterable ix_ kaiser kron lexsort linspace load loadtxt logspace "
            "mask_indices matrix_transpose max may_share_memory mean median meshgrid min min_scalar_type mintypecode "
            "moveaxis nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian nanmin "
            "nanpercentile nanprod nanquantile nanstd nansum nanvar ndim nested_iters nonzero ones ones_like outer "
            "packbits pad partition percentile permute_dims piecewise place poly polyadd polyder polydiv polyfit "
            "polyint polymul polysub polyval printoptions prod promote_types ptp put put_along_axis putmask quantile "
            "ravel ravel_multi_index real real_if_close repeat require reshape resize result_type roll rollaxis roots "
            "rot90 round row_stack save savetxt savez savez_compressed searchsorted select set_printoptions "
            "setbufsize setdiff1d seterr seterrcall setxor1d shape shares_memory show_config show_runtime sinc size "
            "sort sort_complex split squeeze stack std sum swapaxes take take_along_axis tensordot test tile trace "
            "transpose trapezoid tri tril tril_indices tril_indices_from trim_zeros triu triu_indices "
            "triu_indices_from typename union1d unique unique_all unique_counts unique_inverse unique_values "
            "unpackbits unravel_index unstack unwrap vander var vdot vsplit vstack where zeros zeros_like"
        ),
        "module": (
            "char core ctypeslib dtypes emath exceptions f2py fft lib linalg ma matlib polynomial random rec strings "
            "testing typing version"
        ),
        "scalar_type": (
            "bool bool_ byte bytes_ cdouble character clongdouble complex128 complex256 complex64 complexfloating "
            "csingle datetime64 double flexible float128 float16 float32 float64 floating generic half inexact int16 "
            "int32 int64 int8 int_ intc integer intp long longdouble longlong number object_ record short "
            "signedinteger single str_ timedelta64 ubyte uint uint16 uint32 uint64 uint8 uintc uintp ulong ulonglong "
            "unsignedinteger ushort void"
        ),
        "subscripted": "c_ index_exp mgrid ogrid r_ s_",
        "ufunc": (
            "abs absolute acos acosh add arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan atan2 "
            "atanh bitwise_and bitwise_count bitwise_invert bitwise_left_shift bitwise_not bitwise_or "
            "bitwise_right_shift bitwise_xor cbrt ceil conj conjugate copysign cos cosh deg2rad degrees divide divmod "
            "equal exp exp2 expm1 fabs float_power floor floor_divide fmax fmin fmod frexp gcd greater greater_equal "
            "heaviside hypot invert isfinite isinf isnan isnat lcm ldexp left_shift less less_equal log log10 log1p "
            "log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor matmul matvec maximum minimum "
            "mod modf multiply negative nextafter not_equal positive pow power rad2deg radians reciprocal remainder "
            "right_shift rint sign signbit sin sinh spacing sqrt square subtract tan tanh true_divide trunc vecdot "
            "vecmat"
        ),
    },
    "numpy.linalg": {
        "class": "LinAlgError",
        "function": (
            "cholesky cond cross det diagonal eig eigh eigvals eigvalsh inv lstsq matmul matrix_norm matrix_power "
            "matrix_rank matrix_transpose multi_dot norm outer pinv qr slogdet solve svd svdvals tensordot tensorinv "
            "tensorsolve test trace vecdot vector_norm"
        ),
    },
    "numpy.fft": {
        "function": (
            "fft fft2 fftfreq fftn fftshift hfft ifft ifft2 ifftn ifftshift ihfft irfft irfft2 irfftn rfft rfft2 "
            "rfftfreq rfftn test"
        ),
    },
    "numpy.random": {
        "class": "BitGenerator Generator MT19937 PCG64 PCG64DXSM Philox RandomState SFC64 SeedSequence",
        "function": (
            "beta binomial bytes chisquare choice default_rng dirichlet exponential f gamma geometric "
            "get_bit_generator get_state gumbel hypergeometric laplace logistic lognormal logseries multinomial "
            "multivariate_normal negative_binomial noncentral_chisquare noncentral_f normal pareto permutation "
            "poisson power rand randint randn random random_integers random_sample ranf rayleigh sample seed "
            "set_bit_generator set_state shuffle standard_cauchy standard_exponential standard_gamma standard_normal "
            "standard_t test triangular uniform vonmises wald weibull zipf"
        ),
        "module": "bit_generator mtrand",
    },
    "numpy.polynomial": {
        "class": "Chebyshev Hermite HermiteE Laguerre Legendre Polynomial",
        "function": "set_default_printstyle test",
        "module": "chebyshev hermite hermite_e laguerre legendre polynomial polyutils",
    },
    "numpy.polynomial.polynomial": {
        "class": "Polynomial",
        "constant": "polydomain polyone polyx polyzero",
        "function": (
            "polyadd polycompanion polyder polydiv polyfit polyfromroots polygrid2d polygrid3d polyint polyline "
            "polymul polymulx polypow polyroots polysub polytrim polyval polyval2d polyval3d polyvalfromroots "
            "polyvander polyvander2d polyvander3d"
        ),
    },
    "numpy.polynomial.chebyshev": {
        "class": "Chebyshev",
        "constant": "chebdomain chebone chebx chebzero",
        "function": (
            "cheb2poly chebadd chebcompanion chebder chebdiv chebfit chebfromroots chebgauss chebgrid2d chebgrid3d "
            "chebint chebinterpolate chebline chebmul chebmulx chebpow chebpts1 chebpts2 chebroots chebsub chebtrim "
            "chebval chebval2d chebval3d chebvander chebvander2d chebvander3d chebweight poly2cheb"
        ),
    },
    "numpy.polynomial.legendre": {
        "class": "Legendre",
        "constant": "legdomain legone legx legzero",
        "function": (
            "leg2poly legadd legcompanion legder legdiv legfit legfromroots leggauss leggrid2d leggrid3d legint "
            "legline legmul legmulx legpow legroots legsub legtrim legval legval2d legval3d legvander legvander2d "
            "legvander3d legweight poly2leg"
        ),
    },
    "numpy.polynomial.laguerre": {
        "class": "Laguerre",
        "constant": "lagdomain lagone lagx lagzero",
        "function": (
            "lag2poly lagadd lagcompanion lagder lagdiv lagfit lagfromroots laggauss laggrid2d laggrid3d lagint "
            "lagline lagmul lagmulx lagpow lagroots lagsub lagtrim lagval lagval2d lagval3d lagvander lagvander2d "
            "lagvander3d lagweight poly2lag"
        ),
    },
    "numpy.polynomial.hermite": {
        "class": "Hermite",
        "constant": "hermdomain hermone hermx hermzero",
        "function": (
            "herm2poly hermadd hermcompanion hermder hermdiv hermfit hermfromroots hermgauss hermgrid2d hermgrid3d "
            "hermint hermline hermmul hermmulx hermpow hermroots hermsub hermtrim hermval hermval2d hermval3d "
            "hermvander hermvander2d hermvander3d hermweight poly2herm"
        ),
    },
    "numpy.polynomial.hermite_e": {
        "class": "HermiteE",
        "constant": "hermedomain hermeone hermex hermezero",
        "function": (
            "herme2poly hermeadd hermecompanion hermeder hermediv hermefit hermefromroots hermegauss hermegrid2d "
            "hermegrid3d hermeint hermeline hermemul hermemulx hermepow hermeroots hermesub hermetrim hermeval "
            "hermeval2d hermeval3d hermevander hermevander2d hermevander3d hermeweight poly2herme"
        ),
    },
    "numpy.polynomial.polyutils": {
        "function": "as_series format_float getdomain mapdomain mapparms trimcoef trimseq",
    },
    "numpy.lib": {
        "class": "Arrayterator NumpyVersion",
        "constant": "tracemalloc_domain",
        "function": "add_docstring add_newdoc test",
        "module": "array_utils format introspect mixins npyio scimath stride_tricks",
    },
    "numpy.lib.stride_tricks": {
        "function": "as_strided sliding_window_view",
    },
    "numpy.lib.scimath": {
        "function": "arccos arcsin arctanh log log10 log2 logn power sqrt",
    },
    "numpy.lib.array_utils": {
        "function": "byte_bounds normalize_axis_index normalize_axis_tuple",
    },
    "numpy.lib.format": {
        "constant": "ARRAY_ALIGN BUFFER_SIZE EXPECTED_KEYS GROWTH_AXIS_MAX_DIGITS MAGIC_LEN MAGIC_PREFIX",
        "function": (
            "descr_to_dtype drop_metadata dtype_to_descr header_data_from_array_1_0 isfileobj magic open_memmap "
            "read_array read_array_header_1_0 read_array_header_2_0 read_magic write_array write_array_header_1_0 "
            "write_array_header_2_0"
        ),
    },
    "numpy.lib.introspect": {
        "function": "opt_func_info",
    },
    "numpy.lib.mixins": {
        "class": "NDArrayOperatorsMixin",
    },
    "numpy.lib.npyio": {
        "class": "DataSource NpzFile",
    },
    "numpy.version": {
        "constant": "full_version git_revision release short_version version",
    },
    "numpy.exceptions": {
        "class": (
            "AxisError ComplexWarning DTypePromotionError ModuleDeprecationWarning RankWarning TooHardError "
            "VisibleDeprecationWarning"
        ),
    },
    "numpy.dtypes": {
        "class": (
            "BoolDType ByteDType BytesDType CLongDoubleDType Complex128DType Complex64DType DateTime64DType "
            "Float16DType Float32DType Float64DType Int16DType Int32DType Int64DType Int8DType IntDType LongDType "
            "LongDoubleDType LongLongDType ObjectDType ShortDType StrDType StringDType TimeDelta64DType UByteDType "
            "UInt16DType UInt32DType UInt64DType UInt8DType UIntDType ULongDType ULongLongDType UShortDType VoidDType"
        ),
    },
    "numpy.typing": {
        "class": "NBitBase",
        "function": "ArrayLike DTypeLike NDArray",
    },
    "numpy.testing": {
        "class": "IgnoreException KnownFailureException SkipTest TestCase clear_and_catch_warnings suppress_warnings",
        "constant": (
            "BLAS_SUPPORTS_FPE HAS_LAPACK64 HAS_REFCOUNT IS_64BIT IS_EDITABLE IS_INSTALLED IS_MUSL IS_PYPY IS_PYSTON "
            "IS_WASM NOGIL_BUILD NUMPY_ROOT verbose"
        ),
        "function": (
            "assert_ assert_allclose assert_almost_equal assert_approx_equal assert_array_almost_equal "
            "assert_array_almost_equal_nulp assert_array_compare assert_array_equal assert_array_less "
            "assert_array_max_ulp assert_equal assert_no_gc_cycles assert_no_warnings assert_raises "
            "assert_raises_regex assert_string_equal assert_warns break_cycles build_err_msg check_support_sve "
            "decorate_methods jiffies measure memusage print_assert_equal run_threaded rundocs runstring tempdir "
            "temppath"
        ),
        "module": "overrides",
    },
    "numpy.ma": {
        "class": "MAError MaskError MaskedArray masked_array mvoid",
        "constant": "masked masked_print_option masked_singleton mr_ nomask",
        "function": (
            "abs absolute add all allclose allequal alltrue amax amin angle anom anomalies any append "
            "apply_along_axis apply_over_axes arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax "
            "argmin argsort around array asanyarray asarray atleast_1d atleast_2d atleast_3d average bitwise_and "
            "bitwise_or bitwise_xor ceil choose clip clump_masked clump_unmasked column_stack common_fill_value "
            "compress compress_cols compress_nd compress_rowcols compress_rows compressed concatenate conjugate "
            "convolve copy corrcoef correlate cos cosh count count_masked cov cumprod cumsum default_fill_value diag "
            "diagflat diagonal diff divide dot dstack ediff1d empty empty_like equal exp expand_dims fabs filled "
            "fix_invalid flatnotmasked_contiguous flatnotmasked_edges flatten_mask flatten_structured_array floor "
            "floor_divide fmod frombuffer fromflex fromfunction getdata getmask getmaskarray greater greater_equal "
            "harden_mask hsplit hstack hypot identity ids in1d indices inner innerproduct intersect1d isMA "
            "isMaskedArray is_mask is_masked isarray isin left_shift less less_equal log log10 log2 logical_and "
            "logical_not logical_or logical_xor make_mask make_mask_descr make_mask_none mask_cols mask_or "
            "mask_rowcols mask_rows masked_all masked_all_like masked_equal masked_greater masked_greater_equal "
            "masked_inside masked_invalid masked_less masked_less_equal masked_not_equal masked_object masked_outside "
            "masked_values masked_where max maximum maximum_fill_value mean median min minimum minimum_fill_value mod "
            "multiply ndenumerate ndim negative nonzero not_equal notmasked_contiguous notmasked_edges ones ones_like "
            "outer outerproduct polyfit power prod product ptp put putmask ravel remainder repeat reshape resize "
            "right_shift round round_ row_stack set_fill_value setdiff1d setxor1d shape sin sinh size soften_mask "
            "sometrue sort sqrt squeeze stack std subtract sum swapaxes take tan tanh trace transpose true_divide "
            "union1d unique vander var vstack where zeros zeros_like"
        ),
        "module": "core extras",
        "scalar_type": "MaskType bool_",
    },
    "numpy.ma.extras": {
        "constant": "mr_",
        "function": (
            "apply_along_axis apply_over_axes atleast_1d atleast_2d atleast_3d average clump_masked clump_unmasked "
            "column_stack compress_cols compress_nd compress_rowcols compress_rows corrcoef count_masked cov diagflat "
            "dot dstack ediff1d flatnotmasked_contiguous flatnotmasked_edges hsplit hstack in1d intersect1d isin "
            "mask_cols mask_rowcols mask_rows masked_all masked_all_like median ndenumerate notmasked_contiguous "
            "notmasked_edges polyfit row_stack setdiff1d setxor1d stack union1d unique vander vstack"
        ),
    },
    "numpy.ma.core": {
        "class": "MAError MaskError MaskedArray masked_array mvoid",
        "constant": "masked masked_print_option masked_singleton nomask",
        "function": (
            "abs absolute add all allclose allequal alltrue amax amin angle anom anomalies any append arange arccos "
            "arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argsort around array asanyarray asarray "
            "bitwise_and bitwise_or bitwise_xor ceil choose clip common_fill_value compress compressed concatenate "
            "conjugate convolve copy correlate cos cosh count cumprod cumsum default_fill_value diag diagonal diff "
            "divide empty empty_like equal exp expand_dims fabs filled fix_invalid flatten_mask "
            "flatten_structured_array floor floor_divide fmod frombuffer fromflex fromfunction getdata getmask "
            "getmaskarray greater greater_equal harden_mask hypot identity ids indices inner innerproduct isMA "
            "isMaskedArray is_mask is_masked isarray left_shift less less_equal log log10 log2 logical_and "
            "logical_not logical_or logical_xor make_mask make_mask_descr make_mask_none mask_or masked_equal "
            "masked_greater masked_greater_equal masked_inside masked_invalid masked_less masked_less_equal "
            "masked_not_equal masked_object masked_outside masked_values masked_where max maximum maximum_fill_value "
            "mean min minimum minimum_fill_value mod multiply ndim negative nonzero not_equal ones ones_like outer "
            "outerproduct power prod product ptp put putmask ravel remainder repeat reshape resize right_shift round "
            "round_ set_fill_value shape sin sinh size soften_mask sometrue sort sqrt squeeze std subtract sum "
            "swapaxes take tan tanh trace transpose true_divide var where zeros zeros_like"
        ),
        "scalar_type": "MaskType bool_",
    },
    "numpy.ma.mrecords": {
        "class": "MaskedRecords mrecarray",
        "function": "addfield fromarrays fromrecords fromtextfile",
    },
    "numpy.rec": {
        "class": "format_parser recarray",
        "function": "array find_duplicate fromarrays fromfile fromrecords fromstring",
        "scalar_type": "record",
    },
    "numpy.char": {
        "class": "chararray",
        "function": (
            "array asarray capitalize center compare_chararrays count decode encode endswith equal expandtabs find "
            "greater greater_equal index join less less_equal ljust lower lstrip mod multiply not_equal partition "
            "replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title "
            "translate upper zfill"
        ),
        "ufunc": "add isalnum isalpha isdecimal isdigit islower isnumeric isspace istitle isupper str_len",
    },
    "numpy.strings": {
        "function": (
            "capitalize center count decode encode endswith expandtabs find index ljust lower lstrip mod multiply "
            "partition replace rfind rindex rjust rpartition rstrip slice startswith strip swapcase title translate "
            "upper zfill"
        ),
        "ufunc": (
            "add equal greater greater_equal isalnum isalpha isdecimal isdigit islower isnumeric isspace istitle "
            "isupper less less_equal not_equal str_len"
        ),
    },
    "numpy.ctypeslib": {
        "class": "c_intp",
        "function": "as_array as_ctypes as_ctypes_type load_library ndpointer",
    },
    "numpy.matlib": {
        "function": "empty eye identity ones rand randn repmat zeros",
    },
    "numpy.f2py": {
        "function": "get_include run_main",
    },
    "numpy.core": {
        "module": (
            "arrayprint defchararray einsumfunc fromnumeric function_base getlimits multiarray numeric numerictypes "
            "records shape_base umath"
        ),
    },
}

PUBLIC: Final[Mapping[str, frozenset[str]]] = {
    module: frozenset(name for names in kinds.values() for name in names.split()) for module, kinds in _NAMES.items()
}
"""Public names by module, NumPy 2.4. `ALIASED_MODULES` are other names of these modules."""

KINDS: Final[Mapping[str, str]] = {
    f"{module}.{name}": kind
    for module, kinds in _NAMES.items()
    for kind, names in kinds.items()
    for name in names.split()
}
"""Qualified name to "function", "ufunc", "class", "scalar_type", "constant", "subscripted" (np.r_) or "module"."""

ALIASED_MODULES: Final[Mapping[str, str]] = {
    "numpy._core": "numpy.core",
    "numpy.core.defchararray": "numpy.char",
    "numpy.core.fromnumeric": "numpy",
    "numpy.core.multiarray": "numpy",
    "numpy.core.numeric": "numpy",
    "numpy.core.numerictypes": "numpy",
    "numpy.core.records": "numpy.rec",
    "numpy.core.shape_base": "numpy",
    "numpy.core.umath": "numpy",
    "numpy.emath": "numpy.lib.scimath",
    "numpy.fft.fftpack": "numpy.fft",
    "numpy.fft.helper": "numpy.fft",
    "numpy.lib.arraysetops": "numpy",
    "numpy.lib.function_base": "numpy",
    "numpy.lib.index_tricks": "numpy",
    "numpy.lib.nanfunctions": "numpy",
    "numpy.lib.shape_base": "numpy",
    "numpy.lib.twodim_base": "numpy",
    "numpy.lib.type_check": "numpy",
    "numpy.linalg.linalg": "numpy.linalg",
    "numpy.matrixlib": "numpy",
    "numpy.random.mtrand": "numpy.random",
}
"""Where code reaches the same objects through another module, old or private."""

RENAMED: Final[Mapping[str, str]] = {
    "numpy.AxisError": "numpy.exceptions.AxisError",
    "numpy.ComplexWarning": "numpy.exceptions.ComplexWarning",
    "numpy.DataSource": "numpy.lib.npyio.DataSource",
    "numpy.Inf": "numpy.inf",
    "numpy.Infinity": "numpy.inf",
    "numpy.ModuleDeprecationWarning": "numpy.exceptions.ModuleDeprecationWarning",
    "numpy.NAN": "numpy.nan",
    "numpy.NaN": "numpy.nan",
    "numpy.PINF": "numpy.inf",
    "numpy.RankWarning": "numpy.exceptions.RankWarning",
    "numpy.TooHardError": "numpy.exceptions.TooHardError",
    "numpy.VisibleDeprecationWarning": "numpy.exceptions.VisibleDeprecationWarning",
    "numpy.add_docstring": "numpy.lib.add_docstring",
    "numpy.add_newdoc": "numpy.lib.add_newdoc",
    "numpy.alltrue": "numpy.all",
    "numpy.bool8": "numpy.bool_",
    "numpy.byte_bounds": "numpy.lib.array_utils.byte_bounds",
    "numpy.bytes0": "numpy.bytes_",
    "numpy.cfloat": "numpy.complex128",
    "numpy.clongfloat": "numpy.clongdouble",
    "numpy.compare_chararrays": "numpy.char.compare_chararrays",
    "numpy.complex": "complex",
    "numpy.complex_": "numpy.complex128",
    "numpy.cumproduct": "numpy.cumprod",
    "numpy.float": "float",
    "numpy.float_": "numpy.float64",
    "numpy.format_parser": "numpy.rec.format_parser",
    "numpy.in1d": "numpy.isin",
    "numpy.infty": "numpy.inf",
    "numpy.int": "int",
    "numpy.int0": "numpy.intp",
    "numpy.issubclass_": "issubclass",
    "numpy.issubsctype": "numpy.issubdtype",
    "numpy.linalg.linalg.LinAlgError": "numpy.linalg.LinAlgError",
    "numpy.longcomplex": "numpy.clongdouble",
    "numpy.longfloat": "numpy.longdouble",
    "numpy.mat": "numpy.asmatrix",
    "numpy.object": "object",
    "numpy.object0": "numpy.object_",
    "numpy.product": "numpy.prod",
    "numpy.random.ranf": "numpy.random.random_sample",
    "numpy.random.sample": "numpy.random.random_sample",
    "numpy.round_": "numpy.round",
    "numpy.row_stack": "numpy.vstack",
    "numpy.singlecomplex": "numpy.complex64",
    "numpy.sometrue": "numpy.any",
    "numpy.str": "str",
    "numpy.str0": "numpy.str_",
    "numpy.string_": "numpy.bytes_",
    "numpy.tracemalloc_domain": "numpy.lib.tracemalloc_domain",
    "numpy.trapz": "numpy.trapezoid",
    "numpy.uint0": "numpy.uintp",
    "numpy.unicode": "str",
    "numpy.unicode_": "numpy.str_",
    "numpy.void0": "numpy.void",
}
"""NumPy 1 names and what replaces them word for word, in NumPy 2 or among Python's builtins."""

REMOVED: Final[Mapping[str, str]] = {
    "numpy.MachAr": "write np.finfo(dtype)",
    "numpy.NINF": "write -np.inf",
    "numpy.NZERO": "write -0.0",
    "numpy.PZERO": "write 0.0",
    "numpy.add_newdoc_ufunc": "it was internal",
    "numpy.alen": "write len(x)",
    "numpy.asfarray": "write np.asarray(x, dtype=np.float64)",
    "numpy.asscalar": "write x.item()",
    "numpy.cast": "write np.asarray(x, dtype)",
    "numpy.compat": "use the standard library",
    "numpy.deprecate": "use warnings.warn",
    "numpy.deprecate_with_doc": "use warnings.warn",
    "numpy.disp": "write print(x)",
    "numpy.fastCopyAndTranspose": "write x.T.copy()",
    "numpy.find_common_type": "write np.result_type(...)",
    "numpy.fv": "use the package numpy_financial",
    "numpy.get_array_wrap": "it was internal",
    "numpy.geterrobj": "use np.errstate",
    "numpy.ipmt": "use the package numpy_financial",
    "numpy.irr": "use the package numpy_financial",
    "numpy.issctype": "write issubclass(x, np.generic)",
    "numpy.lookfor": "search the documentation",
    "numpy.maximum_sctype": "name the dtype",
    "numpy.mirr": "use the package numpy_financial",
    "numpy.msort": "write np.sort(x, axis=0)",
    "numpy.nbytes": "write np.dtype(t).itemsize",
    "numpy.nper": "use the package numpy_financial",
    "numpy.npv": "use the package numpy_financial",
    "numpy.obj2sctype": "write np.dtype(x).type",
    "numpy.oldnumeric": "it is gone since NumPy 1.9",
    "numpy.pmt": "use the package numpy_financial",
    "numpy.ppmt": "use the package numpy_financial",
    "numpy.pv": "use the package numpy_financial",
    "numpy.rank": "write np.ndim(x)",
    "numpy.rate": "use the package numpy_financial",
    "numpy.recfromcsv": 'write np.genfromtxt(..., delimiter=",")',
    "numpy.recfromtxt": "write np.genfromtxt(...)",
    "numpy.safe_eval": "write ast.literal_eval(s)",
    "numpy.sctype2char": "write np.dtype(t).char",
    "numpy.sctypeNA": "name the dtype",
    "numpy.sctypes": "name the dtypes",
    "numpy.set_numeric_ops": "it has no replacement",
    "numpy.set_string_function": "use np.set_printoptions",
    "numpy.seterrobj": "use np.errstate",
    "numpy.source": "use inspect.getsource",
    "numpy.typeDict": "write np.sctypeDict",
    "numpy.typeNA": "name the dtype",
    "numpy.who": "write locals()",
}
"""NumPy 1 names without a replacement of the same form, and what to write instead."""

FEATURES: Final[Mapping[str, str]] = {
    "ndarray.__array_interface__": "NT503",
    "ndarray.byteswap": "NT503",
    "ndarray.ctypes": "NT511",
    "ndarray.data": "NT503",
    "ndarray.flags": "NT505",
    "ndarray.getfield": "NT502",
    "ndarray.setfield": "NT502",
    "ndarray.setflags": "NT505",
    "ndarray.strides": "NT506",
    "numpy.asfortranarray": "NT506",
    "numpy.asmatrix": "NT507",
    "numpy.bmat": "NT507",
    "numpy.busday_count": "NT509",
    "numpy.busday_offset": "NT509",
    "numpy.busdaycalendar": "NT509",
    "numpy.bytes_": "NT510",
    "numpy.char": "NT510",
    "numpy.character": "NT510",
    "numpy.ctypeslib": "NT511",
    "numpy.datetime64": "NT509",
    "numpy.datetime_as_string": "NT509",
    "numpy.datetime_data": "NT509",
    "numpy.dtypes.BytesDType": "NT510",
    "numpy.dtypes.DateTime64DType": "NT509",
    "numpy.dtypes.ObjectDType": "NT504",
    "numpy.dtypes.StrDType": "NT510",
    "numpy.dtypes.StringDType": "NT510",
    "numpy.dtypes.TimeDelta64DType": "NT509",
    "numpy.flexible": "NT510",
    "numpy.from_dlpack": "NT503",
    "numpy.frombuffer": "NT503",
    "numpy.frompyfunc": "NT504",
    "numpy.get_include": "NT511",
    "numpy.is_busday": "NT509",
    "numpy.isfortran": "NT506",
    "numpy.isnat": "NT509",
    "numpy.lib.format.open_memmap": "NT511",
    "numpy.lib.mixins": "NT513",
    "numpy.lib.recfunctions": "NT502",
    "numpy.lib.stride_tricks.as_strided": "NT501",
    "numpy.ma": "NT508",
    "numpy.matlib": "NT507",
    "numpy.matrix": "NT507",
    "numpy.memmap": "NT511",
    "numpy.object_": "NT504",
    "numpy.rec": "NT502",
    "numpy.recarray": "NT502",
    "numpy.record": "NT502",
    "numpy.str_": "NT510",
    "numpy.strings": "NT510",
    "numpy.timedelta64": "NT509",
    "numpy.void": "NT502",
}
"""Names with no tensor counterpart and their diagnostics. A module's row stands for all below it."""

MEMORY: Final = frozenset({"builtins.id", "ndarray.base", "numpy.may_share_memory", "numpy.shares_memory"})
"""What asks where an array lies: tensors answer, but for themselves (NT506)."""

DTYPE_FEATURES: Final[Mapping[str, str]] = {
    "M8": "NT509",
    "O": "NT504",
    "S": "NT510",
    "U": "NT510",
    "V": "NT502",
    "bytes": "NT510",
    "datetime64": "NT509",
    "m8": "NT509",
    "object": "NT504",
    "object_": "NT504",
    "str": "NT510",
    "timedelta64": "NT509",
    "void": "NT502",
}
"""What a ``dtype`` argument starts with, as a string or a builtin's name (``dtype=object``), and the diagnostic."""

MENDS: Final[Mapping[str, str]] = {
    "NT501": "copy the windows: `sliding_window_view(x, k).copy()`, or index with `np.arange`",
    "NT502": "keep one array for each field, or a dict of arrays",
    "NT503": "convert values with `.astype(...)` instead of reading memory in another way",
    "NT504": "use a list of arrays, or a numeric dtype",
    "NT505": "tensors are never writable in place: drop the flag",
    "NT506": "tensors have no memory order: drop it, if nothing reads the order",
    "NT507": "use 2-D arrays and `@`",
    "NT508": "keep the mask as a boolean array beside the data, or use the nan-functions",
    "NT509": "convert dates to numbers before, on the host",
    "NT510": "keep strings in Python lists",
    "NT511": "load the data into an array first: `np.array(mapped)`",
    "NT513": "keep the array as an attribute of a plain class",
}
"""What to do about a feature without a tensor counterpart, by its diagnostic."""

STAYS: Final[Mapping[str, str]] = {
    "numpy.__version__": "it is the version of the NumPy that is installed",
    "numpy.distutils": "it builds extension modules",
    "numpy.dtypes": "dtype classes are NumPy's",
    "numpy.exceptions": "the runtime raises NumPy's own exceptions",
    "numpy.f2py": "it builds extension modules",
    "numpy.lib.NumpyVersion": "it compares versions of NumPy",
    "numpy.lib.add_docstring": "it documents C functions",
    "numpy.lib.add_newdoc": "it documents C functions",
    "numpy.lib.format": "it reads and writes files on the host",
    "numpy.lib.introspect": "it asks NumPy about itself",
    "numpy.lib.npyio": "it reads and writes files on the host",
    "numpy.lib.tracemalloc_domain": "it asks NumPy about itself",
    "numpy.show_config": "it asks NumPy about itself",
    "numpy.show_runtime": "it asks NumPy about itself",
    "numpy.typing": "annotations are never evaluated as arrays",
    "numpy.version": "it is the version of the NumPy that is installed",
}
"""Modules and names that go on being NumPy's, and the reason users see. A module's row stands for all below it."""

ARRAYS_DIFFER: Final[frozenset[str]] = frozenset(
    {
        "OVERLOADABLE_OPERATORS",
        "__annotations__",
        "__array_finalize__",
        "__array_function__",
        "__array_interface__",
        "__array_struct__",
        "__array_ufunc__",
        "__array_wrap__",
        "__buffer__",
        "__dict__",
        "__div__",
        "__getattr__",
        "__iadd__",
        "__iand__",
        "__ifloordiv__",
        "__ilshift__",
        "__imatmul__",
        "__imod__",
        "__imul__",
        "__ior__",
        "__ipow__",
        "__irshift__",
        "__isub__",
        "__itruediv__",
        "__ixor__",
        "__module__",
        "__nonzero__",
        "__rdiv__",
        "__round__",
        "__setstate__",
        "__tf_tensor__",
        "__tf_tracing_type__",
        "__weakref__",
        "backing_device",
        "consumers",
        "cpu",
        "ctypes",
        "eval",
        "experimental_ref",
        "get_shape",
        "gpu",
        "is_packed",
        "itemset",
        "newbyteorder",
        "numpy",
        "ptp",
        "ref",
        "set_shape",
    }
)
"""Attributes that NumPy's arrays have and tensors with dimensions don't, or the other way round."""

SCALARS_DIFFER: Final[frozenset[str]] = ARRAYS_DIFFER | frozenset(
    {
        "__ceil__",
        "__complex__",
        "__contains__",
        "__delitem__",
        "__dlpack__",
        "__dlpack_device__",
        "__floor__",
        "__getformat__",
        "__getnewargs__",
        "__index__",
        "__iter__",
        "__len__",
        "__matmul__",
        "__rmatmul__",
        "__setitem__",
        "__trunc__",
        "argpartition",
        "denominator",
        "dot",
        "fromhex",
        "mT",
        "numerator",
        "partition",
    }
)
"""Attributes that NumPy's scalars have and tensors without dimensions don't, or the other way round."""


def feature(name: str) -> str | None:
    """The diagnostic for a qualified name, or None.

    >>> feature("numpy.ma.masked_array"), feature("numpy.matrix"), feature("numpy.max")
    ('NT508', 'NT507', None)
    """
    return _nearest(FEATURES, name)


def stays(name: str) -> str | None:
    """Why a qualified name goes on being NumPy's, or None.

    >>> stays("numpy.typing.NDArray") is not None, stays("numpy.test")
    (True, None)
    """
    return _nearest(STAYS, name)


def current(name: str) -> str:
    """The name NumPy 2 has for a qualified name: aliased modules and renamed functions resolved.

    >>> current("numpy.core.umath.float_"), current("numpy.int"), current("numpy.emath.sqrt")
    ('numpy.float64', 'int', 'numpy.lib.scimath.sqrt')
    """
    module, _, last = name.rpartition(".")
    name = f"{ALIASED_MODULES.get(module, module)}.{last}" if module else name
    return RENAMED.get(name, name)


def _nearest(table: Mapping[str, str], name: str) -> str | None:
    while name:
        if name in table:
            return table[name]
        name = name.rpartition(".")[0]
    return None
