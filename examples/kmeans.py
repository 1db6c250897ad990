"""Cluster points around centres: k-means with k-means++ seeding, as a class in the manner of scikit-learn."""

import numpy as np


class KMeans:
    """Lloyd's algorithm."""

    def __init__(self, n_clusters, max_iter=100, tol=1e-4, seed=0):
        self.n_clusters = n_clusters
        self.max_iter = max_iter
        self.tol = tol
        self.rng = np.random.default_rng(seed)

    def _seed(self, points):
        """k-means++: each next centre is drawn with a probability that grows with its distance from the others."""
        centres = np.zeros((self.n_clusters, points.shape[1]))
        centres[0] = points[self.rng.integers(len(points))]
        closest = np.full(len(points), np.inf)
        for k in range(1, self.n_clusters):
            distance = ((points - centres[k - 1]) ** 2).sum(axis=1)
            closest = np.minimum(closest, distance)
            centres[k] = points[self.rng.choice(len(points), p=closest / closest.sum())]
        return centres

    def fit(self, points):
        """Move the centres until they rest."""
        self.centres = self._seed(points)
        self.counts = np.zeros(self.n_clusters, dtype=int)
        self.inertia_history = []
        for _ in range(self.max_iter):
            labels = self.predict(points)
            moved = np.zeros(self.n_clusters)
            for k in range(self.n_clusters):
                members = labels == k
                self.counts[k] = members.sum()
                if self.counts[k] == 0:
                    continue
                centre = points[members].mean(axis=0)
                moved[k] = np.linalg.norm(centre - self.centres[k])
                self.centres[k] = centre
            self.inertia_history.append(self._inertia(points, labels))
            if moved.max() < self.tol:
                break
        self.labels = labels
        return self

    def predict(self, points):
        """The nearest centre of each point."""
        distances = ((points[:, np.newaxis, :] - self.centres) ** 2).sum(axis=-1)
        return distances.argmin(axis=1)

    def _inertia(self, points, labels):
        return float(((points - self.centres[labels]) ** 2).sum())


def make_blobs(rng, centres, per_blob, spread):
    """Points scattered around centres, shuffled, and the blob that each came from."""
    points = np.empty((len(centres) * per_blob, 2))
    truth = np.empty(len(points), dtype=int)
    for k, centre in enumerate(centres):
        block = slice(k * per_blob, (k + 1) * per_blob)
        points[block] = rng.normal(centre, spread[k], size=(per_blob, 2))
        truth[block] = k
    order = rng.permutation(len(points))
    return points[order], truth[order]


def confusion(truth, labels, n):
    """How many points of each blob went into each cluster."""
    table = np.zeros((n, n), dtype=int)
    np.add.at(table, (truth, labels), 1)
    return table


def main():
    rng = np.random.default_rng(42)
    centres = np.array([[0.0, 0.0], [5.0, 1.0], [2.0, 6.0], [6.0, 6.0]])
    points, truth = make_blobs(rng, centres, 60, [1.4, 1.6, 1.1, 1.7])

    outliers = np.linalg.norm(points - np.median(points, axis=0), axis=1) > 7
    points[outliers] *= 0.9
    print(f"{len(points)} points, {outliers.sum()} pulled in")

    scale = points.std(axis=0)
    model = KMeans(4, seed=7).fit(points / scale)
    print(f"converged after {len(model.inertia_history)} iterations")
    for number, inertia in enumerate(model.inertia_history, 1):
        print(f"  {number}: inertia {inertia:.4f}")

    order = np.argsort(model.centres[:, 0])
    for k in order:
        x, y = model.centres[k] * scale
        print(f"centre ({x:7.4f}, {y:7.4f}) with {model.counts[k]} points")

    table = confusion(truth, model.labels, 4)
    print(table)
    print(f"purity {table.max(axis=0).sum() / table.sum():.4f}")
    print("new points:", model.predict(np.array([[0.5, 0.5], [6.5, 6.5]]) / scale) == order[[0, 3]])


if __name__ == "__main__":
    main()
