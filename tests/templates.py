"""What generated programs are made of: each table is read by splitting at two spaces or more.

`{x}` is an array, `{y}` an array of the same shape where there is one, `{s}` a number, `{m}` a mask, `{i}` an index.
What does not fit the array at hand is tried, raises, and is dropped. What stands there twice is drawn twice as often.
"""

from __future__ import annotations

import re


def table(text: str) -> tuple[str, ...]:
    return tuple(re.split(r"\s{2,}", text.strip()))


VIEWS: dict[int, tuple[str, ...]] = {
    1: table(
        """
        {x}[1:]   {x}[1:]   {x}[:-1]   {x}[1:-1]   {x}[::2]   {x}[::-1]   {x}[-3:]   {x}[1:3]   {x}[{i}:]
        {x}[:{i}]   {x}[-2:0:-1]   {x}[:]   {x}[...]   {x}[None]   {x}[:, None]   {x}[np.newaxis, :]
        {x}.reshape(2, -1)   {x}.reshape(-1, 1)   {x}.T   {x}.view()   {x}.ravel()   {x}.real   {x}.squeeze()
        {x}.conj()   np.flip({x})   np.asarray({x})   np.atleast_1d({x})   np.atleast_2d({x})
        np.expand_dims({x}, 0)   np.split({x}, 2)[0]   np.array_split({x}, 2)[1]   np.reshape({x}, (2, -1))
        np.broadcast_to({x}, (2, {x}.size))
        """
    ),
    2: table(
        """
        {x}[0]   {x}[0]   {x}[1]   {x}[-1]   {x}[{i}]   {x}[:, 0]   {x}[:, 0]   {x}[:, -1]   {x}[:, 1:]   {x}[1:]
        {x}[1:, :-1]   {x}[0, 1:]   {x}[..., 0]   {x}[::-1]   {x}[:, ::-1]   {x}[::2, ::2]   {x}[None, ...]
        {x}[0][1:]   {x}[1:][0]   {x}[{i}, {i}:]   {x}.T   {x}.T   {x}.T[0]   {x}.T[1:]   {x}.transpose()
        {x}.swapaxes(0, 1)   {x}.reshape(-1)   {x}.reshape({x}.shape[1], {x}.shape[0])   {x}.reshape(-1, 1)
        {x}.ravel()   {x}.flatten()   {x}.T.ravel()   {x}.diagonal()   {x}[:, ::2].reshape(-1)
        np.transpose({x})   np.swapaxes({x}, 0, 1)   np.moveaxis({x}, 0, 1)   np.rollaxis({x}, 1)   np.ravel({x})
        np.flip({x})   np.flip({x}, 0)   np.fliplr({x})   np.flipud({x})   np.rot90({x})   np.diag({x})
        np.expand_dims({x}, 1)   np.vsplit({x}, [1])[1]   np.hsplit({x}, 2)[1]   np.atleast_2d({x})
        """
    ),
    3: table(
        """
        {x}[0]   {x}[-1]   {x}[:, 0]   {x}[..., 0]   {x}[0, 1]   {x}[0, :, 1]   {x}[:, :, 1:]   {x}[:, ::-1]
        {x}.T   {x}.transpose(1, 0, 2)   {x}.transpose(2, 0, 1)   {x}.swapaxes(1, 2)
        {x}.reshape({x}.shape[0], -1)   {x}.reshape(-1)   {x}.squeeze()   np.moveaxis({x}, 0, -1)
        np.squeeze({x})   np.dsplit({x}, 2)[0]
        """
    ),
}
INDICES: dict[int, tuple[str, ...]] = {
    1: table(
        """
        0   1   -1   {i}   {i}   1:   1:   :-1   1:-1   ::2   ::-1   :   ...   {i}:   1:1   {m}   {m}   ~({m})
        [0, 2]   [0, 0, 1]   np.array([1, 0])   np.arange(2)   np.where({m})   np.argsort({x})   np.array(1)
        np.int64(1)   slice(0, 2)   None
        """
    ),
    2: table(
        """
        0   -1   {i}   0, 1   0, 1   {i}, {i}   -1, 0   :, 0   :, -1   :, {i}   1:   1:, :-1   1:-1, 1:-1   0, 1:
        ..., 0   :   ...   ::2, ::2   ::-1   {m}   {m}   [0, 1]   [0, 1], [1, 0]   :, [0, 1]   (0, 1)
        np.s_[0, :]   np.ix_([0, 1], [1])   np.array([True] + [False] * ({x}.shape[0] - 1))   np.diag_indices(2)
        np.triu_indices(2)
        """
    ),
    3: table(
        """
        0   0, 1   0, 1, 0   ..., 0   :, 0   0, :, 1   {i}   :, :, 1:   {m}   1:, ...   [1, 0]
        """
    ),
}
OPERATORS: dict[str, tuple[str, ...]] = {
    "f": table("+=  +=  -=  *=  *=  /=  **=  //=  %="),
    "i": table("+=  +=  -=  *=  //=  %=  |=  &=  ^=  <<="),
    "b": table("|=  &=  ^="),
    "c": table("+=  -=  *=  /="),
}
METHODS = table(
    """
    {x}.fill({s})   {x}.fill({s})   {x}.sort()   {x}.sort()   {x}.sort(axis=0)   {x}.put([0, 1], {s})
    {x}.partition(1)   {x}[1:].sort()   {x}[0].sort()   {x}[:, 0].sort()
    """
)
FUNCTIONS = table(
    """
    np.copyto({x}, {s})   np.copyto({x}, {y})   np.copyto({x}, {s}, where={m})   np.copyto({x}[1:], {s})
    np.put({x}, [0, 2], {s})   np.place({x}, {m}, [{s}])   np.putmask({x}, {m}, {s})
    np.fill_diagonal({x}, {s})   np.put_along_axis({x}, np.zeros({x}.shape, int), {s}, 0)
    np.add.at({x}, [0, 0, 1], {s})   np.subtract.at({x}, 0, {s})   np.multiply.at({x}, [0], {s})
    np.maximum.at({x}, [1, 0], {s})   rng.shuffle({x})   np.random.shuffle({x})
    np.nan_to_num({x}, copy=False)
    """
)
OUTS = table(
    """
    np.add({x}, {y}, out={x})   np.add({x}, {s}, out={y})   np.multiply({x}, {y}, {x})
    np.subtract({x}, {s}, out={x}[...])   np.negative({x}, out={x})   np.sqrt(np.abs({x}), out={x})
    np.abs({x}, {x})   np.exp(-np.abs({x}), out={y})   np.clip({x}, 0, 2, out={x})   {x}.clip(0, 2, out={x})
    np.cumsum({x}, out={x})   np.cumsum({x}, axis=0, out={y})   np.maximum({x}, 0, out={x})
    np.add({x}[1:], {s}, out={x}[:-1])   np.add({x}[0], {s}, out={x}[1])   np.dot({x}, {y}, out={x})
    np.multiply({x}, {s}, out={x}, where={m})   np.take({x}, [1, 0], out={x}[:2])
    """
)
FRESH = table(
    """
    {x} + {s}   {x} + {s}   {x} * {y}   {x} - {y}   {x} + {y}   {x}.copy()   {x}.copy()   np.copy({x})
    np.array({x})   np.zeros_like({x})   np.ones_like({x})   np.full_like({x}, 2)   np.where({m}, {x}, {s})
    np.where({m}, {x}, {y})   -{x}   +{x}   np.abs({x})   np.sqrt(np.abs({x}))   np.maximum({x}, {y})
    np.sort({x})   np.cumsum({x}, axis=0)   np.roll({x}, 1, axis=0)   np.concatenate([{x}, {y}])
    np.vstack([{x}, {y}])   np.tile({x}, 2)   np.outer({x}, {x})   {x} @ {y}   {x}.T @ {x}   {x}.sum(axis=0)
    {x}.mean(axis=-1)   {x}.astype(float)   {x}.astype(int)   {x}.astype(float, copy=False)   {x} > {s}
    {x}[[1, 0]]   {x}[np.array([0, 1])]   {x}[::-1].copy()   np.diff({x}, axis=0)
    np.take({x}, [0, 1], axis=0)   np.conj({x})   np.stack([{x}, {x}])   np.ascontiguousarray({x})
    np.pad({x}, 1)
    """
)
SCALARS = table(
    """
    {x}.sum()   {x}.max()   float({x}.mean())   {x}[0]   {x}[0, 1]   {x}[-1]   len({x})   {x}.size
    {x}.shape[0]   int({x}.argmax())   {x}.argmax()   {x}.item(0)   np.linalg.norm({x})
    """
)
CONDITIONS = table(
    """
    flag   not flag   n > 2   {x}.sum() > 1   {x}[0] > 0   ({m}).any()   {x}.ndim == 2   {x} is {y}
    {x} is not None   isinstance({x}, np.ndarray)   len({x}) > 2 and flag
    """
)
READS = table(
    """
    {x}.copy()   {x}.copy()   {x}.copy()   {x}.tolist()   float({x}.sum().real)   {x} is {y}   {x}.shape
    str({x}.dtype)   {x} + {y}   {x}[0].copy()   {x}.max()   [r.sum() for r in {x}]   [e + 1 for e in {x}]
    sum(r.sum() for r in {x})   np.shape({x})   {x}[{m}]
    """
)


def programs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("# ---"))


# Functions named `f_...` take arrays; classes named `C_...` take one, and have `held`, `step`, `add` and `get`.
HOLDERS = programs("""
def f_pass(p):
    return p

# ---

def f_view(p):
    return p[1:]

# ---

def f_fresh(p):
    q = np.zeros_like(p)
    q[0] = p[0]
    return q

# ---

def f_copy(p):
    p = p.copy()
    p[0] = 9
    return p

# ---

def f_swap(p, q):
    return q, p

# ---

STORE = np.zeros(3)


def f_global():
    STORE[0] += 1
    return STORE.copy()

# ---

KEPT = []


def f_keep(p):
    KEPT.append(p)
    return len(KEPT)

# ---

class C_own:
    def __init__(self, x):
        self.held = x.copy()

    def step(self):
        self.held[0] += 1

    def add(self, x):
        self.held[...] += x.ravel()[0]

    def get(self):
        return self.held

# ---

class C_shared:
    def __init__(self, x):
        self.held = x

    def step(self):
        self.held *= 2

    def add(self, x):
        self.last = x

    def get(self):
        return self.held.copy()

# ---

class C_two:
    def __init__(self, x):
        self.held = np.zeros(3)
        self.other = np.ones(3)

    def step(self):
        self.held, self.other = self.other, self.held
        self.held[0] = 5

    def add(self, x):
        self.held += x.ravel()[0]

    def get(self):
        return self.other

# ---

class C_view:
    def __init__(self, x):
        self.held = x.copy()
        self.part = self.held[1:]

    def step(self):
        self.part[0] = 4

    def add(self, x):
        part = self.held
        part[0] = x.ravel()[0]

    def get(self):
        return self.part

# ---

def f_part(p):
    return p[0]

# ---

def f_either(p, q):
    return p if p.sum() > q.sum() else q

# ---

def f_list(p, q):
    return [p, q]

# ---

def f_reads(p):
    return p.sum(), p.shape

# ---

def f_row_sums(p):
    out = np.zeros(len(p))
    for i in range(len(p)):
        out[i] = p[i].sum().real
    return out

# ---

class C_part:
    def __init__(self, x):
        self.held = x[1:]

    def step(self):
        self.held = self.held + 1

    def add(self, x):
        self.last = x

    def get(self):
        return self.last if hasattr(self, "last") else self.held

# ---

class C_list:
    def __init__(self, x):
        self.held = x
        self.all = [x]

    def step(self):
        self.all.append(self.held.copy())

    def add(self, x):
        self.all.append(x)

    def get(self):
        return self.all[-1]
""")
CHANGERS = programs("""
def f_set(p):
    p[0] = 1

# ---

def f_scale(p):
    p *= 2

# ---

def f_fill(p, q):
    p[...] = q.ravel()[0]

# ---

def f_both(p, q):
    p[0] = 3
    q += 1
    return p.sum()

# ---

def f_same(p):
    p[0] = 4
    return p

# ---

def f_ravel(p):
    q = p.ravel()
    q[0] = 7
    return q.sum()

# ---

def f_sometimes(p):
    if p.sum() > 2:
        p[0] = 0
        return p
    return p.copy()

# ---

def f_rebind(p):
    p[0] = 2
    p = p + 1
    p[0] = 5
    return p

# ---

def f_deep(p):
    f_inner(p)
    return p.sum()


def f_inner(p):
    p[-1] = 6

# ---

def f_rows(p):
    for r in p:
        r += 1

# ---

def f_out(p):
    np.add(p, 1, out=p)

# ---

def f_sort(p):
    p.sort()
    return p[0]

# ---

def f_again(p, depth=0):
    p[0] += 1
    if depth < 2:
        f_again(p, depth + 1)

# ---

def f_pair(p):
    p[0] = 1
    return p, p.sum()

# ---

def f_try(p):
    try:
        p[0] = 1
        raise KeyError
    except KeyError:
        p[1] = 2

# ---

def f_items(*p):
    for e in p:
        e[0] = 1

# ---

def f_lots(p, *, value=2):
    p[1:] = value
    return value
""")
"""Functions that change what they are given."""

# Functions and classes that get a container of arrays: a list, a tuple or a dict.
TAKERS = programs("""
def h_unpack(c):
    p, q = c
    p += 1
    return q

# ---

def h_rest(c):
    p, *q = c
    p[0] = 3
    q[0][0] = 4

# ---

def h_first(c):
    p = c[0]
    p *= 2
    return p

# ---

def h_last(c):
    p = c[-1]
    p[0] = 8
    return c

# ---

def h_store(c):
    c[0][0] = 4

# ---

def h_update(c):
    c[1] += 1

# ---

def h_each(c):
    for p in c:
        p += 1

# ---

def h_counted(c):
    for k, p in enumerate(c):
        p[0] = k
        c[k] = p

# ---

def h_replace(c):
    for k in range(len(c)):
        c[k] = c[k] * 2

# ---

def h_list(c):
    c = list(c)
    c[0] += 1
    return c

# ---

def h_copies(c):
    q = [p.copy() for p in c]
    q[0][0] = 2
    return q

# ---

def h_give(c):
    return c[0]

# ---

def h_turn(c):
    p, q = c
    return q, p

# ---

def h_more(c):
    c.append(c[0])
    c[0][0] = 6

# ---

def h_take(c):
    p = c.pop()
    p += 1
    return p

# ---

def h_key(c):
    c["a"] += 1
    p = c["b"]
    p[0] = 9

# ---

def h_values(c):
    for p in c.values():
        p += 1

# ---

def h_items(c):
    for k, p in c.items():
        c[k] = p - 1

# ---

def h_through(c):
    def inner(p):
        p[0] = 5
    inner(c[0])

# ---

class C_pair:
    def __init__(self, c):
        self.pair = c

    def step(self):
        p, q = self.pair
        p += 1

    def put(self):
        self.pair[0][0] = 7

    def get(self):
        return self.pair[0]
""")
