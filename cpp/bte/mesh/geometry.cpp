#include "bte/mesh/geometry.hpp"

#include <array>
#include <cmath>

#include "bte/mesh/integrals.hpp"
#include "bte/require.hpp"

namespace bte {
namespace {

Vector point_at(const CellTable& cells, std::int64_t node) {
  const std::int32_t vertex = cells.connectivity[node];
  Vector x{};
  for (int d = 0; d < cells.dim; ++d)
    x[d] = cells.points[static_cast<std::size_t>(vertex) * cells.dim + d];
  return x;
}

// Calls f(cell, element, vertices) for every cell.
template <class Function>
void for_each_cell(const CellTable& cells, Function&& f) {
  require(cells.dim >= 1 && cells.dim <= 3, "dim must be 1, 2 or 3");
  require(!cells.offsets.empty(), "offsets must not be empty");
  require(cells.offsets.back() == static_cast<std::int64_t>(cells.connectivity.size()),
          "the last offset must be the length of the connectivity");
  std::array<Vector, max_vertices> x;
  for (std::size_t c = 0; c + 1 < cells.offsets.size(); ++c) {
    const std::int64_t first = cells.offsets[c];
    const int n = static_cast<int>(cells.offsets[c + 1] - first);
    const Element* element = find_element(cells.dim, n);
    require(element != nullptr, "a cell is of a kind that the element table does not have");
    for (int i = 0; i < n; ++i) x[i] = point_at(cells, first + i);
    f(c, *element, std::span<const Vector>{x.data(), static_cast<std::size_t>(n)});
  }
}

template <class Function>
std::vector<double> per_cell(const CellTable& cells, Function&& f) {
  std::vector<double> out(cells.offsets.empty() ? 0 : cells.offsets.size() - 1);
  for_each_cell(cells, [&](std::size_t c, const Element& element, std::span<const Vector> x) {
    out[c] = f(element, x);
  });
  return out;
}

Vector cell_centre(const CellTable& cells, std::int32_t cell) {
  Vector sum{};
  const std::int64_t first = cells.offsets[cell], last = cells.offsets[cell + 1];
  for (std::int64_t node = first; node < last; ++node)
    for (int d = 0; d < 3; ++d) sum[d] += point_at(cells, node)[d];
  for (double& s : sum) s /= static_cast<double>(last - first);
  return sum;
}

// The corners of simplex faces come in rising order, which may turn either way.
double outward_sign(const CellTable& cells, std::int32_t cell, const Vector& corner,
                    const Vector& area) {
  const auto n = static_cast<int>(cells.offsets[cell + 1] - cells.offsets[cell]);
  if (n != cells.dim + 1) return 1.0;
  return dot(area, minus(corner, cell_centre(cells, cell))) < 0 ? -1.0 : 1.0;
}

void add_face(const CellTable& cells, std::int32_t cell, std::span<const Vector> corners,
              std::size_t width, FaceGeometry& out) {
  const std::size_t n = corners.size();
  const auto matrix = face_matrix(cells.dim, corners);
  std::array<Vector, max_face_vertices> share{};
  Vector area{};
  for (int d = 0; d < cells.dim; ++d)
    for (std::size_t a = 0; a < n; ++a) {
      for (std::size_t b = 0; b < n; ++b) share[a][d] += matrix[d][a][b];
      area[d] += share[a][d];
    }
  const double sign = outward_sign(cells, cell, corners[0], area),
               length = std::sqrt(dot(area, area));
  out.area.push_back(length);
  for (int d = 0; d < cells.dim; ++d) out.normal.push_back(sign * area[d] / length);
  for (std::size_t a = 0; a < width; ++a) {
    for (int d = 0; d < cells.dim; ++d) out.vertex_area.push_back(sign * share[a][d]);
    for (std::size_t b = 0; b < width; ++b) {
      double mass = 0;
      if (a < n && b < n)
        for (int d = 0; d < cells.dim; ++d) mass += area[d] / length * matrix[d][a][b];
      out.mass.push_back(mass);
    }
  }
}

}  // namespace

std::vector<double> signed_volumes(const CellTable& cells) { return per_cell(cells, volume_of); }

std::vector<double> least_volumes(const CellTable& cells) { return per_cell(cells, least_volume); }

std::vector<double> node_volumes(const CellTable& cells) {
  std::vector<double> out(cells.connectivity.size());
  for_each_cell(cells, [&](std::size_t c, const Element& element, std::span<const Vector> x) {
    const CellMatrix mass = mass_matrix(element, x);
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t j = 0; j < x.size(); ++j) out[cells.offsets[c] + i] += mass[i][j];
  });
  return out;
}

std::vector<double> mass_product(const CellTable& cells, std::span<const double> f) {
  const std::size_t n_node = cells.connectivity.size();
  const std::size_t n_column = n_node == 0 ? 0 : f.size() / n_node;
  require(n_column * n_node == f.size(), "values must be (n_node, n)");
  std::vector<double> out(f.size());
  for_each_cell(cells, [&](std::size_t c, const Element& element, std::span<const Vector> x) {
    const CellMatrix mass = mass_matrix(element, x);
    const std::size_t first = static_cast<std::size_t>(cells.offsets[c]) * n_column;
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t j = 0; j < x.size(); ++j)
        for (std::size_t k = 0; k < n_column; ++k)
          out[first + i * n_column + k] += mass[i][j] * f[first + j * n_column + k];
  });
  return out;
}

std::vector<double> gradient_product(const CellTable& cells, std::span<const double> f,
                                     std::span<const double> v) {
  require(f.size() == cells.connectivity.size() && v.size() == cells.dim * f.size(),
          "f must be (n_node,) and v (n_node, dim)");
  std::vector<double> out(cells.offsets.empty() ? 0 : cells.offsets.size() - 1);
  for_each_cell(cells, [&](std::size_t c, const Element& element, std::span<const Vector> x) {
    const CellIntegrals integrals = integrate(element, x);
    const auto first = static_cast<std::size_t>(cells.offsets[c]);
    for (int d = 0; d < cells.dim; ++d)
      for (std::size_t i = 0; i < x.size(); ++i)
        for (std::size_t j = 0; j < x.size(); ++j)
          out[c] += f[first + i] * integrals.streaming[d][i][j] * v[(first + j) * cells.dim + d];
  });
  return out;
}

FaceGeometry face_geometry(const CellTable& cells, std::span<const std::int32_t> face_cells,
                           std::span<const std::int32_t> face_nodes) {
  require(cells.dim >= 1 && cells.dim <= 3, "dim must be 1, 2 or 3");
  const std::size_t n_face = face_cells.size() / 2;
  const std::size_t width = n_face == 0 ? 0 : face_nodes.size() / (2 * n_face);
  require(face_nodes.size() == 2 * n_face * width && width <= max_face_vertices,
          "face_nodes must be (n_face, 2, n)");
  FaceGeometry out;
  std::array<Vector, max_face_vertices> corners;
  for (std::size_t f = 0; f < n_face; ++f) {
    std::size_t n = 0;
    for (; n < width && face_nodes[2 * f * width + n] >= 0; ++n)
      corners[n] = point_at(cells, face_nodes[2 * f * width + n]);
    add_face(cells, face_cells[2 * f], {corners.data(), n}, width, out);
  }
  return out;
}

}  // namespace bte
