"""What becomes of each NumPy name. Written by `tools/api_table.py` from the runtime: don't edit it.

Where a name is computed is one of

===============  ======================================================================================================
``device``       by TensorFlow
``host``         by NumPy on the host: tensors go in as arrays, what comes out is made a tensor
``converter``    nowhere under this name: the converter writes something else in its place
``numpy``        it stays NumPy's own
``unsupported``  nowhere: the converter marks it, and the runtime raises the code
===============  ======================================================================================================

Names are qualified: ``numpy.linalg.inv``, ``ndarray.sort``, ``ufunc.at``, ``numpy.random.Generator.normal``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Api(NamedTuple):
    """What becomes of one name; `note` says why, or what is written instead."""

    where: str
    code: str = ""
    note: str = ""


class Argument(NamedTuple):
    """An argument that the runtime refuses, though it has the function."""

    name: str
    code: str
    mend: str


_ROWS: Final[tuple[tuple[str, str, str, Mapping[str, str]], ...]] = (
    (
        "converter",
        "",
        "write a = np.functional.fill_diagonal(a, val)",
        {
            "numpy": "fill_diagonal",
        },
    ),
    (
        "converter",
        "",
        "write a = np.functional.put(a, ind, v)",
        {
            "numpy": "put",
        },
    ),
    (
        "converter",
        "",
        "write a = np.functional.putmask(a, mask, values)",
        {
            "numpy": "putmask",
        },
    ),
    (
        "converter",
        "",
        "write arr = np.functional.place(arr, mask, vals)",
        {
            "numpy": "place",
        },
    ),
    (
        "converter",
        "",
        "write arr = np.functional.put_along_axis(arr, indices, values, axis)",
        {
            "numpy": "put_along_axis",
        },
    ),
    (
        "converter",
        "",
        "write dst = np.functional.copyto(dst, src)",
        {
            "numpy": "copyto",
        },
    ),
    (
        "converter",
        "",
        "write x = np.functional.add_at(x, indices, values)",
        {
            "ufunc": "at",
        },
    ),
    (
        "converter",
        "",
        "write x = np.functional.fill(x, value)",
        {
            "ndarray": "fill",
        },
    ),
    (
        "converter",
        "",
        "write x = np.functional.put(x, indices, values)",
        {
            "ndarray": "put",
        },
    ),
    (
        "converter",
        "",
        "write x = np.functional.resize(x, shape)",
        {
            "ndarray": "resize",
        },
    ),
    (
        "converter",
        "",
        "write x = np.partition(x, kth)",
        {
            "ndarray": "partition",
        },
    ),
    (
        "converter",
        "",
        "write x = np.sort(x)",
        {
            "ndarray": "sort",
        },
    ),
    (
        "device",
        "",
        "",
        {
            "ndarray": (
                "T all any argmax argmin argpartition argsort astype base choose clip compress conj conjugate copy "
                "cumprod cumsum diagonal dot dtype flat flatten imag itemsize mT max mean min nbytes ndim nonzero prod "
                "ravel real repeat reshape round searchsorted shape size squeeze std sum swapaxes take to_device trace "
                "transpose var view"
            ),
            "numpy": (
                "abs absolute acos acosh add all allclose amax amin angle any append apply_along_axis apply_over_axes "
                "arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argpartition argsort "
                "argwhere around array array_equal array_equiv array_split asanyarray asarray asarray_chkfinite "
                "ascontiguousarray asin asinh astype atan atan2 atanh atleast_1d atleast_2d atleast_3d average "
                "bincount bitwise_and bitwise_count bitwise_invert bitwise_left_shift bitwise_not bitwise_or "
                "bitwise_right_shift bitwise_xor block broadcast_arrays broadcast_shapes broadcast_to c_ cbrt ceil "
                "choose clip column_stack compress concat concatenate conj conjugate convolve copy copysign corrcoef "
                "correlate cos cosh count_nonzero cov cross cumprod cumsum cumulative_prod cumulative_sum deg2rad "
                "degrees delete diag diag_indices diag_indices_from diagflat diagonal diff digitize divide divmod dot "
                "dsplit dstack ediff1d einsum empty empty_like equal exp exp2 expand_dims expm1 extract eye fabs fix "
                "flatnonzero flip fliplr flipud float_power floor floor_divide fmax fmin fmod frexp fromfunction full "
                "full_like gcd geomspace gradient greater greater_equal heaviside histogram histogram_bin_edges hsplit "
                "hstack hypot i0 identity imag index_exp indices inner insert interp intersect1d invert isclose "
                "iscomplex iscomplexobj isfinite isin isinf isnan isneginf isposinf isreal isrealobj isscalar iterable "
                "ix_ kron lcm ldexp left_shift less less_equal lexsort linspace log log10 log1p log2 logaddexp "
                "logaddexp2 logical_and logical_not logical_or logical_xor logspace mask_indices matmul "
                "matrix_transpose matvec max maximum may_share_memory mean median meshgrid mgrid min minimum mod modf "
                "moveaxis multiply nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian nanmin "
                "nanpercentile nanprod nanquantile nanstd nansum nanvar ndenumerate ndim ndindex negative nextafter "
                "nonzero not_equal ogrid ones ones_like outer pad partition percentile permute_dims piecewise polyval "
                "positive pow power prod ptp quantile r_ rad2deg radians ravel ravel_multi_index real real_if_close "
                "reciprocal remainder repeat require reshape resize right_shift rint roll rollaxis rot90 round "
                "row_stack s_ searchsorted select setdiff1d setxor1d shape shares_memory sign signbit sin sinc sinh "
                "size sort sort_complex spacing split sqrt square squeeze stack std subtract sum swapaxes take "
                "take_along_axis tan tanh tensordot tile trace transpose trapezoid tri tril tril_indices "
                "tril_indices_from trim_zeros triu triu_indices triu_indices_from true_divide trunc ufunc union1d "
                "unique unique_all unique_counts unique_inverse unique_values unravel_index unstack unwrap vander var "
                "vdot vecdot vecmat vsplit vstack where zeros zeros_like"
            ),
            "numpy.fft": (
                "fft fft2 fftfreq fftn fftshift hfft ifft ifft2 ifftn ifftshift ihfft irfft irfft2 irfftn rfft rfft2 "
                "rfftfreq rfftn"
            ),
            "numpy.lib.stride_tricks": "sliding_window_view",
            "numpy.linalg": (
                "LinAlgError cholesky cond cross det diagonal eigh eigvalsh inv lstsq matmul matrix_norm matrix_power "
                "matrix_rank matrix_transpose multi_dot norm outer pinv qr slogdet solve svd svdvals tensordot "
                "tensorinv tensorsolve trace vecdot vector_norm"
            ),
            "numpy.polynomial.chebyshev": "chebdomain chebone chebx chebzero",
            "numpy.polynomial.hermite": "hermdomain hermone hermx hermzero",
            "numpy.polynomial.hermite_e": "hermedomain hermeone hermex hermezero",
            "numpy.polynomial.laguerre": "lagdomain lagone lagx lagzero",
            "numpy.polynomial.legendre": "legdomain legone legx legzero",
            "numpy.polynomial.polynomial": "polydomain polyone polyx polyzero",
            "ufunc": "accumulate outer reduce reduceat resolve_dtypes",
        },
    ),
    (
        "device",
        "",
        "TensorFlow's name of the device, equal to 'cpu' where NumPy says so",
        {
            "ndarray": "device",
        },
    ),
    (
        "device",
        "",
        "it is tf.Tensor",
        {
            "numpy": "ndarray",
        },
    ),
    (
        "device",
        "NT506",
        "",
        {
            "ndarray": "strides",
            "numpy": "asfortranarray isfortran",
        },
    ),
    (
        "host",
        "",
        "NumPy's assertions, which take tensors too",
        {
            "numpy.testing": (
                "BLAS_SUPPORTS_FPE HAS_LAPACK64 HAS_REFCOUNT IS_64BIT IS_EDITABLE IS_INSTALLED IS_MUSL IS_PYPY "
                "IS_PYSTON IS_WASM IgnoreException KnownFailureException NOGIL_BUILD NUMPY_ROOT SkipTest TestCase "
                "assert_ assert_allclose assert_almost_equal assert_approx_equal assert_array_almost_equal "
                "assert_array_almost_equal_nulp assert_array_compare assert_array_equal assert_array_less "
                "assert_array_max_ulp assert_equal assert_no_gc_cycles assert_no_warnings assert_raises "
                "assert_raises_regex assert_string_equal assert_warns break_cycles build_err_msg check_support_sve "
                "clear_and_catch_warnings decorate_methods jiffies measure memusage print_assert_equal run_threaded "
                "rundocs runstring suppress_warnings tempdir temppath verbose"
            ),
        },
    ),
    (
        "host",
        "",
        "NumPy's class, with 0-d tensors among its instances",
        {
            "numpy": "complexfloating floating generic inexact integer number signedinteger unsignedinteger",
        },
    ),
    (
        "host",
        "",
        "NumPy's class: coefficients and results are host arrays",
        {
            "numpy": "poly1d",
        },
    ),
    (
        "host",
        "",
        "NumPy's own",
        {
            "numpy": "test",
        },
    ),
    (
        "host",
        "",
        "NumPy's own stream, drawn on the host",
        {
            "numpy.random": "get_bit_generator set_bit_generator",
            "numpy.random.Generator": (
                "beta binomial bit_generator bytes chisquare choice dirichlet exponential f gamma geometric gumbel "
                "hypergeometric integers laplace logistic lognormal logseries multinomial multivariate_hypergeometric "
                "multivariate_normal negative_binomial noncentral_chisquare noncentral_f normal pareto permutation "
                "permuted poisson power random rayleigh shuffle spawn standard_cauchy standard_exponential "
                "standard_gamma standard_normal standard_t triangular uniform vonmises wald weibull zipf"
            ),
            "numpy.random.RandomState": (
                "beta binomial bytes chisquare choice dirichlet exponential f gamma geometric get_state gumbel "
                "hypergeometric laplace logistic lognormal logseries multinomial multivariate_normal negative_binomial "
                "noncentral_chisquare noncentral_f normal pareto permutation poisson power rand randint randn random "
                "random_integers random_sample rayleigh seed set_state shuffle standard_cauchy standard_exponential "
                "standard_gamma standard_normal standard_t tomaxint triangular uniform vonmises wald weibull zipf"
            ),
        },
    ),
    (
        "host",
        "",
        "NumPy's own stream, drawn on the host; np.random.device_rng draws on the device",
        {
            "numpy.random": (
                "BitGenerator Generator MT19937 PCG64 PCG64DXSM Philox RandomState SFC64 SeedSequence beta binomial "
                "bytes chisquare choice default_rng dirichlet exponential f gamma geometric get_state gumbel "
                "hypergeometric laplace logistic lognormal logseries multinomial multivariate_normal negative_binomial "
                "noncentral_chisquare noncentral_f normal pareto permutation poisson power rand randint randn random "
                "random_integers random_sample ranf rayleigh sample seed set_state shuffle standard_cauchy "
                "standard_exponential standard_gamma standard_normal standard_t triangular uniform vonmises wald "
                "weibull zipf"
            ),
        },
    ),
    (
        "host",
        "",
        "NumPy's own: the options hold for tensors too",
        {
            "numpy": "get_printoptions printoptions set_printoptions",
        },
    ),
    (
        "host",
        "",
        "a handful of coefficients",
        {
            "numpy": "poly polyadd polyder polydiv polyint polymul polysub",
        },
    ),
    (
        "host",
        "",
        "a least-squares fit of a handful of coefficients",
        {
            "numpy": "polyfit",
        },
    ),
    (
        "host",
        "",
        "a table of M numbers",
        {
            "numpy": "bartlett blackman hamming hanning kaiser",
        },
    ),
    (
        "host",
        "",
        "decided from dtypes alone",
        {
            "numpy": (
                "can_cast common_type finfo iinfo isdtype issubdtype min_scalar_type mintypecode promote_types "
                "result_type"
            ),
        },
    ),
    (
        "host",
        "",
        "eigenvalues, whose dtype depends on the values",
        {
            "numpy": "roots",
        },
    ),
    (
        "host",
        "",
        "gives Python objects",
        {
            "ndarray": "dump dumps item tobytes tofile tolist",
        },
    ),
    (
        "host",
        "",
        "it calls a Python function for each element",
        {
            "numpy": "vectorize",
        },
    ),
    (
        "host",
        "",
        "it computes with shapes only, and returns a list and a text",
        {
            "numpy": "einsum_path",
        },
    ),
    (
        "host",
        "",
        "it handles bits",
        {
            "numpy": "packbits unpackbits",
        },
    ),
    (
        "host",
        "",
        "it iterates over elements",
        {
            "numpy": "broadcast",
        },
    ),
    (
        "host",
        "",
        "it makes text",
        {
            "numpy": "base_repr binary_repr",
        },
    ),
    (
        "host",
        "",
        "it reads memory, text or an iterator",
        {
            "numpy": "fromiter fromstring",
        },
    ),
    (
        "host",
        "",
        "it reads or writes a file",
        {
            "numpy": "fromfile fromregex genfromtxt load loadtxt save savetxt savez savez_compressed",
        },
    ),
    (
        "host",
        "",
        "it sets how NumPy prints polynomials",
        {
            "numpy.polynomial": "set_default_printstyle",
        },
    ),
    (
        "host",
        "",
        "polynomials are small, and NumPy's own code gives its own rounding",
        {
            "numpy.polynomial": "Chebyshev Hermite HermiteE Laguerre Legendre Polynomial",
            "numpy.polynomial.chebyshev": (
                "Chebyshev cheb2poly chebadd chebcompanion chebder chebdiv chebfit chebfromroots chebgauss chebgrid2d "
                "chebgrid3d chebint chebinterpolate chebline chebmul chebmulx chebpow chebpts1 chebpts2 chebroots "
                "chebsub chebtrim chebval chebval2d chebval3d chebvander chebvander2d chebvander3d chebweight "
                "poly2cheb"
            ),
            "numpy.polynomial.hermite": (
                "Hermite herm2poly hermadd hermcompanion hermder hermdiv hermfit hermfromroots hermgauss hermgrid2d "
                "hermgrid3d hermint hermline hermmul hermmulx hermpow hermroots hermsub hermtrim hermval hermval2d "
                "hermval3d hermvander hermvander2d hermvander3d hermweight poly2herm"
            ),
            "numpy.polynomial.hermite_e": (
                "HermiteE herme2poly hermeadd hermecompanion hermeder hermediv hermefit hermefromroots hermegauss "
                "hermegrid2d hermegrid3d hermeint hermeline hermemul hermemulx hermepow hermeroots hermesub hermetrim "
                "hermeval hermeval2d hermeval3d hermevander hermevander2d hermevander3d hermeweight poly2herme"
            ),
            "numpy.polynomial.laguerre": (
                "Laguerre lag2poly lagadd lagcompanion lagder lagdiv lagfit lagfromroots laggauss laggrid2d laggrid3d "
                "lagint lagline lagmul lagmulx lagpow lagroots lagsub lagtrim lagval lagval2d lagval3d lagvander "
                "lagvander2d lagvander3d lagweight poly2lag"
            ),
            "numpy.polynomial.legendre": (
                "Legendre leg2poly legadd legcompanion legder legdiv legfit legfromroots leggauss leggrid2d leggrid3d "
                "legint legline legmul legmulx legpow legroots legsub legtrim legval legval2d legval3d legvander "
                "legvander2d legvander3d legweight poly2leg"
            ),
            "numpy.polynomial.polynomial": (
                "Polynomial polyadd polycompanion polyder polydiv polyfit polyfromroots polygrid2d polygrid3d polyint "
                "polyline polymul polymulx polypow polyroots polysub polytrim polyval polyval2d polyval3d "
                "polyvalfromroots polyvander polyvander2d polyvander3d"
            ),
            "numpy.polynomial.polyutils": "as_series format_float getdomain mapdomain mapparms trimcoef trimseq",
        },
    ),
    (
        "host",
        "",
        "samples of several dimensions are binned by NumPy",
        {
            "numpy": "histogram2d histogramdd",
        },
    ),
    (
        "host",
        "",
        "text is made on the host",
        {
            "numpy": "array2string array_repr array_str format_float_positional format_float_scientific",
        },
    ),
    (
        "host",
        "",
        "the dtype of the result depends on the values",
        {
            "numpy.lib.scimath": "arccos arcsin arctanh log log10 log2 logn power sqrt",
        },
    ),
    (
        "host",
        "",
        "whether the result is real depends on the values",
        {
            "numpy.linalg": "eig eigvals",
        },
    ),
    (
        "numpy",
        "",
        "NumPy's own object",
        {
            "numpy": (
                "False_ ScalarType True_ __array_namespace_info__ bool bool_ byte cdouble clongdouble complex128 "
                "complex256 complex64 csingle double dtype e errstate euler_gamma float128 float16 float32 float64 "
                "getbufsize geterr geterrcall half inf info int16 int32 int64 int8 int_ intc intp little_endian long "
                "longdouble longlong nan newaxis pi sctypeDict setbufsize seterr seterrcall short single typecodes "
                "typename ubyte uint uint16 uint32 uint64 uint8 uintc uintp ulong ulonglong ushort"
            ),
            "numpy.lib.array_utils": "byte_bounds normalize_axis_index normalize_axis_tuple",
        },
    ),
    (
        "numpy",
        "",
        "annotations are never evaluated as arrays",
        {
            "numpy.typing": "ArrayLike DTypeLike NBitBase NDArray",
        },
    ),
    (
        "numpy",
        "",
        "dtype classes are NumPy's",
        {
            "numpy.dtypes": (
                "BoolDType ByteDType CLongDoubleDType Complex128DType Complex64DType Float16DType Float32DType "
                "Float64DType Int16DType Int32DType Int64DType Int8DType IntDType LongDType LongDoubleDType "
                "LongLongDType ShortDType UByteDType UInt16DType UInt32DType UInt64DType UInt8DType UIntDType "
                "ULongDType ULongLongDType UShortDType VoidDType"
            ),
        },
    ),
    (
        "numpy",
        "",
        "it asks NumPy about itself",
        {
            "numpy": "show_config show_runtime",
            "numpy.lib": "tracemalloc_domain",
            "numpy.lib.introspect": "opt_func_info",
        },
    ),
    (
        "numpy",
        "",
        "it builds extension modules",
        {
            "numpy.f2py": "get_include run_main",
        },
    ),
    (
        "numpy",
        "",
        "it compares versions of NumPy",
        {
            "numpy.lib": "NumpyVersion",
        },
    ),
    (
        "numpy",
        "",
        "it documents C functions",
        {
            "numpy.lib": "add_docstring add_newdoc",
        },
    ),
    (
        "numpy",
        "",
        "it is the version of the NumPy that is installed",
        {
            "numpy": "__version__",
            "numpy.version": "full_version git_revision release short_version version",
        },
    ),
    (
        "numpy",
        "",
        "it reads and writes files on the host",
        {
            "numpy.lib.format": (
                "ARRAY_ALIGN BUFFER_SIZE EXPECTED_KEYS GROWTH_AXIS_MAX_DIGITS MAGIC_LEN MAGIC_PREFIX descr_to_dtype "
                "drop_metadata dtype_to_descr header_data_from_array_1_0 isfileobj magic read_array "
                "read_array_header_1_0 read_array_header_2_0 read_magic write_array write_array_header_1_0 "
                "write_array_header_2_0"
            ),
            "numpy.lib.npyio": "DataSource NpzFile",
        },
    ),
    (
        "numpy",
        "",
        "the runtime raises NumPy's own exceptions",
        {
            "numpy.exceptions": (
                "AxisError ComplexWarning DTypePromotionError ModuleDeprecationWarning RankWarning TooHardError "
                "VisibleDeprecationWarning"
            ),
        },
    ),
    (
        "unsupported",
        "NT501",
        "use sliding_window_view, broadcast_to or reshape",
        {
            "numpy.lib.stride_tricks": "as_strided",
        },
    ),
    (
        "unsupported",
        "NT502",
        "keep one array for each field, or a dict of arrays",
        {
            "numpy": "void",
        },
    ),
    (
        "unsupported",
        "NT502",
        "use one tensor per field",
        {
            "numpy": "recarray record",
            "numpy.rec": (
                "array find_duplicate format_parser fromarrays fromfile fromrecords fromstring recarray record"
            ),
        },
    ),
    (
        "unsupported",
        "NT502",
        "use x.astype",
        {
            "ndarray": "getfield",
        },
    ),
    (
        "unsupported",
        "NT502",
        "write the elements with np.tensor_scatter_update",
        {
            "ndarray": "setfield",
        },
    ),
    (
        "unsupported",
        "NT503",
        "convert values with `.astype(...)` instead of reading memory in another way",
        {
            "ndarray": "data",
            "numpy": "from_dlpack frombuffer",
        },
    ),
    (
        "unsupported",
        "NT503",
        "iterate over np.ndindex(x.shape)",
        {
            "numpy": "nested_iters",
        },
    ),
    (
        "unsupported",
        "NT503",
        "iterate over np.ndindex(x.shape), or write the operation on whole arrays",
        {
            "numpy": "nditer",
        },
    ),
    (
        "unsupported",
        "NT503",
        "tensors have the native byte order",
        {
            "ndarray": "newbyteorder",
        },
    ),
    (
        "unsupported",
        "NT503",
        "use np.ravel(x)",
        {
            "numpy": "flatiter",
        },
    ),
    (
        "unsupported",
        "NT503",
        "write x = np.functional.byteswap(x)",
        {
            "ndarray": "byteswap",
        },
    ),
    (
        "unsupported",
        "NT504",
        "use a list of arrays, or a numeric dtype",
        {
            "numpy": "frompyfunc object_",
            "numpy.dtypes": "ObjectDType",
        },
    ),
    (
        "unsupported",
        "NT505",
        "tensors are never writable in place: drop the flag",
        {
            "ndarray": "flags",
        },
    ),
    (
        "unsupported",
        "NT505",
        "tensors are never writeable",
        {
            "ndarray": "setflags",
        },
    ),
    (
        "unsupported",
        "NT507",
        "use 2-D arrays and `@`",
        {
            "numpy.matlib": "empty eye identity ones rand randn repmat zeros",
        },
    ),
    (
        "unsupported",
        "NT507",
        "use np.block",
        {
            "numpy": "bmat",
        },
    ),
    (
        "unsupported",
        "NT507",
        "use two-dimensional arrays and @",
        {
            "numpy": "asmatrix matrix",
        },
    ),
    (
        "unsupported",
        "NT508",
        "carry a mask beside the values, or use NaN and np.nansum, np.nanmean, ...",
        {
            "numpy.ma": (
                "MAError MaskError MaskType MaskedArray abs absolute add all allclose allequal alltrue amax amin angle "
                "anom anomalies any append apply_along_axis apply_over_axes arange arccos arccosh arcsin arcsinh "
                "arctan arctan2 arctanh argmax argmin argsort around array asanyarray asarray atleast_1d atleast_2d "
                "atleast_3d average bitwise_and bitwise_or bitwise_xor bool_ ceil choose clip clump_masked "
                "clump_unmasked column_stack common_fill_value compress compress_cols compress_nd compress_rowcols "
                "compress_rows compressed concatenate conjugate convolve copy corrcoef correlate cos cosh count "
                "count_masked cov cumprod cumsum default_fill_value diag diagflat diagonal diff divide dot dstack "
                "ediff1d empty empty_like equal exp expand_dims fabs filled fix_invalid flatnotmasked_contiguous "
                "flatnotmasked_edges flatten_mask flatten_structured_array floor floor_divide fmod frombuffer fromflex "
                "fromfunction getdata getmask getmaskarray greater greater_equal harden_mask hsplit hstack hypot "
                "identity ids in1d indices inner innerproduct intersect1d isMA isMaskedArray is_mask is_masked isarray "
                "isin left_shift less less_equal log log10 log2 logical_and logical_not logical_or logical_xor "
                "make_mask make_mask_descr make_mask_none mask_cols mask_or mask_rowcols mask_rows masked masked_all "
                "masked_all_like masked_array masked_equal masked_greater masked_greater_equal masked_inside "
                "masked_invalid masked_less masked_less_equal masked_not_equal masked_object masked_outside "
                "masked_print_option masked_singleton masked_values masked_where max maximum maximum_fill_value mean "
                "median min minimum minimum_fill_value mod mr_ multiply mvoid ndenumerate ndim negative nomask nonzero "
                "not_equal notmasked_contiguous notmasked_edges ones ones_like outer outerproduct polyfit power prod "
                "product ptp put putmask ravel remainder repeat reshape resize right_shift round round_ row_stack "
                "set_fill_value setdiff1d setxor1d shape sin sinh size soften_mask sometrue sort sqrt squeeze stack "
                "std subtract sum swapaxes take tan tanh trace transpose true_divide union1d unique vander var vstack "
                "where zeros zeros_like"
            ),
        },
    ),
    (
        "unsupported",
        "NT508",
        "keep the mask as a boolean array beside the data, or use the nan-functions",
        {
            "numpy.ma.core": (
                "MAError MaskError MaskType MaskedArray abs absolute add all allclose allequal alltrue amax amin angle "
                "anom anomalies any append arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin "
                "argsort around array asanyarray asarray bitwise_and bitwise_or bitwise_xor bool_ ceil choose clip "
                "common_fill_value compress compressed concatenate conjugate convolve copy correlate cos cosh count "
                "cumprod cumsum default_fill_value diag diagonal diff divide empty empty_like equal exp expand_dims "
                "fabs filled fix_invalid flatten_mask flatten_structured_array floor floor_divide fmod frombuffer "
                "fromflex fromfunction getdata getmask getmaskarray greater greater_equal harden_mask hypot identity "
                "ids indices inner innerproduct isMA isMaskedArray is_mask is_masked isarray left_shift less "
                "less_equal log log10 log2 logical_and logical_not logical_or logical_xor make_mask make_mask_descr "
                "make_mask_none mask_or masked masked_array masked_equal masked_greater masked_greater_equal "
                "masked_inside masked_invalid masked_less masked_less_equal masked_not_equal masked_object "
                "masked_outside masked_print_option masked_singleton masked_values masked_where max maximum "
                "maximum_fill_value mean min minimum minimum_fill_value mod multiply mvoid ndim negative nomask "
                "nonzero not_equal ones ones_like outer outerproduct power prod product ptp put putmask ravel "
                "remainder repeat reshape resize right_shift round round_ set_fill_value shape sin sinh size "
                "soften_mask sometrue sort sqrt squeeze std subtract sum swapaxes take tan tanh trace transpose "
                "true_divide var where zeros zeros_like"
            ),
            "numpy.ma.extras": (
                "apply_along_axis apply_over_axes atleast_1d atleast_2d atleast_3d average clump_masked clump_unmasked "
                "column_stack compress_cols compress_nd compress_rowcols compress_rows corrcoef count_masked cov "
                "diagflat dot dstack ediff1d flatnotmasked_contiguous flatnotmasked_edges hsplit hstack in1d "
                "intersect1d isin mask_cols mask_rowcols mask_rows masked_all masked_all_like median mr_ ndenumerate "
                "notmasked_contiguous notmasked_edges polyfit row_stack setdiff1d setxor1d stack union1d unique vander "
                "vstack"
            ),
            "numpy.ma.mrecords": "MaskedRecords addfield fromarrays fromrecords fromtextfile mrecarray",
        },
    ),
    (
        "unsupported",
        "NT509",
        "convert dates to numbers before, on the host",
        {
            "numpy": "datetime64 timedelta64",
            "numpy.dtypes": "DateTime64DType TimeDelta64DType",
        },
    ),
    (
        "unsupported",
        "NT509",
        "stay with NumPy for dates",
        {
            "numpy": "busday_count busday_offset busdaycalendar datetime_as_string datetime_data is_busday",
        },
    ),
    (
        "unsupported",
        "NT509",
        "use np.isnan on numbers",
        {
            "numpy": "isnat",
        },
    ),
    (
        "unsupported",
        "NT510",
        "keep strings in Python lists",
        {
            "numpy": "bytes_ character flexible str_",
            "numpy.char": (
                "add array asarray capitalize center chararray compare_chararrays count decode encode endswith equal "
                "expandtabs find greater greater_equal index isalnum isalpha isdecimal isdigit islower isnumeric "
                "isspace istitle isupper join less less_equal ljust lower lstrip mod multiply not_equal partition "
                "replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith str_len strip "
                "swapcase title translate upper zfill"
            ),
            "numpy.dtypes": "BytesDType StrDType StringDType",
            "numpy.strings": (
                "add capitalize center count decode encode endswith equal expandtabs find greater greater_equal index "
                "isalnum isalpha isdecimal isdigit islower isnumeric isspace istitle isupper less less_equal ljust "
                "lower lstrip mod multiply not_equal partition replace rfind rindex rjust rpartition rstrip slice "
                "startswith str_len strip swapcase title translate upper zfill"
            ),
        },
    ),
    (
        "unsupported",
        "NT511",
        "hand out np.asarray(x)",
        {
            "ndarray": "ctypes",
        },
    ),
    (
        "unsupported",
        "NT511",
        "load the data into an array first: `np.array(mapped)`",
        {
            "numpy": "get_include",
            "numpy.ctypeslib": "as_array as_ctypes as_ctypes_type c_intp load_library ndpointer",
            "numpy.lib.format": "open_memmap",
        },
    ),
    (
        "unsupported",
        "NT511",
        "use NumPy's own memmap, and np.asarray of a part of it",
        {
            "numpy": "memmap",
        },
    ),
    (
        "unsupported",
        "NT513",
        "keep the array as an attribute of a plain class",
        {
            "numpy.lib.mixins": "NDArrayOperatorsMixin",
        },
    ),
    (
        "unsupported",
        "NT601",
        "loop over slices of the array",
        {
            "numpy.lib": "Arrayterator",
        },
    ),
    (
        "unsupported",
        "NT601",
        "run NumPy's tests with NumPy",
        {
            "numpy.fft": "test",
            "numpy.lib": "test",
            "numpy.linalg": "test",
            "numpy.polynomial": "test",
            "numpy.random": "test",
        },
    ),
    (
        "unsupported",
        "NT602",
        "write np.ptp(x)",
        {
            "ndarray": "ptp",
        },
    ),
    (
        "unsupported",
        "NT604",
        "write x = np.tensor_scatter_update(x, index, value)",
        {
            "ndarray": "itemset",
        },
    ),
)

API: Final[Mapping[str, Api]] = {
    f"{owner}.{name}": Api(where, code, note)
    for where, code, note, owners in _ROWS
    for owner, names in owners.items()
    for name in names.split()
}

ARGUMENTS: Final[Mapping[str, tuple[Argument, ...]]] = {
    "numpy.clip": (
        Argument(
            "where",
            "NT604",
            "write np.where(mask, np.clip(x, low, high), x): NumPy leaves the rest undefined",
        ),
    ),
    "numpy.genfromtxt": (
        Argument(
            "usemask",
            "NT508",
            "use filling_values=np.nan",
        ),
    ),
    "numpy.load": (
        Argument(
            "mmap_mode",
            "NT511",
            "leave it out: a tensor is in memory",
        ),
    ),
}
"""Arguments that raise, by the name of the function; `out` is not among them: the converter rewrites it."""
