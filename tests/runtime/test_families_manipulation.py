"""Shapes, joining, splitting, padding, choosing and elementwise helpers: every function beside NumPy."""

from __future__ import annotations

import pytest
import tensorflow as tf
from differential import check_all

import np2tf_runtime as np
from np2tf_runtime._base import UnsupportedFeatureError

SHAPES = """
np.reshape(np.arange(6), (2, 3))
np.reshape(np.arange(6), (2, -1))
np.reshape(np.arange(6), -1)
np.reshape(np.arange(6), (4, 2))
np.reshape(np.arange(6), (-1, -1))
np.reshape(np.arange(6), (-1, 4))
np.reshape(np.arange(6), (2, -2))
np.reshape(np.arange(6), (2, 3), order='F')
np.reshape(np.arange(6).reshape(2, 3), (3, 2), order='F')
np.reshape(np.arange(24).reshape(2, 3, 4), (4, 6), order='F')
np.reshape(np.arange(6), (2, 3), order='A')
np.reshape(np.arange(6), (2, 3), order='K')
np.reshape(np.arange(6), (2, 3), copy=True)
np.reshape([1, 2], (1, 2, 1))
np.reshape(5, (1, 1))
np.reshape(np.zeros(0), (0, 3))
np.reshape(np.zeros(0), (-1, 3))
np.reshape(np.zeros(0), (-1, 0))
np.reshape(np.arange(6), 2.5)
np.reshape(np.arange(6), np.array([2, 3]))
np.reshape(np.arange(6), ())
np.ravel([[1, 2], [3, 4]])
np.ravel([[1, 2], [3, 4]], order='F')
np.ravel(np.arange(24).reshape(2, 3, 4), 'F')
np.ravel(3)
np.transpose(np.arange(24).reshape(2, 3, 4))
np.transpose(np.arange(24).reshape(2, 3, 4), (1, 0, 2))
np.transpose(np.arange(24).reshape(2, 3, 4), (-1, 0, 1))
np.transpose(np.arange(24).reshape(2, 3, 4), (1, 0))
np.transpose(np.arange(24).reshape(2, 3, 4), (1, 0, 0))
np.transpose(np.arange(24).reshape(2, 3, 4), (1, 0, 5))
np.transpose([1, 2])
np.permute_dims(np.arange(6).reshape(2, 3), (1, 0))
np.matrix_transpose(np.arange(24).reshape(2, 3, 4))
np.matrix_transpose([1, 2])
np.swapaxes(np.arange(24).reshape(2, 3, 4), 0, 2)
np.swapaxes(np.arange(24).reshape(2, 3, 4), 0, -1)
np.swapaxes(np.arange(24).reshape(2, 3, 4), 0, 5)
np.moveaxis(np.arange(24).reshape(2, 3, 4), 0, -1)
np.moveaxis(np.arange(24).reshape(2, 3, 4), [0, 1], [-1, -2])
np.moveaxis(np.arange(24).reshape(2, 3, 4), [0, 1], [-1])
np.moveaxis(np.arange(24).reshape(2, 3, 4), [0, 0], [1, 2])
np.moveaxis(np.arange(24).reshape(2, 3, 4), 7, 0)
np.rollaxis(np.arange(24).reshape(2, 3, 4), 2)
np.rollaxis(np.arange(24).reshape(2, 3, 4), 0, 3)
np.rollaxis(np.arange(24).reshape(2, 3, 4), 1, 1)
np.rollaxis(np.arange(24).reshape(2, 3, 4), 1, 7)
np.rollaxis(np.arange(24).reshape(2, 3, 4), -1, -2)
np.squeeze(np.zeros((1, 3, 1)))
np.squeeze(np.zeros((1, 3, 1)), 0)
np.squeeze(np.zeros((1, 3, 1)), (0, 2))
np.squeeze(np.zeros((1, 3, 1)), 1)
np.squeeze(np.zeros((1, 3, 1)), 5)
np.squeeze(np.zeros((1, 3, 1)), ())
np.squeeze([[1]])
np.expand_dims([1, 2], 0)
np.expand_dims([1, 2], (0, 2))
np.expand_dims([1, 2], -1)
np.expand_dims([1, 2], 3)
np.expand_dims([1, 2], (0, 0))
np.expand_dims(5, 0)
np.atleast_1d(5)
np.atleast_1d(5, [1, 2])
np.atleast_1d()
np.atleast_2d([1, 2])
np.atleast_2d(3)
np.atleast_3d([1, 2])
np.atleast_3d([[1, 2]])
np.atleast_3d(1, [1])
"""

JOINING = """
np.concatenate([[1, 2], [3.]])
np.concatenate([[[1, 2]], [[3, 4]]], axis=1)
np.concatenate([[[1, 2]], [[3, 4]]], axis=-1)
np.concatenate([[[1, 2]], [[3, 4]]], axis=None)
np.concatenate([[[1, 2]], [[3]]])
np.concatenate([[1, 2], [[3]]])
np.concatenate([1, 2])
np.concatenate([])
np.concatenate([[1, 2]], axis=1)
np.concatenate(3)
np.concatenate([[1, 2], [3]], dtype='f4')
np.concatenate([[1.5, 2], [3]], dtype=int)
np.concatenate([[1.5, 2], [3]], dtype=int, casting='unsafe')
np.concatenate([[True], [2]])
np.concatenate([np.array([1], dtype='u1'), np.array([-1], dtype='i1')])
np.concatenate([np.array([1], dtype='f4'), np.array([1])])
np.concatenate([np.array([1.], dtype='f4'), 3.], axis=None)
np.concatenate((np.array([1.], dtype='f4'), np.array(3.)), axis=None)
np.concatenate(np.arange(6).reshape(3, 2))
np.concatenate([np.zeros((0, 2)), [[1, 2]]])
np.concatenate(x for x in [[1], [2]])
np.concat([[1], [2]])
np.stack([[1, 2], [3, 4]])
np.stack([[1, 2], [3, 4.]], axis=1)
np.stack([[1, 2], [3, 4]], axis=-1)
np.stack([[1, 2], [3, 4]], axis=3)
np.stack([[1, 2], [3]])
np.stack([])
np.stack([1, 2, 3])
np.stack([[1, 2], [3, 4]], dtype=float)
np.stack(np.arange(6).reshape(3, 2), axis=1)
np.stack(x for x in [[1], [2]])
np.unstack(np.arange(6).reshape(3, 2))
np.unstack(np.arange(6).reshape(3, 2), axis=1)
np.vstack([[1, 2], [3, 4]])
np.vstack([[1, 2], [[3, 4], [5, 6]]])
np.vstack([1, 2])
np.vstack([[1, 2], [3]])
np.vstack([])
np.vstack([[1], [2]], dtype='f4')
np.row_stack([[1], [2]])
np.hstack([[1, 2], [3]])
np.hstack([[[1], [2]], [[3], [4]]])
np.hstack([1, 2])
np.hstack([])
np.dstack([[1, 2], [3, 4]])
np.dstack([[[1, 2]], [[3, 4]]])
np.column_stack([[1, 2], [3, 4]])
np.column_stack([[1, 2], [[3, 4], [5, 6]]])
np.column_stack([1, 2])
np.column_stack([[1, 2], [3]])
np.column_stack((np.arange(3), np.ones(3)))
np.block([[1, 2], [3, 4]])
np.block([[np.eye(2), np.zeros((2, 3))], [np.ones((3, 2)), np.eye(3)]])
np.block([1, [2]])
np.block([])
np.block([[], []])
np.block((1, 2))
np.block([1, 2])
np.block(np.ones(3))
np.block([np.ones((2, 2)), np.ones((2, 1))])
np.block([[np.ones((1, 2, 3))], [np.ones((1, 4, 3))]])
np.block(3)
"""

SPLITTING_AND_REPEATING = """
np.array_split(np.arange(7), 3)
np.array_split(np.arange(7), [2, 5])
np.array_split(np.arange(7), [2, 2, 9])
np.array_split(np.arange(7), [5, 2])
np.array_split(np.arange(7), 0)
np.array_split(np.arange(12).reshape(3, 4), 2, axis=1)
np.array_split(np.arange(3), 5)
np.array_split(np.arange(7), [])
np.array_split(np.arange(7), 3, axis=1)
np.split(np.arange(6), 3)
np.split(np.arange(6), 4)
np.split(np.arange(6), [2, 4])
np.split(np.arange(6), (-2, ))
np.split(np.arange(6).reshape(2, 3), 3, axis=1)
np.split(np.arange(6), np.array([2, 4]))
np.split(np.arange(6), 0)
np.hsplit(np.arange(6), 2)
np.hsplit(np.arange(12).reshape(3, 4), 2)
np.hsplit(3, 2)
np.vsplit(np.arange(12).reshape(4, 3), 2)
np.vsplit([1, 2], 2)
np.dsplit(np.arange(8).reshape(2, 2, 2), 2)
np.dsplit(np.arange(8).reshape(4, 2), 2)
np.tile([1, 2], 2)
np.tile([1, 2], (2, 2))
np.tile([[1, 2]], (2, ))
np.tile([[1, 2]], (2, 1, 1))
np.tile(np.array([1, 2], dtype='u2'), 3)
np.tile(3, 3)
np.tile([1, 2], 0)
np.tile([1, 2], ())
np.tile([1, 2], -1)
np.tile([1, 2], np.array(2))
np.tile([True, False], 2)
np.repeat([1, 2], 3)
np.repeat([[1, 2], [3, 4]], 2)
np.repeat([[1, 2], [3, 4]], 2, axis=1)
np.repeat([[1, 2], [3, 4]], [1, 2], axis=0)
np.repeat([[1, 2], [3, 4]], [1, 2, 3], axis=0)
np.repeat([1, 2], -1)
np.repeat([1, 2], 1.5)
np.repeat(3, 3)
np.repeat([1, 2], np.array([2, 0]))
np.repeat([1, 2], [3])
np.repeat(np.array([1, 2], dtype='u2'), 3)
np.repeat([1, 2], 3, axis=1)
np.roll(np.arange(5), 2)
np.roll(np.arange(5), -7)
np.roll(np.arange(6).reshape(2, 3), 1)
np.roll(np.arange(6).reshape(2, 3), 1, axis=1)
np.roll(np.arange(6).reshape(2, 3), (1, 2), axis=(0, 1))
np.roll(np.arange(6).reshape(2, 3), 1, axis=(0, 1))
np.roll(np.arange(6).reshape(2, 3), (1, 1), axis=1)
np.roll(np.arange(6).reshape(2, 3), (1, 2, 3), axis=(0, 1))
np.roll(np.arange(6).reshape(2, 3), 1, axis=3)
np.roll(np.arange(6).reshape(2, 3), (1, 2))
np.roll(np.zeros((0, 3)), 1, axis=0)
np.roll(np.arange(6), np.array(2))
np.roll(np.arange(6), 10**12)
np.roll(3, 1)
np.flip(np.arange(6).reshape(2, 3))
np.flip(np.arange(6).reshape(2, 3), 0)
np.flip(np.arange(6).reshape(2, 3), (0, 1))
np.flip(np.arange(6).reshape(2, 3), 2)
np.flip(np.arange(6).reshape(2, 3), ())
np.flip(3)
np.flipud([1, 2])
np.flipud(3)
np.fliplr([[1, 2]])
np.fliplr([1, 2])
np.rot90(np.arange(6).reshape(2, 3))
np.rot90(np.arange(6).reshape(2, 3), 2)
np.rot90(np.arange(6).reshape(2, 3), 3)
np.rot90(np.arange(6).reshape(2, 3), 4)
np.rot90(np.arange(6).reshape(2, 3), -1)
np.rot90(np.arange(24).reshape(2, 3, 4), 1, (1, 2))
np.rot90(np.arange(24).reshape(2, 3, 4), 1, (2, 1))
np.rot90(np.arange(24).reshape(2, 3, 4), 1, (1, 1))
np.rot90(np.arange(24).reshape(2, 3, 4), 1, (1, 5))
np.rot90([1, 2])
"""

ADDING_AND_REMOVING = """
np.append([1, 2], 3)
np.append([[1, 2]], [[3, 4]], axis=0)
np.append([[1, 2]], [3, 4], axis=0)
np.append([1, 2], [[3.5]])
np.append([], 1)
np.append(np.array([1.], dtype='f4'), 1.)
np.delete(np.arange(5), 1)
np.delete(np.arange(5), [1, 3])
np.delete(np.arange(5), slice(1, 4))
np.delete(np.arange(5), -1)
np.delete(np.arange(5), 7)
np.delete(np.arange(6).reshape(2, 3), 1, axis=1)
np.delete(np.arange(6).reshape(2, 3), 1)
np.delete(np.arange(5), [True, False, True, False, False])
np.delete(np.arange(5), [])
np.delete(np.arange(5), np.array([0, 0]))
np.delete(np.arange(5), 1.5)
np.delete(np.arange(5), [True, False])
np.insert(np.arange(5), 1, 9)
np.insert(np.arange(5), [1, 3], 9)
np.insert(np.arange(5), [1, 3], [8, 9])
np.insert(np.arange(5), [3, 1], [8, 9])
np.insert(np.arange(5), [1, 1], [8, 9])
np.insert(np.arange(5), -1, 9)
np.insert(np.arange(5), 7, 9)
np.insert(np.arange(5), 5, 9)
np.insert(np.arange(5), 1, [7, 8, 9])
np.insert(np.arange(5), [1], [7, 8, 9])
np.insert(np.arange(6).reshape(2, 3), 1, 9, axis=1)
np.insert(np.arange(6).reshape(2, 3), 1, [8, 9], axis=1)
np.insert(np.arange(6).reshape(2, 3), [1], [[8], [9]], axis=1)
np.insert(np.arange(6).reshape(2, 3), 1, [7, 8, 9], axis=0)
np.insert(np.arange(6).reshape(2, 3), 1, 99)
np.insert(np.arange(6).reshape(2, 3), [1, 2], [7, 8, 9], axis=0)
np.insert(np.arange(6).reshape(2, 3), slice(0, 2), 5, axis=1)
np.insert(np.arange(5), 2, 3.7)
np.insert(np.arange(6).reshape(3, 2), 1, [[7, 8], [9, 10]], axis=0)
np.insert(np.arange(6).reshape(3, 2), 1, [[1], [2], [3]], axis=1)
np.insert(np.arange(5), np.array(2), np.array(3))
np.resize([1, 2, 3], (2, 4))
np.resize([1, 2, 3], 2)
np.resize([], (2, 2))
np.resize([1], (0, ))
np.resize([1], -1)
np.resize([[1, 2], [3, 4]], (3, 3))
np.broadcast_to([1, 2], (3, 2))
np.broadcast_to([1, 2], (2, ))
np.broadcast_to([1, 2], (2, 3))
np.broadcast_to([1, 2], ())
np.broadcast_to(3, (2, 2))
np.broadcast_to(3, -1)
np.broadcast_to([1, 2], 2)
np.broadcast_to(np.zeros((2, 0)), (3, 2, 0))
np.broadcast_arrays([1, 2], [[3], [4]])
np.broadcast_arrays([1, 2], [3])
np.broadcast_arrays([1, 2], [3, 4, 5])
np.broadcast_arrays(1, 2)
np.broadcast_arrays()
np.broadcast_shapes((2, 1), (3, ))
np.broadcast_shapes((2, ), (3, ))
np.broadcast_shapes()
np.broadcast_shapes(3, (2, 1))
np.trim_zeros([0, 0, 1, 2, 0])
np.trim_zeros(np.array([0, 0, 1, 2, 0]))
np.trim_zeros(np.array([0, 0, 1, 2, 0]), 'f')
np.trim_zeros((0, 1, 0), 'b')
np.trim_zeros(np.array([0, 0]))
np.trim_zeros(np.array([[0, 0, 0], [0, 1, 0]]))
np.trim_zeros(np.array([[0, 0, 0], [0, 1, 0]]), axis=0)
np.trim_zeros(np.array([0]), 'q')
np.diagonal(np.arange(12).reshape(3, 4))
np.diagonal(np.arange(12).reshape(3, 4), 1)
np.diagonal(np.arange(12).reshape(3, 4), 9)
np.diagonal(np.arange(24).reshape(2, 3, 4))
np.diagonal(np.arange(24).reshape(2, 3, 4), 0, 1, 2)
np.diagonal(np.arange(24).reshape(2, 3, 4), -1, 2, 0)
np.diagonal(np.arange(24).reshape(2, 3, 4), 0, 1, 1)
np.diagonal([1, 2])
np.trace(np.arange(9).reshape(3, 3))
np.trace(np.arange(24).reshape(2, 3, 4))
np.trace(np.arange(24).reshape(2, 3, 4), 1, 1, 2)
np.trace(np.eye(3, dtype='i1'))
np.trace(np.eye(3, dtype='u1'))
np.trace(np.eye(3, dtype=bool))
np.trace(np.eye(3, dtype='f4'), dtype='f8')
np.trace(np.eye(3, dtype='f2'))
np.trace([1, 2])
np.shape([[1, 2]])
np.shape(3)
np.ndim([[1]])
np.size([[1, 2]])
np.size([[1, 2]], 1)
np.size([[1, 2]], (0, 1))
np.size([[1, 2]], 3)
np.isscalar(3)
np.isscalar('a')
np.isscalar([1])
np.isscalar(None)
np.isscalar(np.float64(2))
np.iterable([1])
np.iterable(3)
np.isfortran(np.array([1, 2]))
np.concatenate([[1], [2]], casting='foo')
np.block([1, []])
"""

PADDING = """
np.pad([1, 2, 3], 2)
np.pad([1, 2, 3], (1, 2), constant_values=9)
np.pad([1, 2, 3], (1, 2), constant_values=(4, 5))
np.pad(np.arange(6).reshape(2, 3), ((1, 0), (0, 2)), constant_values=((1, 2), (3, 4)))
np.pad(np.arange(6).reshape(2, 3), 1, mode='edge')
np.pad(np.arange(6).reshape(2, 3), ((1, 2), (3, 4)), mode='reflect')
np.pad(np.arange(6).reshape(2, 3), ((1, 2), (3, 4)), mode='symmetric')
np.pad(np.arange(6).reshape(2, 3), ((1, 2), (3, 4)), mode='wrap')
np.pad(np.arange(6).reshape(2, 3), ((1, 2), (3, 4)), mode='reflect', reflect_type='odd')
np.pad(np.arange(6.).reshape(2, 3), ((1, 2), (3, 4)), mode='symmetric', reflect_type='odd')
np.pad(np.array([1, 4, 2], dtype='i1'), (3, 4), mode='reflect', reflect_type='odd')
np.pad(np.array([5]), (3, 4), mode='reflect', reflect_type='odd')
np.pad(np.array([5]), (3, 4), mode='reflect')
np.pad(np.arange(6).reshape(2, 3), ((1, 2), (3, 4)), mode='linear_ramp')
np.pad(np.arange(6.).reshape(2, 3), ((1, 2), (3, 4)), mode='linear_ramp', end_values=((1, 2), (3, -4)))
np.pad(np.arange(5)*3, (4, 2), mode='linear_ramp', end_values=(7, -3))
np.pad(np.arange(6).reshape(2, 3), ((1, 2), (3, 4)), mode='maximum')
np.pad(np.arange(6).reshape(2, 3), ((1, 2), (3, 4)), mode='minimum', stat_length=2)
np.pad(np.arange(6).reshape(2, 3), ((1, 2), (3, 4)), mode='mean')
np.pad(np.arange(6.).reshape(2, 3), ((1, 2), (3, 4)), mode='mean', stat_length=((1, 2), (2, 3)))
np.pad(np.array([1, 2, 4, 9]), 3, mode='median')
np.pad(np.array([1, 2, 4, 9]), 3, mode='median', stat_length=3)
np.pad(np.array([1., 2, 4, 9]), 3, mode='maximum', stat_length=0)
np.pad(np.array([1, 2]), 3, mode='foo')
np.pad(np.array([1, 2]), 3, mode='edge', constant_values=3)
np.pad(np.array([1, 2]), -1)
np.pad(np.array([1, 2]), 1.5)
np.pad(np.array([1, 2]), {0:1})
np.pad(np.zeros((2, 0)), 1, mode='edge')
np.pad(np.zeros((2, 0)), ((1, 1), (0, 0)), mode='edge')
np.pad(np.zeros((2, 0)), 1)
np.pad(np.array([True, False]), 1)
np.pad(np.array([1j, 2]), 1, constant_values=1j)
np.pad(np.array([1, 2], dtype='u1'), 1, constant_values=-1)
np.pad(np.array([1, 2]), ((1, 2), (3, 4)))
np.pad(np.array([[1, 2], [3, 4]]), 1, mode='empty')[1:3, 1:3]
"""

APPLYING = """
np.apply_along_axis(lambda v:v[0]+v[-1], 0, np.arange(6).reshape(2, 3))
np.apply_along_axis(lambda v:v[0]+v[-1], 1, np.arange(6).reshape(2, 3))
np.apply_along_axis(lambda v:v*2, 1, np.arange(6).reshape(2, 3))
np.apply_along_axis(lambda v:np.sort(v)[::-1], 0, np.arange(24).reshape(2, 3, 4))
np.apply_along_axis(lambda v:np.diag(v), -1, np.arange(24).reshape(2, 3, 4))
np.apply_along_axis(np.diag, 1, np.arange(24).reshape(2, 3, 4))
np.apply_along_axis(np.sum, 0, np.arange(6.))
np.apply_along_axis(lambda v, k:v.sum()*k, 0, np.arange(6).reshape(2, 3), 3)
np.apply_along_axis(lambda v:v, 0, np.zeros((2, 0)))
np.apply_along_axis(lambda v:v, 5, np.zeros((2, 2)))
np.apply_over_axes(np.sum, np.arange(24).reshape(2, 3, 4), [0, 2])
np.apply_over_axes(np.sum, np.arange(24).reshape(2, 3, 4), -1)
np.vectorize(lambda a, b:a+b if a>b else a-b)([1, 2, 3], 2)
np.vectorize(lambda a:a*2.5, otypes=[float])([1, 2, 3])
np.vectorize(lambda a:(a, a*2))([1, 2, 3])
np.vectorize(lambda a:a*2)(3)
np.vectorize(lambda a:a*2)([])
np.vectorize(lambda a:a*2, otypes=[float])([])
np.vectorize(lambda a:a.sum(), signature='(n)->()')([[1, 2], [3, 4]])
np.vectorize(lambda p, x:p[0]*x, excluded=[0])([3, 4], [1, 2])
np.vectorize(lambda a, b=1:a+b)([1, 2], b=[3, 4])
np.piecewise(np.arange(6.)-2.5, [np.arange(6)<2, np.arange(6)>=2], [-1, 1])
np.piecewise(np.arange(6.)-2.5, [np.arange(6)<2], [lambda x:-x, lambda x:x*2])
np.piecewise(np.arange(6.)-2.5, np.arange(6)<2, [lambda x:-x, lambda x:x*2])
np.piecewise(np.arange(6), [np.arange(6)<2, np.arange(6)>=2], [lambda x:x+.5, lambda x:x*2])
np.piecewise(np.arange(6), [np.arange(6)<2], [1, 2, 3])
np.piecewise(-2, [True, False], [lambda x:-x, lambda x:x])
np.piecewise(np.array(3.), [np.array(3.)<0, np.array(3.)>=0], [lambda x:-x, lambda x:x*x])
np.piecewise(np.arange(6.).reshape(2, 3), [np.arange(6).reshape(2, 3)%2==0], [lambda x:-x])
np.piecewise(np.arange(6.), [np.arange(6)>7], [lambda x:1/0, 3])
"""

CHOOSING = """
np.where([True, False], [1, 2], [3, 4])
np.where([True, False], 1, 0)
np.where([True, False], 1., 0)
np.where(np.array([1, 0, 2]), np.array([1, 2, 3], dtype='f4'), 1.)
np.where([[True], [False]], [1, 2], [3, 4])
np.where([True, False, True], [1, 2], [3, 4])
np.where([True, False])
np.where([[0, 1], [2, 0]])
np.where(True)
np.where(True, 1, 2)
np.where([True], 1)
np.where(np.array([1j, 0]), 1, 0)
np.where(np.array([np.nan, 0]), 1, 0)
np.where([True, False], np.array([1, 2], dtype='u1'), 300)
np.select([np.array([1, 2, 3])<2, np.array([1, 2, 3])>2], [np.array([1, 2, 3]), np.array([1., 2, 3])], 5)
np.select([np.array([1, 2, 3])<2], [np.array([1, 2, 3])])
np.select([np.array([1, 2, 3])<2], [1, 2])
np.select([], [])
np.select([np.array([1, 2])], [1])
np.select([np.array([True, False])], [np.array([1, 2], dtype='f4')], 2.)
np.select([np.array([[True], [False]])], [np.array([1, 2])], np.array([5, 6]))
np.choose([0, 1, 1], [[1, 2, 3], [4, 5, 6]])
np.choose([0, 1, 2], [[1, 2, 3], [4, 5, 6]])
np.choose([0, 1, 2], [[1, 2, 3], [4, 5, 6]], mode='wrap')
np.choose([0, -1, 2], [[1, 2, 3], [4, 5, 6]], mode='clip')
np.choose([0, -1, 1], [[1, 2, 3], [4, 5, 6]])
np.choose([[0], [1]], [[1, 2], [3, 4]])
np.choose(np.array([True, False]), [1, 2.])
np.choose([1.5], [1, 2])
np.choose(0, [[1, 2]])
np.extract([[True, False], [False, True]], [[1, 2], [3, 4]])
np.extract([True, False, True], [1, 2])
np.compress([True, False], [[1, 2], [3, 4]], axis=1)
np.compress([True, False], [[1, 2], [3, 4]])
np.compress([1, 0, 0, 0, 0], [[1, 2], [3, 4]])
np.compress([1, 0, 0, 0, 1], [[1, 2], [3, 4]])
np.compress([[1, 0]], [[1, 2], [3, 4]])
np.take([4, 5, 6], [0, 2])
np.take([4, 5, 6], [[0, -1]])
np.take([4, 5, 6], 3)
np.take([4, 5, 6], -4)
np.take([4, 5, 6], [3, -4], mode='wrap')
np.take([4, 5, 6], [3, -4], mode='clip')
np.take([4, 5, 6], 1, mode='foo')
np.take([[1, 2], [3, 4]], 1)
np.take([[1, 2], [3, 4]], [0], axis=1)
np.take([[1, 2], [3, 4]], 0, axis=-1)
np.take([[1, 2], [3, 4]], 0, axis=3)
np.take([4, 5, 6], 1.5)
np.take([4, 5, 6], [])
np.take([], [0])
np.take([], [], axis=0)
np.take([4, 5], [True])
np.take(np.arange(24).reshape(2, 3, 4), [[0, 1], [2, 0]], axis=1)
np.take_along_axis(np.array([[3, 1, 2], [6, 5, 4]]), np.array([[0], [2]]), 1)
np.take_along_axis(np.array([[3, 1, 2], [6, 5, 4]]), np.array([[0, 1, 0]]), 0)
np.take_along_axis(np.array([[3, 1, 2], [6, 5, 4]]), np.array([0, 5]), None)
np.take_along_axis(np.array([[3, 1, 2], [6, 5, 4]]), np.array([[0, 1, 3]]), 1)
np.take_along_axis(np.array([[3, 1, 2], [6, 5, 4]]), np.array([[0, -1, -3]]), 1)
np.take_along_axis(np.array([[3, 1, 2], [6, 5, 4]]), np.array([0]), 1)
np.take_along_axis(np.array([[3, 1, 2], [6, 5, 4]]), np.array([[0.]]), 1)
np.take_along_axis(np.array([[3, 1, 2], [6, 5, 4]]), np.array([[0], [0], [0]]), 1)
np.take_along_axis(np.array([3, 1, 2]), np.array([2, 0]))
np.take_along_axis(np.arange(24).reshape(2, 3, 4), np.array([[[0]], [[2]]]), 1)
np.where([True, False], np.array([1, 2], dtype='i1'), -300)
np.concatenate([np.array([1], dtype='u1'), 300], axis=None)
np.select([np.array([True, False])], [np.array([1, 2], dtype='u1')], 300)
np.take([4, 5, 6], [1.5])
np.take([4, 5, 6], np.array([1.5]))
np.take([4, 5, 6], np.array([1], dtype='u8'))
"""

ELEMENTWISE = """
np.real(np.array([1+2j, 3]))
np.real([1, 2])
np.real(1.5)
np.real(1j)
np.imag(np.array([1+2j, 3]))
np.imag([1, 2])
np.imag(np.array([1.], dtype='f4'))
np.imag(2.5)
np.angle([1j, -1, 1])
np.angle(1j)
np.angle([1, -1])
np.angle(np.array([1j], dtype='c8'), deg=True)
np.angle(np.array([1+1j]), deg=True)
np.angle(np.array([-1.], dtype='f4'))
np.real_if_close([1+1e-14j, 2])
np.real_if_close([1+1e-3j, 2])
np.real_if_close([1+1e-3j, 2], tol=0.1)
np.real_if_close([1., 2])
np.iscomplex([1, 1j])
np.iscomplex(3)
np.isreal([1, 1j, 2+0j])
np.isreal([1.5])
np.iscomplexobj([1j])
np.iscomplexobj(3)
np.isrealobj([1])
np.isposinf([1, np.inf, -np.inf, np.nan])
np.isneginf([1, np.inf, -np.inf, np.nan])
np.isposinf([1, 2])
np.isposinf([1j])
np.isclose([1, 2], [1.00001, 3])
np.isclose([1, np.nan], [1, np.nan])
np.isclose([1, np.nan], [1, np.nan], equal_nan=True)
np.isclose([np.inf, -np.inf, 1], [np.inf, np.inf, np.inf])
np.isclose(np.array([1], dtype='f4'), 1.00001)
np.isclose(1, 1)
np.isclose(np.array([1, 2]), np.array([1, 2], dtype='i1'))
np.isclose([1j], [1j+1e-9])
np.isclose([1., 2], [1.1, 2.1], rtol=0, atol=0.2)
np.isclose([1., 2], [1.1, 2.1], atol=np.array([0.2, 0.]))
np.isclose([True], [1])
np.allclose([1, 2], [1, 2.000001])
np.allclose([1, 2], [1, 3])
np.allclose([], [])
np.allclose([np.nan], [np.nan], equal_nan=True)
np.array_equal([1, 2], [1, 2])
np.array_equal([1, 2], [1, 2, 3])
np.array_equal([1, np.nan], [1, np.nan])
np.array_equal([1, np.nan], [1, np.nan], equal_nan=True)
np.array_equal([1, 2], np.array([1., 2]))
np.array_equiv([1, 2], [[1, 2], [1, 2]])
np.array_equiv([1, 2], [1, 2, 3])
np.clip([1, 5, 9], 2, 6)
np.clip([1., 5, np.nan], 2, 6)
np.clip([1, 5, 9], 2, None)
np.clip([1, 5, 9], None, 6)
np.clip([1, 5, 9], None, None)
np.clip([1, 5, 9], 2)
np.clip([1, 5, 9])
np.clip([1, 5, 9], min=2, max=6)
np.clip([1, 5, 9], max=6)
np.clip([1, 5, 9], 2, 6, min=3)
np.clip(np.array([1, 5], dtype='u1'), -1, 3)
np.clip(np.array([1, 5], dtype='u1'), 2, 300)
np.clip(np.array([1, 5], dtype='f4'), 2., 3.)
np.clip([1, 5, 9], 2.5, 6)
np.clip([1, 5, 9], [2, 3, 4], [5, 5, 5])
np.clip([1, 5, 9], 6, 2)
np.clip([1., 5], np.nan, 2)
np.clip(5, 1, 3)
np.clip([1, 5], 2, 3, dtype=float)
np.clip([[1, 5], [2, 3]], [[2], [3]], 4)
np.clip([1+1j, 2], 1.5, 3)
np.clip([True, False], 0, 1)
np.round([1.5, 2.5, -0.5, 0.5])
np.round([1.234, 5.678], 2)
np.round(1234.5, -2)
np.round([1234, 1251], -2)
np.round([1, 2])
np.round([1, 2], 3)
np.round([1.26+2.34j], 1)
np.round(np.array([1.26], dtype='f4'), 1)
np.round(np.array([1.26], dtype='f2'), 1)
np.round(np.array([True, False]))
np.round(2.5)
np.round(np.array([15, 25, -35], dtype='i1'), -1)
np.around([1.55], 1)
np.round([1.5], 1.5)
np.round(1e300, 10)
np.round([np.nan, np.inf])
np.fix([1.7, -1.7, 0.3, -0.3, np.nan, np.inf])
np.fix([1, 2])
np.fix([1j])
np.fix(2.7)
np.nan_to_num([np.nan, np.inf, -np.inf, 1])
np.nan_to_num(np.array([np.nan, np.inf], dtype='f4'))
np.nan_to_num([np.nan, np.inf, -np.inf], nan=1, posinf=2, neginf=3)
np.nan_to_num([1, 2])
np.nan_to_num([complex(np.nan, np.inf)])
np.nan_to_num(np.nan)
np.nan_to_num([np.nan], nan=[3])
np.nan_to_num(np.inf)
np.sinc([0, 0.5, 1, 2.5])
np.sinc(0)
np.sinc(np.array([0, 0.5], dtype='f4'))
np.sinc([1j])
np.i0([0, 1, 5., -3, 20, 100])
np.i0(2)
np.i0([1j])
np.i0(np.array([1.], dtype='f4'))
np.unwrap([0, 3, 6.5, -1, 2])
np.unwrap([0, 1, 2, -1, 0], period=4)
np.unwrap([[0, 7.], [1, 2]], axis=0)
np.unwrap([0, 5, 10.], discont=6)
np.unwrap([0, 1, 2, 255, 254], period=256)
np.unwrap(np.array([0, 3, 6.5], dtype='f4'))
np.interp([0.5, 1.5, 2.5], [0, 1, 2], [10, 20, 30])
np.interp(0.5, [0, 1, 2], [10, 20, 30])
np.interp([-1, 3], [0, 1, 2], [10, 20, 30])
np.interp([-1, 3], [0, 1, 2], [10, 20, 30], left=-99, right=99)
np.interp([np.nan, 1], [0, 1, 2], [10, 20, 30])
np.interp([-180, -170, -185, 185, -10, -5, 0, 365], [190, -190, 350, -350], [5, 10, 3, 4], period=360)
np.interp([0.5], [0, 1], [1j, 2])
np.interp([0.5], [0, 1], [1])
np.interp([0.5], [], [])
np.interp([0.5], [0, 1], [1, 2], period=0)
np.interp([[0.5, 0.7]], [0, 1], [1, 2])
np.interp([0., 1, 2], [1], [7])
np.interp([1., 1], [0, 1, 1, 2], [1, 2, 3, 4])
np.interp([0.5, 1.5], [0, 1, 2], [1, np.inf, 2])
np.interp([0.5, 1.5], [0, 1, 2], [np.inf, np.inf, 2])
np.interp([0.5], [[0, 1]], [[1, 2]])
np.interp([0., 1., 2., 2.5], [0, 1, 2], [np.nan, 1, 2])
np.clip(np.array([1, 5], dtype='u1'), 3, -1)
"""


@pytest.mark.parametrize(
    "table",
    [SHAPES, JOINING, SPLITTING_AND_REPEATING, ADDING_AND_REMOVING, PADDING, APPLYING, CHOOSING, ELEMENTWISE],
    ids=[
        "shapes",
        "joining",
        "splitting_and_repeating",
        "adding_and_removing",
        "padding",
        "applying",
        "choosing",
        "elementwise",
    ],
)
def test_agrees_with_numpy(table: str) -> None:
    check_all(table.split("\n")[1:-1], atol=1e-15)


def test_arguments_that_come_back_themselves() -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    n = np.array([1, 2])
    assert np.squeeze(x) is x
    assert np.atleast_1d(x) is x
    assert np.atleast_2d(x) is x
    assert np.real(x) is x
    assert np.real_if_close(x) is x
    assert np.round(n) is n
    assert all(left is right for left, right in zip(np.broadcast_arrays(x, x), (x, x), strict=True))


def test_views_are_new_objects() -> None:
    x = np.array([1.0, 2.0])
    made = (
        np.reshape(x, 2),
        np.ravel(x),
        np.transpose(x),
        np.flip(x, ()),
        np.squeeze(x, ()),
        np.split(x, 1)[0],
        np.concatenate([x]),
        np.rot90(x[None], 4),
        np.roll(x, 0),
        np.pad(x, 0),
        np.pad(x, 0, mode="wrap"),
    )
    assert all(each is not x for each in made)
    assert np.block([x]) is not x


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("copyto", (1,)),
        ("fill_diagonal", (1,)),
        ("place", ([[True, False]], [1])),
        ("put", (0, 1)),
        ("put_along_axis", (np.array([[0]]), 1, 0)),
        ("putmask", ([[True, False]], 1)),
    ],
)
def test_mutators_raise_and_name_the_mend(name: str, arguments: tuple) -> None:
    with pytest.raises(np.UnsupportedFeatureError, match=rf"np\.functional\.{name}"):
        getattr(np, name)(np.zeros((1, 2)), *arguments)


@pytest.mark.parametrize(
    "call",
    [
        "concatenate([x[:1], x[1:]], out=x)",
        "stack([x], out=x[None])",
        "take(x, [0, 1, 2], out=x)",
        "clip(x, 0, 1, out=x)",
        "round(x, out=x)",
        "compress([True] * 3, x, out=x)",
        "choose([0], [x], out=x)",
        "trace(x[:, None], out=x[0])",
        "fix(x, out=x)",
    ],
)
def test_out_is_refused(call: str) -> None:
    with pytest.raises(np.UnsupportedFeatureError, match="NT604"):
        eval("np." + call, {"np": np, "x": np.zeros(3)})


def test_nan_to_num_in_place_is_refused() -> None:
    with pytest.raises(np.UnsupportedFeatureError, match=r"x = np\.nan_to_num\(x\)"):
        np.nan_to_num(np.zeros(3), copy=False)


def test_a_tensor_of_no_dimension_is_a_scalar() -> None:
    assert np.isscalar(np.sum(np.ones(3)))
    assert not np.isscalar(np.ones(3))


def test_shared_memory_is_identity() -> None:
    x = np.zeros(3)
    assert np.shares_memory(x, x)
    assert not np.may_share_memory(x, np.copy(x))


def test_vectorize_passes_gradients_and_traces() -> None:
    square = np.vectorize(lambda value: value * value)
    x = tf.constant([1.0, 2.0, 3.0], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = np.sum(square(x))
    assert tape.gradient(y, x).numpy().tolist() == [2.0, 4.0, 6.0]
    assert tf.function(square.__call__, autograph=False)(x).numpy().tolist() == [1.0, 4.0, 9.0]


def test_vectorize_hands_out_plain_numbers() -> None:
    kinds = set()
    np.vectorize(lambda value: kinds.add(type(value)) or 1.0, otypes=[float])(np.array([1.5, 2.5]))
    assert kinds == {float}


def test_vectorize_as_decorator() -> None:
    @np.vectorize(otypes=[float])
    def half(value: float) -> float:
        """Half of it."""
        return value / 2

    assert half.__name__ == "half"
    assert half.__doc__ == "Half of it."
    assert np.array_equal(half(np.array([1, 2])), np.array([0.5, 1.0]))


def test_frompyfunc_gives_numbers() -> None:
    add = np.frompyfunc(lambda a, b: a + b, 2, 1)
    assert np.array_equal(add(np.array([1, 2]), 3), np.array([4, 5]))
    assert np.array_equal(add.accumulate(np.array([1, 2, 3])), np.array([1, 3, 6]))
    assert add.reduce(np.array([1, 2, 3])) == 6


def test_a_function_as_padding_mode() -> None:
    def border(vector, width, axis, keywords):
        vector[: width[0]] = vector[-width[1] :] = keywords["value"]

    assert np.array_equal(np.pad(np.array([1, 2]), 1, border, value=7), np.array([7, 1, 2, 7]))


@pytest.mark.parametrize("order", ["A", "K", "a", "k"])
def test_the_order_of_memory_is_refused(order):
    """NumPy gives a transposed array's elements in another order than a tensor's."""
    x = np.arange(6.0).reshape(2, 3)
    for call in (x.T.ravel, x.T.flatten, x.T.tobytes, lambda order: np.ravel(x.T, order)):
        with pytest.raises(UnsupportedFeatureError, match="NT604"):
            call(order=order)
    assert x[0].ravel(order).tolist() == [0, 1, 2]
    assert x.T.tobytes("F") == x.tobytes()
    with pytest.raises(UnsupportedFeatureError if order in "Aa" else ValueError):
        x.T.reshape(6, order=order)
