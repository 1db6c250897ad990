"""Shapes, as they are printed."""

import numpy as np

x = np.arange(24).reshape(2, 3, 4)
print(x.shape, x.ndim, x.size, x.nbytes, len(x), x.T.shape, x[0].shape, x[..., None].shape)
print(x.reshape(4, -1), x.ravel(), x.reshape(-1, 8), sep="\n")
print(np.swapaxes(x, 0, 2).shape, np.moveaxis(x, 0, -1).shape, np.squeeze(x[:1]).shape, x.transpose(1, 0, 2).shape)
print(np.expand_dims(x, 0).shape, np.broadcast_shapes((3, 1), (1, 4)), np.atleast_2d([1, 2]).shape)
print(f"{x.shape} {x.shape[1:]} {x.shape[0] * 2}", "%s" % (x.shape,), x.shape == (2, 3, 4))
