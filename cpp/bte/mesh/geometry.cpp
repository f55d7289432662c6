#include "bte/mesh/geometry.hpp"

#include <array>
#include <cmath>

#include "bte/require.hpp"

namespace bte {
namespace {

using Vector = std::array<double, 3>;

struct Coordinates {
  int dim;
  std::span<const double> points;

  // Padded with zeros, so that the formulas of three dimensions serve all.
  Vector operator()(std::int32_t vertex) const {
    Vector x{};
    for (int d = 0; d < dim; ++d) x[d] = points[static_cast<std::size_t>(vertex) * dim + d];
    return x;
  }
};

Vector minus(const Vector& a, const Vector& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }

Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

double simplex_volume(const Coordinates& at, std::span<const std::int32_t> vertices) {
  const Vector x0 = at(vertices[0]);
  const Vector a = minus(at(vertices[1]), x0);
  if (at.dim == 1) return a[0];
  const Vector b = minus(at(vertices[2]), x0);
  if (at.dim == 2) return cross(a, b)[2] / 2;
  return dot(cross(a, b), minus(at(vertices[3]), x0)) / 6;
}

// Length is the face's area; the sign is settled by the caller.
Vector area_vector(int dim, std::span<const Vector> x) {
  if (dim == 1) return {1.0, 0.0, 0.0};
  const Vector a = minus(x[1], x[0]);
  if (dim == 2) return {a[1], -a[0], 0.0};
  const Vector n =
      x.size() == 3 ? cross(a, minus(x[2], x[0])) : cross(minus(x[2], x[0]), minus(x[3], x[1]));
  return {n[0] / 2, n[1] / 2, n[2] / 2};
}

Vector cell_centre(const Coordinates& at, std::span<const std::int32_t> vertices) {
  Vector sum{};
  for (const std::int32_t v : vertices) {
    const Vector x = at(v);
    for (int d = 0; d < 3; ++d) sum[d] += x[d];
  }
  for (double& s : sum) s /= static_cast<double>(vertices.size());
  return sum;
}

}  // namespace

std::vector<double> signed_volumes(int dim, std::span<const double> points,
                                   std::span<const std::int32_t> connectivity,
                                   std::span<const std::int64_t> offsets) {
  require(dim >= 1 && dim <= 3, "dim must be 1, 2 or 3");
  require(!offsets.empty(), "offsets must not be empty");
  const Coordinates at{dim, points};
  std::vector<double> volumes(offsets.size() - 1);
  for (std::size_t c = 0; c < volumes.size(); ++c)
    volumes[c] = simplex_volume(at, connectivity.subspan(offsets[c], offsets[c + 1] - offsets[c]));
  return volumes;
}

FaceGeometry face_geometry(int dim, std::span<const double> points,
                           std::span<const std::int32_t> connectivity,
                           std::span<const std::int64_t> offsets,
                           std::span<const std::int32_t> face_cells,
                           std::span<const std::int32_t> face_nodes) {
  require(dim >= 1 && dim <= 3, "dim must be 1, 2 or 3");
  const std::size_t n_face = face_cells.size() / 2;
  const std::size_t width = n_face == 0 ? 0 : face_nodes.size() / (2 * n_face);
  require(face_nodes.size() == 2 * n_face * width, "face_nodes must be (n_face, 2, n)");
  const Coordinates at{dim, points};
  FaceGeometry out;
  out.normal.resize(n_face * dim);
  out.area.resize(n_face);
  std::array<Vector, 4> corners;
  for (std::size_t f = 0; f < n_face; ++f) {
    std::size_t n_corner = 0;
    while (n_corner < width && face_nodes[2 * f * width + n_corner] >= 0) {
      corners[n_corner] = at(connectivity[face_nodes[2 * f * width + n_corner]]);
      ++n_corner;
    }
    const Vector n = area_vector(dim, {corners.data(), n_corner});
    const std::int32_t cell = face_cells[2 * f];
    const std::int64_t first = offsets[cell];
    const Vector inside = cell_centre(at, connectivity.subspan(first, offsets[cell + 1] - first));
    const double sign = dot(n, minus(corners[0], inside)) < 0 ? -1.0 : 1.0;
    out.area[f] = std::sqrt(dot(n, n));
    for (int d = 0; d < dim; ++d) out.normal[f * dim + d] = sign * n[d] / out.area[f];
  }
  return out;
}

}  // namespace bte
